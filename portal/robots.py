"""Robots: what search engines need not visit, because it is one person's, or what a person must be signed in for."""

UNVISITED = ("/gestion", "/moi", "/auth/", "/voter/", "/signalement/", "/compte-efface", "/hors-ligne", "/bureau/")
"""Beginnings of addresses in the main language. Who looks for a way to offer something finds the form to publish."""

TEXT = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in UNVISITED), ""])
"""The file of RFC 9309."""
