"""Naming: what a topic is called: its weightiest terms as people write them, no insult and no person's name."""

from collections.abc import Iterable, Sequence, Set

import numpy as np
import numpy.typing as npt

from analysis import disclosure, lexicon
from analysis.corpus import CorpusText
from analysis.result import DIGITS, TopicTerm
from analysis.vocabulary import TermReader, written
from models import word

TERMS, NAME_TERMS = 10, 3
"""Of a topic, and of its name."""

_CANDIDATES = 40
"""Weightiest terms of a topic that are looked at."""

_READ = 400
"""Texts of a topic from which the writing of its terms is taken."""


def names(
    weights: npt.NDArray[np.float64], stems: Sequence[str], members: Sequence[Sequence[CorpusText]], reader: TermReader
) -> list[tuple[str, tuple[TopicTerm, ...]]]:
    """The name and terms of each topic: a row of `weights` (terms by column) each, and its texts. Two topics have no
    word of a name in common, and a term is preferred where it is this topic's more than the others'."""
    total = weights.sum(axis=0)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    named, used = list[tuple[str, tuple[TopicTerm, ...]]](), set[str]()
    for row, share, texts in zip(weights, shares, members, strict=True):
        own = row * np.sqrt(share)
        order = np.lexsort((np.arange(len(own)), -np.round(own, 9)))[:_CANDIDATES]
        candidates = {stems[place]: float(own[place]) for place in order if own[place] > 0}
        shown = _shown(candidates, [text.words for text in texts[:_READ]], reader)
        first = max(shown.values(), default=1.0)
        terms = tuple(TopicTerm(way, round(weight / first, DIGITS)) for way, weight in shown.items())[:TERMS]
        named.append((_name(terms, used, reader), terms))
    return named


def _shown(candidates: dict[str, float], texts: Sequence[str], reader: TermReader) -> dict[str, float]:
    """Terms as they are written, the weightiest first; words of a pair that is shown stand not once more."""
    named = people(texts)
    every = written(reader, texts, frozenset(candidates)).items()
    ways = {stem: way for stem, way in every if is_presentable(way, named)}
    kept, shown = list[set[str]](), dict[str, float]()
    for stem in candidates:
        parts = set(stem.split())
        if stem in ways and not any(parts <= other or other <= parts for other in kept):
            kept.append(parts)
            shown.setdefault(_fullest(stem, ways, candidates), candidates[stem])
    return shown


_NEAR = 0.6


def _fullest(stem: str, ways: dict[str, str], candidates: dict[str, float]) -> str:
    """A word's pair says more than the word, where it weighs nearly as much: « vie privée », not « vie »."""
    pairs = (pair for pair in candidates if " " in pair and stem in pair.split() and pair in ways)
    near = [pair for pair in pairs if candidates[pair] >= _NEAR * candidates[stem]]
    return ways[max(near, key=lambda pair: candidates[pair], default=stem)]


def is_presentable(written_term: str, named: Set[str] = frozenset()) -> bool:
    """No insult is in it, and no word of the names of people (`people`)."""
    words = _plain(written_term)
    return lexicon.INSULTS.isdisjoint(words) and named.isdisjoint(words)


def _plain(text: str) -> set[str]:
    return set(word.plain(text).lower().replace("-", " ").replace("'", " ").split())


def people(texts: Iterable[str]) -> set[str]:
    """Words of the names of people that stand in these texts."""
    return {part for text in texts for one in disclosure.names(text) for part in _plain(text[one.start : one.end])}


def _name(terms: Sequence[TopicTerm], used: set[str], reader: TermReader) -> str:
    """The first terms that share no stem with another name; small words aside."""
    chosen = list[str]()
    for term in terms:
        stems = set(reader.stems(term.word))
        if stems and stems.isdisjoint(used) and len(chosen) < NAME_TERMS:
            used |= stems
            chosen.append(term.word)
    chosen = chosen or [term.word for term in terms[:NAME_TERMS]]
    return ", ".join(chosen)
