"""Vocabulary: the terms of a text, that is the stems of its words and of pairs of them, and how people write a term."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from analysis import lexicon
from models import language, word

MOST_WORDS = 5_000
"""Words of a text that are read."""

LONGEST_PAIR = 40
"""Characters of a pair as it is written: « mise à disposition » is one, half a sentence is none."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[.!?;:,()\n\"«»]")
_ENDS = frozenset('.!?;:,()\n"«»')
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,120}")


_COMMON = lexicon.FUNCTION_WORDS | {word.plain(each) for tongue in ("fr", "en") for each in language.COMMON[tongue]}
"""Words that say nothing by themselves."""

_GENERAL = lexicon.LEGAL | lexicon.GENERAL
_SILENT = _COMMON | lexicon.EMPTY

LEAST_CONTENT = 2
"""Different words beside those: a text with fewer is without content."""


class Stemmer(Protocol):
    """What makes stems of words."""

    def stemWord(self, word: str) -> str:  # noqa: N802
        """The stem of one word in small letters."""


@dataclass(frozen=True, slots=True)
class Term:
    """A stem, or two with a blank between, and its place in the text, in characters."""

    stem: str
    start: int
    end: int


class TermReader:
    """Reads the texts of one analysis; each word is stemmed once."""

    def __init__(self) -> None:
        import snowballstemmer

        self._stemmer: Stemmer = snowballstemmer.stemmer("french")
        self._stems = dict[str, str]()

    def stem(self, written: str) -> str:
        """The stem of a word, without accents; nothing for a word that says nothing by itself."""
        small = written.lower()
        stem = self._stems.get(small)
        if stem is None:
            plain = word.plain(small)
            is_common = len(plain) < 2 or plain in _COMMON or plain in _GENERAL
            stem = "" if is_common else word.plain(self._stemmer.stemWord(word.stemmable(small)))
            self._stems[small] = stem
        return stem

    def words(self, text: str) -> Iterator[Term | None]:
        """The words that say something, in their order; None where a part of a sentence ends."""
        for count, match in enumerate(_TOKEN.finditer(_shown(text))):
            if count >= MOST_WORDS:
                return
            if match[0] in _ENDS or match[0].isdigit():
                yield None
            elif stem := self.stem(match[0]):
                yield Term(stem, *match.span())

    def terms(self, text: str) -> Iterator[Term]:
        """Words and pairs of neighbours in one part of a sentence."""
        before: Term | None = None
        for term in self.words(text):
            if term is not None:
                yield term
                if before is not None and before.stem != term.stem and _is_pair(text, before, term):
                    yield Term(f"{before.stem} {term.stem}", before.start, term.end)
            before = term

    def stems(self, text: str) -> list[str]:
        """The terms of a text, each as often as it is said."""
        return [term.stem for term in self.terms(text)]

    def is_empty(self, text: str) -> bool:
        """Whether it says nothing about its matter: « RAS », « idem », a single word."""
        said = set[str]()
        for match in _TOKEN.finditer(_shown(text)):
            plain = word.plain(match[0]).lower()
            if len(plain) > 1 and not plain.isdigit() and plain not in _SILENT:
                said.add(plain)
            if len(said) >= LEAST_CONTENT:
                return False
        return True


def _is_pair(text: str, one: Term, other: Term) -> bool:
    between = word.plain(text[one.end : other.start]).lower().replace("'", " ").split()
    return other.end - one.start <= LONGEST_PAIR and lexicon.LINKS.issuperset(between)


def _shown(text: str) -> str:
    """The text with blanks for addresses, as long as it was."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text)


def written(reader: TermReader, texts: Iterable[str], stems: frozenset[str]) -> dict[str, str]:
    """How each of the terms is most often written in these texts: in small letters, unless hardly anybody does."""
    counts = dict[str, Counter[str]]()
    for text in texts:
        for term in reader.terms(text):
            if term.stem in stems:
                counts.setdefault(term.stem, Counter())[_way(text, term)] += 1
    return {stem: _usual(ways) for stem, ways in counts.items()}


_SHOUTED = re.compile(r"[A-ZÀ-Þ]{6,}")
"""No abbreviation: a word of somebody who writes in capitals."""

_BEGINNING = re.compile(r"(?:^|[.!?:;\n•«\"(-])\s*$")


def _way(text: str, term: Term) -> str:
    """The term as it stands there, without the capital that only begins a sentence."""
    way = " ".join(text[term.start : term.end].split())
    way = _SHOUTED.sub(lambda match: match[0].lower(), way)
    begins = way[:2].istitle() and _BEGINNING.search(text[max(0, term.start - 4) : term.start])
    return way[0].lower() + way[1:] if begins else way


_LEAST_SMALL = 0.2
"""A word that is written in small letters less often is a name or an abbreviation: « Internet », « RGPD »."""


def _usual(ways: Counter[str]) -> str:
    folded = Counter[str]()
    for way, count in ways.items():
        folded[way.lower()] += count
    small = min(folded, key=lambda way: (-folded[way], way))
    alike = {way: count for way, count in ways.items() if way.lower() == small}
    if alike.get(small, 0) >= _LEAST_SMALL * folded[small]:
        return small
    return min(alike, key=lambda way: (-alike[way], way))
