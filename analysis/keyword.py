"""Keyword («mot-clé»): words that some texts have more often than others, by log-odds with a prior.

Monroe, Colaresi and Quinn, Fightin' Words (2008): each word's count in either set is raised by its share of both, so
that rare words need more to stand out; the difference of the log-odds is divided by its standard deviation.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
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


def keywords(
    texts: Sequence[CorpusText],
    background: Iterable[str],
    reader: TermReader,
    learnt: Sequence[CorpusText] | None = None,
) -> tuple[Keyword, ...]:
    """The words of these texts that the `background` has less often, the strongest first; none without a background. A
    word counts once a text, so that nobody makes a keyword alone; insults and names of people are none. `learnt` are
    those that are counted, where there are so many that a part of them is."""
    counted = texts if learnt is None else learnt
    others = _counted(background, reader)
    if not others:
        return ()
    own = _counted((text.words for text in counted), reader)
    totals = own.total(), others.total()
    scored = ((_score(count, others[stem], *totals), stem) for stem, count in own.items() if count >= LEAST_TEXTS)
    best = sorted(((score, stem) for score, stem in scored if score >= LEAST_SCORE), key=lambda one: (-one[0], one[1]))
    scores = {stem: score for score, stem in best[: 2 * MOST]}
    ways = written(reader, (text.words for text in counted), frozenset(scores))
    named = naming.people(text.words for text in counted)
    kept, told = dict[str, Keyword](), set[str]()
    for stem in scores:
        own_stem = _fullest(stem, scores)
        if told.isdisjoint(stem.split()) and naming.is_presentable(ways[own_stem], named) and len(kept) < MOST:
            told |= set(own_stem.split())
            kept[own_stem] = Keyword(ways[own_stem], scores[own_stem], ())
    members = _members(texts, kept.keys(), reader)
    every = (replace(one, members=tuple(members[stem])) for stem, one in kept.items())
    return tuple(sorted(every, key=lambda one: (-one.score, one.word)))


def _counted(texts: Iterable[str], reader: TermReader) -> Counter[str]:
    counts = Counter[str]()
    for words in texts:
        counts.update(set(reader.stems(words)))
    return counts


def _members(texts: Iterable[CorpusText], stems: Collection[str], reader: TermReader) -> dict[str, list[str]]:
    """Ids of the texts that have each of the stems."""
    members: dict[str, list[str]] = {stem: [] for stem in stems}
    for text in texts if members else ():
        for stem in members.keys() & set(reader.stems(text.words)):
            members[stem].append(text.id)
    return members


_NEAR = 0.6
"""Of a word's score: a pair that has so much of it is shown in its place."""


def _fullest(stem: str, scores: dict[str, float]) -> str:
    pairs = (pair for pair in scores if " " in pair and stem in pair.split() and scores[pair] >= _NEAR * scores[stem])
    return next(pairs, stem)


def _score(own: int, others: int, own_total: int, others_total: int) -> float:
    prior = PRIOR * (own + others) / (own_total + others_total)
    here, there = own + prior, others + prior
    odds = log(here / (own_total + PRIOR - here)) - log(there / (others_total + PRIOR - there))
    return round(odds / sqrt(1 / here + 1 / there), DIGITS)
