"""Reserved names: those that a reader would take for the collectivité's or the portal's own."""

from models import word

_OFFICES = frozenset(
    (
        *("administrateur", "administration", "administratrice", "equipe", "officiel", "officielle", "portail"),
        *("moderateur", "moderation", "moderatrice", "service", "services", "prefecture", "mairie", "ville"),
        *(
            "commune",
            "communaute",
            "agglomeration",
            "collectivite",
            "conseil",
            "municipal",
            "municipalite",
            "metropole",
        ),
        *("departement", "departemental", "province", "provincial", "region", "regional"),
    )
)
"""What names of authorities have besides the place's."""

_LINKS = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une"])


def is_reserved(name: str, *authorities: str) -> bool:
    """Whether a name says no more than an authority's («Ville de Rennes» where that is Rennes), or an office alone.

    « Jeanne Rennes » says more. Letters are compared without accents, case, blanks and signs.
    """
    own = _told(name)
    if own:
        return own in map(_told, authorities)
    return bool(_OFFICES.intersection(word.split(word.plain(name))))


def _told(name: str) -> str:
    """What tells a name from others, in letters without blanks."""
    words = [part for part in word.split(word.plain(name)) if part not in _LINKS]
    return "".join(part for part in words if part not in _OFFICES)
