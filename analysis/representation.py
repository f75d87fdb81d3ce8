"""Representation («représentativité»): which texts a report shows, and whether they stand for all better than
chance.

The distance of a text is one less its cosine to the nearest text that is shown; that of a group is the mean of its
texts. Those that are shown are chosen one after the other (greedy facility location, at most 37 % below the best
choice), every group and all together weighing alike; a group that chance would serve better weighs more in the next
attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from analysis.result import DIGITS, Representation, ShownDistance

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

LEAST_PEOPLE = 30
"""Of a group that is told apart."""

DRAWS = 20
"""Random samples beside."""

LEAST_ATTEMPTS, MOST_ATTEMPTS, TRIED = 16, 100, 40_000_000
"""Choices that are tried until every crowd is served: of many texts at least, of few at most; likenesses in all."""

CANDIDATES, MEASURED = 2_000, 10_000
"""Texts that may be shown, and texts by which distances are measured, where there are more: seeded samples."""

PIECE = 500
"""Texts that are compared with all others at a time."""

LEAST_SHOWN, MOST_SHOWN, SHARE_SHOWN = 10, 60, 0.1

_HEAVIER = 1.7


@dataclass(frozen=True, slots=True)
class Crowd:
    """Texts that are measured together: their places among the rows, and how many people are behind them."""

    kind: str
    name: str
    places: Places
    person_count: int


def shown_count(size: int, wanted: int | None) -> int:
    """How many of so many texts are shown."""
    return min(size, wanted or max(LEAST_SHOWN, min(MOST_SHOWN, round(size * SHARE_SHOWN))))


def represent(
    rows: csr_matrix,
    ids: Sequence[str],
    may_show: Sequence[int],
    crowds: Sequence[Crowd],
    wanted: int | None,
    seed: int,
) -> Representation | None:
    """The choice among `may_show` (places of rows) and its distances. `crowds` begins with that of all; those of fewer
    than `LEAST_PEOPLE` people are left out, but that of all."""
    if not may_show:
        return None
    chance = np.random.default_rng(seed)
    measured = _sample(np.arange(rows.shape[0]), MEASURED, chance)
    candidates = _sample(np.asarray(may_show), CANDIDATES, chance)
    kept = [crowd for crowd in crowds if crowd.kind == "ALL" or crowd.person_count >= LEAST_PEOPLE]
    inside = [np.flatnonzero(np.isin(measured, crowd.places)) for crowd in kept]
    kept, inside = [one for one, places in zip(kept, inside, strict=True) if len(places)], [p for p in inside if len(p)]
    likeness = _likeness(rows[measured], rows[candidates])
    count = shown_count(len(candidates), wanted)
    random = _random(rows, measured, count, inside, chance)
    chosen, distances = _chosen(likeness, inside, random, count)
    return Representation(
        shown=tuple(ids[candidates[place]] for place in chosen),
        draw_count=DRAWS,
        distances=tuple(
            ShownDistance(crowd.kind, crowd.name, len(crowd.places), crowd.person_count, _rounded(own), _rounded(other))
            for crowd, own, other in zip(kept, distances, random, strict=True)
        ),
    )


def _rounded(number: float) -> float:
    return round(float(number), DIGITS)


def _sample(places: Places, most: int, chance: np.random.Generator) -> Places:
    return places if len(places) <= most else np.sort(chance.choice(places, most, replace=False))


def _likeness(rows: csr_matrix, others: csr_matrix) -> npt.NDArray[np.float32]:
    """Cosines, a row for each text."""
    made = np.empty((rows.shape[0], others.shape[0]), dtype=np.float32)
    for first in range(0, len(made), PIECE):
        made[first : first + PIECE] = (rows[first : first + PIECE] @ others.T).toarray()
    return made


def _means(nearest: npt.NDArray[np.float32], inside: Sequence[Places]) -> Numbers:
    return np.array([1.0 - float(np.mean(nearest[places], dtype=np.float64)) for places in inside])


def _random(
    rows: csr_matrix, measured: Places, count: int, inside: Sequence[Places], chance: np.random.Generator
) -> Numbers:
    """The mean distance of each crowd from `DRAWS` samples of all texts."""
    every = [np.sort(chance.choice(rows.shape[0], count, replace=False)) for _ in range(DRAWS)]
    means = [_means(_likeness(rows[measured], rows[one]).max(axis=1), inside) for one in every]
    return np.asarray(np.mean(means, axis=0), dtype=np.float64)


def _chosen(
    likeness: npt.NDArray[np.float32], inside: Sequence[Places], random: Numbers, count: int
) -> tuple[list[int], Numbers]:
    """The choice that serves most crowds at least as well as chance, and of those the one that serves all best."""
    heaviness = np.array([len(places) / likeness.shape[0] for places in inside])
    best: tuple[tuple[int, float], list[int], Numbers] | None = None
    for _ in range(min(MOST_ATTEMPTS, max(LEAST_ATTEMPTS, TRIED // likeness.size))):
        weights = np.zeros(likeness.shape[0], dtype=np.float32)
        for places, heavy in zip(inside, heaviness, strict=True):
            weights[places] += heavy / len(places)
        chosen = _greedy(likeness, weights, count)
        distances = _means(likeness[:, chosen].max(axis=1), inside)
        worse = np.round(distances, DIGITS) > np.round(random, DIGITS)
        rank = (int(worse.sum()), float(distances[0]))
        if best is None or rank < best[0]:
            best = rank, chosen, distances
        if not worse.any():
            break
        heaviness[worse] *= _HEAVIER
    assert best is not None
    return best[1], best[2]


def _greedy(likeness: npt.NDArray[np.float32], weights: npt.NDArray[np.float32], count: int) -> list[int]:
    """One after the other the candidate that comes nearest to most that is still far; of equals the first."""
    nearest, chosen, nearer = np.zeros(likeness.shape[0], dtype=np.float32), list[int](), np.empty_like(likeness)
    for _ in range(count):
        np.maximum(np.subtract(likeness, nearest[:, None], out=nearer), 0, out=nearer)
        gains = np.round(weights @ nearer, 7)
        gains[chosen] = -1
        chosen.append(int(gains.argmax()))
        nearest = np.maximum(nearest, likeness[:, chosen[-1]])
    return chosen


def crowds(named: Mapping[tuple[str, str], list[int]], people: Mapping[tuple[str, str], int]) -> list[Crowd]:
    """Crowds in the order of their kinds and names; that of all comes first, being called so."""
    return [Crowd(*key, np.array(named[key], dtype=np.int64), people[key]) for key in sorted(named)]
