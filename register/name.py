"""How names of collectivités are compared: without accents, case or punctuation, and as people shorten them."""

import re
import unicodedata

# Unicode does not decompose these two French ligatures, so that they are written out by hand.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
SEPARATORS = re.compile(r"[\W_]+")


def normalise(name: str) -> str:
    """Return the lower-case, unaccented words of `name`, each separated by one space: "L'Haÿ" gives "l hay".

    Applying it twice changes nothing. Hyphens, apostrophes and all other signs that are neither letter
    nor digit separate words.
    """
    # Some signs decompose into capitals, and some capitals fold into accented letters: hence two passes.
    folded = _without_marks(_without_marks(name).casefold()).translate(LIGATURES)
    return SEPARATORS.sub(" ", folded).strip()


def _without_marks(text: str) -> str:
    """Return the text in compatibility decomposition, without its non-spacing marks (accents)."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if unicodedata.category(sign) != "Mn")


ARTICLES = ("", "la ", "le ", "les ", "l ")
"""With what a name may begin that people leave out: « Rochelle »."""

SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ON = re.compile(r"\bs\s*/", re.IGNORECASE)
"""« Chalon s/ Saône »."""

NUMBERED = re.compile(r"(paris|lyon|marseille) 0*([1-9][0-9]?)(?:er|e|eme|ieme)?( arr\w*)?")
"""An arrondissement municipal as people write it: « Paris 03 », « Lyon 3ème », « marseille 1er arrdt »."""


def spelled(search: str) -> tuple[str, ...]:
    """What a search may mean, normalised: as it was written, and with what people shorten written out.

    Nothing for a search of signs alone, which means no name.
    """
    plain = normalise(ON.sub(" sur ", search))
    if not plain:
        return ()
    full = " ".join(SHORT.get(word, word) for word in plain.split(" "))
    if numbered := NUMBERED.fullmatch(full):
        city, number, named = numbered.groups()
        ordinal = f"{number}{'er' if number == '1' else 'e'}"
        full = f"{city} {ordinal} arrondissement" if named else f"{city} {number}"
        return full, f"{city} {ordinal} arrondissement"
    return plain, full


def beginnings(search: str) -> tuple[str, ...]:
    """With what the normalised names begin that a search finds, two for each of ARTICLES; all do for no search."""
    if not search.strip():
        return ("",)
    return tuple(article + spelling for article in ARTICLES for spelling in spelled(search))
