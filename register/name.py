"""How names of collectivités are compared: without accents, case or punctuation."""

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
