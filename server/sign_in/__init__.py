"""Signing in over HTTP: routes under /auth, for the forms of pages and for programs."""
