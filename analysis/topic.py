"""Topic («thème»): which texts belong together, where many readings of a part of them agree.

Non-negative factorization of one sample finds other topics than that of the next. So it is done `READINGS` times,
each with another 80 % of the texts; topics of the readings are matched (Hungarian method) and their terms averaged,
and a text is of a topic only where `LEAST_AGREED` of the readings say so. The others are unclassified: nobody is
told more than the method is sure of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF

from analysis.result import AnalysisMethod

Numbers = npt.NDArray[np.float64]

READINGS, SHARE_READ = 12, 0.8
LEAST_AGREED = 0.65
"""Of the readings."""

LEAST_WEIGHT = 0.02
"""Of a text in its topic (a cosine): less is an accident."""

LEAST_MEMBERS = 3
"""Of a topic: fewer texts are unclassified."""

COUNTS = ((40, 3), (100, 4), (300, 6), (2_000, 8), (6_000, 10), (20_000, 14))
"""Below so many texts, so many topics are looked for; above, `MOST_TOPICS`. It hangs on the size alone: what the best
number is by any measure changes with every tenth text, and all topics with it."""

MOST_TOPICS, LEAST_TEXTS = 20, 16
"""Of fewer texts nothing is common that could not be chance."""

PIECE = 10_000
"""Texts that are classed at a time."""

ITERATIONS, ROUNDS = 80, 3
"""Of one factorization, always as many; and of matching topics of the readings."""


@dataclass(frozen=True)
class Topics:
    """`terms` has a row for each topic and a column for each term, rows of length 1, nothing below 0. `labels` has the
    row of each text's topic, -1 for none; `closeness` how near each text is to its topic: agreement plus cosine."""

    terms: Numbers
    labels: npt.NDArray[np.int64]
    closeness: Numbers


def count_for(size: int, method: AnalysisMethod) -> int:
    """How many topics are looked for among so many different texts."""
    wanted = method.topic_count or next((count for below, count in COUNTS if size < below), MOST_TOPICS)
    return max(2, min(wanted, size // LEAST_MEMBERS))


def learn(rows: csr_matrix, count: int, seed: int) -> list[Numbers]:
    """The terms of each reading's topics; the last reading is of all texts."""
    chance = np.random.default_rng(seed)
    size = rows.shape[0]
    parts = [np.sort(chance.permutation(size)[: int(size * SHARE_READ)]) for _ in range(READINGS)]
    return [_factorized(rows[part], count) for part in parts] + [_factorized(rows, count)]


def _factorized(rows: csr_matrix, count: int) -> Numbers:
    """The terms of each topic, rows of length 1."""
    count = min(count, *rows.shape)
    model = NMF(count, init="nndsvd", max_iter=ITERATIONS, tol=0, random_state=0)
    model.fit(rows)
    return _of_length_1(model.components_)


def _of_length_1(rows: Any) -> Numbers:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0), dtype=np.float64)


def agreed(readings: list[Numbers], rows: csr_matrix, places: Sequence[int]) -> Topics:
    """What the readings have in common, and what they say together of the texts of these places."""
    *parts, terms = readings
    for _ in range(ROUNDS):
        total = np.zeros_like(terms)
        for part in parts:
            own, others = linear_sum_assignment(-(terms @ part.T))
            total[own] += part[others]
        terms = _of_length_1(total)
    pieces = [_said(parts, terms, rows[places[first : first + PIECE]]) for first in range(0, len(places), PIECE)]
    labels, closeness = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return Topics(terms, labels, closeness)


def _said(parts: list[Numbers], terms: Numbers, rows: csr_matrix) -> tuple[npt.NDArray[np.int64], Numbers]:
    """Labels and closeness of some texts."""
    votes = np.zeros((rows.shape[0], terms.shape[0]))
    for part in parts:
        own, others = linear_sum_assignment(-(terms @ part.T))
        places = np.full(part.shape[0], -1)
        places[others] = own
        _vote(votes, places, np.asarray(rows @ part.T))
    weights = np.asarray(rows @ terms.T)
    labels = votes.argmax(axis=1)
    each = np.arange(rows.shape[0])
    agreement, weight = votes[each, labels] / len(parts), weights[each, labels]
    labels[(agreement < LEAST_AGREED) | (weight < LEAST_WEIGHT)] = -1
    return labels.astype(np.int64), np.round(agreement + weight, 6)


def _vote(votes: Numbers, places: npt.NDArray[np.int64], weights: Numbers) -> None:
    """A reading says of each text which topic it is nearest to, if to any."""
    choice = places[weights.argmax(axis=1)]
    said = np.flatnonzero((weights.max(axis=1) > 0) & (choice >= 0))
    votes[said, choice[said]] += 1
