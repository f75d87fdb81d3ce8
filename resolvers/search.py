"""Searches as people type them, and what PostgreSQL is asked for them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal_column

from models import word
from models.refusal import ErrorCode, Refusal
from planner.context import Arguments, Asker, FieldContext


class SearchMatch(Enum):
    """How much of a search's last word is typed."""

    WORDS = "WORDS"
    BEGINNING = "BEGINNING"


MAX_SEARCH = 200
"""Characters: far longer than what people search for, and no burden for the database."""

BEGUN = 3
"""The least letters of a prefix: fewer match too many words."""

_EITHER = re.compile(r"(?<=\S)\s+(?:ou|or)\s+(?=\S)", re.IGNORECASE)
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_ASIDE = re.compile(r"[^\w\s'.@·-]+")
"""Characters that separate words which need not be adjacent; not those within compounds and addresses."""

_LAST = re.compile(r"""(?:^|(?<=[\s'/-]))(?<!\s-)(?<!^-)[^\W_]+$""")
_FRENCH: ColumnElement[str] = literal_column("'pg_catalog.french'::regconfig")
_SIMPLE: ColumnElement[str] = literal_column("'pg_catalog.simple'::regconfig")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search in the words of `to_tsquery`: `either`, or `words` together with a word that begins as `begun`."""

    either: str
    words: str = ""
    begun: str = ""


def searched(text: str) -> str:
    """The text of a search. Raises Refusal(TOO_LONG)."""
    if len(text) > MAX_SEARCH:
        raise Refusal(
            ErrorCode.TOO_LONG, f"At most {MAX_SEARCH} characters are possible.", "search", about=str(MAX_SEARCH)
        )
    return text


@lru_cache(maxsize=256)
def asked(text: str, match: SearchMatch = SearchMatch.WORDS) -> Asked:
    """A search by the syntax of web search engines: « ou » between words means either, quotes that words stand side by
    side, a minus that a word is missing. Raises Refusal(TOO_LONG)."""
    *others, last = map(word.plain, _EITHER.split(searched(text)))
    either = [_all(part) for part in others]
    last_word = _LAST.search(last) if match is SearchMatch.BEGINNING and last.count('"') % 2 == 0 else None
    begun = list(word.split(last_word[0])) if last_word else []
    if last_word is None or len(begun) != 1 or len(last_word[0]) < BEGUN:
        return Asked(_joined(" | ", (*either, _all(last))))
    return Asked(_joined(" | ", either), _all(last[: last_word.start()]), begun[0])


def _all(part: str) -> str:
    return _joined(" & ", (_term(*match.groups("")) for match in _TERM.finditer(part)))


def _term(minus: str, quoted: str, bare: str) -> str:
    """Words in quotes must be adjacent; so must those of a compound, which also matches when written as one word."""
    if quoted:
        term = _beside(word.settled(chunk) for chunk in quoted.split())
    elif bare.isascii() and bare.isalnum():
        term = word.stemmable(bare.lower())
    else:
        term = _joined(" & ", map(_compound, _ASIDE.split(word.settled(bare))))
    return f"!({term})" if term and minus else term


def _compound(chunk: str) -> str:
    apart = _beside((chunk,))
    return f"({apart} | {word.together(chunk)})" if apart and word.COMPOUND.fullmatch(chunk) else apart


def _beside(chunks: Iterable[str]) -> str:
    return _joined(" <-> ", (word.stemmable(part) for chunk in chunks for part in word.split(chunk)))


def _joined(operator: str, terms: Iterable[str]) -> str:
    kept = [term for term in terms if term]
    return kept[0] if len(kept) == 1 else f"({operator.join(kept)})" if kept else ""


def query(context: FieldContext) -> ColumnElement[Any]:
    """The argument `search` as PostgreSQL's query: French words by their stems, a beginning as it is."""
    match = context.choice("match")

    def bind(part: Callable[[Asked], str]) -> ColumnElement[str]:
        def value(arguments: Arguments, _: Asker) -> str:
            return part(asked(arguments["search"], match))

        return context.bind(value, Text())

    either = func.to_tsquery(_FRENCH, bind(lambda search: search.either))
    if match is SearchMatch.WORDS:
        return either
    words = func.to_tsquery(_FRENCH, bind(lambda search: search.words))
    # Words are indexed by their stems, long ones also whole: a complete word matches by its stem.
    spelt = func.to_tsquery(_FRENCH, bind(lambda search: word.stemmable(search.begun)))
    begun = func.to_tsquery(_SIMPLE, bind(lambda search: search.begun and f"{search.begun}:*"))
    return either.op("||")(words.op("&&")(spelt.op("||")(begun)))
