"""Texts that people write: cleaned, measured and put in order."""

import unicodedata

from sqlalchemy import ColumnElement, collate, func, literal_column

from models import expected, writing
from models.refusal import ErrorCode, Refusal, bad_input

_LETTERS = {
    letter: base[0].lower()
    for letter in map(chr, range(0xC0, 0x180))
    if (base := unicodedata.normalize("NFD", letter))[0].isascii() and base[0].isalpha()
}
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"
"""Combining accents."""

_BLANKS = "-''’\u2010\u2011\u00a0\u202f"
_FROM, _TO = "".join((*_LETTERS, _BLANKS, _MARKS)), "".join((*_LETTERS.values(), " " * len(_BLANKS)))


def dictionary_order(name: ColumnElement[str]) -> ColumnElement[str]:
    """The sort key of French names: letters without accents and case, hyphens as blanks.

    Collations are no alternative: a cluster may have none for French, as the embedded one, or another in each release.
    """
    spelt = func.replace(func.replace(name, *_quoted("œ", "oe")), *_quoted("Œ", "oe"))
    return collate(func.translate(func.lower(collate(spelt, "C")), *_quoted(_FROM, _TO)), "C")


def _quoted(*texts: str) -> list[ColumnElement[str]]:
    """Our own texts as literals."""
    return [literal_column("'" + text.replace("'", "''") + "'") for text in texts]


def clean(text: str, length: tuple[int, int], field: str) -> str:
    """A text as `models/writing.py` cleans it; `length` bounds its characters, at least those that show.

    Raises Refusal(TOO_SHORT) and Refusal(TOO_LONG).
    """
    return _measured(writing.tidy(text), length, field)


def line(text: str, length: tuple[int, int], field: str) -> str:
    """A text of one line, with bounds as in `clean`."""
    return _measured(writing.line(text), length, field)


def name(text: str, length: tuple[int, int], field: str) -> str:
    """A person's name: a line with at least one letter, since signs and digits alone are left out of its key."""
    kept = line(text, length, field)
    if not any(letter.isalpha() for letter in kept):
        raise bad_input("A name has letters.", field, expected.NAMED)
    return kept


def _measured(kept: str, length: tuple[int, int], field: str) -> str:
    if len(writing.seen(kept)) < length[0]:
        told = str(length[0]) if length[0] > 1 else None  # Of what is empty the bound says nothing.
        raise Refusal(ErrorCode.TOO_SHORT, f"At least {length[0]} characters are wanted.", field, about=told)
    if len(kept) > length[1]:
        raise Refusal(ErrorCode.TOO_LONG, f"At most {length[1]} characters are possible.", field, about=str(length[1]))
    return kept
