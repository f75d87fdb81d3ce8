"""Keyword («mot-clé»): words that some texts have more often than others, by log-odds with a prior.

Monroe, Colaresi and Quinn, Fightin' Words (2008): each word's count in either set is raised by its share of both, so
that rare words need more to stand out; the difference of the log-odds is divided by its standard deviation.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt

from analysis import naming
from analysis.corpus import CorpusText
from analysis.result import DIGITS, Keyword
from analysis.vocabulary import TermReader, written

LEAST_SCORE, MOST = 1.96, 30
LEAST_TEXTS = 3
"""Of those that are looked at, which must have the word."""

PRIOR = 500.0
"""Words that the prior counts as much as."""


def keywords(texts: Sequence[CorpusText], background: Iterable[str], reader: TermReader) -> tuple[Keyword, ...]:
    """The words of these texts that the `background` has less often, the strongest first; none without a background. A
    word counts once a text, so that nobody makes a keyword alone; insults and names of people are none."""
    others = Counter[str]()
    for words in background:
        others.update(set(reader.stems(words)))
    if not others:
        return ()
    own, members = Counter[str](), dict[str, list[str]]()
    for text in texts:
        for stem in sorted(set(reader.stems(text.words))):
            own[stem] += 1
            members.setdefault(stem, []).append(text.id)
    scored = ((_score(own, others, stem), stem) for stem, count in own.items() if count >= LEAST_TEXTS)
    best = sorted(((score, stem) for score, stem in scored if score >= LEAST_SCORE), key=lambda one: (-one[0], one[1]))
    scores = {stem: score for score, stem in best[: 2 * MOST]}
    ways = written(reader, (text.words for text in texts), frozenset(scores))
    named = naming.people(text.words for text in texts)
    kept, told = list[Keyword](), set[str]()
    for stem in scores:
        own_stem = _fullest(stem, scores)
        if told.isdisjoint(stem.split()) and naming.is_presentable(ways[own_stem], named) and len(kept) < MOST:
            told |= set(own_stem.split())
            kept.append(Keyword(ways[own_stem], scores[own_stem], tuple(members[own_stem])))
    return tuple(sorted(kept, key=lambda one: (-one.score, one.word)))


_NEAR = 0.6
"""Of a word's score: a pair that has so much of it is shown in its place."""


def _fullest(stem: str, scores: dict[str, float]) -> str:
    pairs = (pair for pair in scores if " " in pair and stem in pair.split() and scores[pair] >= _NEAR * scores[stem])
    return next(pairs, stem)


def _score(own: Counter[str], others: Counter[str], stem: str) -> float:
    both = own.total() + others.total()
    prior = PRIOR * (own[stem] + others[stem]) / both
    here, there = own[stem] + prior, others[stem] + prior
    odds = log(here / (own.total() + PRIOR - here)) - log(there / (others.total() + PRIOR - there))
    return round(odds / sqrt(1 / here + 1 / there), DIGITS)
