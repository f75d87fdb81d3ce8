"""Pages over HTTP: the portal's own, and those for developers."""
