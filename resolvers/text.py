"""Texts that people write: cleaned, measured, and made searchable."""

import re
import unicodedata
from itertools import filterfalse

from models.refusal import ErrorCode, Refusal

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})
MAX_SEARCH = 200
"""Characters: far longer than what people search for, and no burden for the database."""

_EITHER = re.compile(r"(?<=\S)\s+ou\s+(?=\S)", re.IGNORECASE)
_LITTLE = re.compile(r"\b(?:a|les|ils|elles|cet|cette|leurs)\b")
"""Words that PostgreSQL's French does not know to be too common to search for."""

_PLURAL = re.compile(r"(?<=\w{3}[aiou])s\b")
"""A plural that PostgreSQL's French leaves as it is: « vélos », « menus »."""

_STRAY = re.compile(r"-(?![\w\"])")
"""A minus before no word, which PostgreSQL stacks up for the next word, 32 at most."""


def clean(text: str, length: tuple[int, int], field: str) -> str:
    """NFC, without control characters but newlines and without blanks around; `length` bounds its characters.

    Raises Refusal(TOO_SHORT) and Refusal(TOO_LONG).
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(c for c in composed if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if len(kept) < length[0]:
        raise Refusal(ErrorCode.TOO_SHORT, f"At least {length[0]} characters are wanted.", field)
    if len(kept) > length[1]:
        raise Refusal(ErrorCode.TOO_LONG, f"At most {length[1]} characters are possible.", field)
    return kept


def line(text: str, length: tuple[int, int], field: str) -> str:
    """A text of one line: blanks of any kind become one space."""
    return clean(" ".join(text.split()), length, field)


def searchable(title: str, body: str) -> str:
    """What full-text search reads: without accents and case, so that « marché » finds « MARCHE »."""
    return _folded(f"{title}\n{body}")


def plain(text: str) -> str:
    """Without accents, ligatures and case; signs stay, because « -sans » and quotes mean something in a search."""
    spread = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(filterfalse(unicodedata.combining, spread))


def search_words(text: str) -> str:
    """A search as people write it in French, for PostgreSQL's web search: « ou » between words means either."""
    return _STRAY.sub(" ", _folded(_EITHER.sub(" or ", searched(text))))


def _folded(text: str) -> str:
    """A text or a search in the form in which both are compared."""
    return _PLURAL.sub("", _LITTLE.sub(" ", plain(text)))


def searched(text: str) -> str:
    """A search as it came. Raises Refusal(TOO_LONG)."""
    if len(text) > MAX_SEARCH:
        raise Refusal(ErrorCode.TOO_LONG, f"At most {MAX_SEARCH} characters are possible.", "search")
    return text
