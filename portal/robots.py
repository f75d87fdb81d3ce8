"""Robots: what search engines need not visit, because it is one person's, or a form."""

UNVISITED = (
    "/gestion",
    "/moi",
    "/auth/",
    "/publier",
    "/voter/",
    "/signalement/",
    "/compte-efface",
    "/hors-ligne",
    "/bureau/",
)
"""Beginnings of addresses in the main language."""

TEXT = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in UNVISITED), ""])
"""The file of RFC 9309."""
