"""Opinion groups («familles d'opinion»): people who vote alike, what unites them all and what divides them.

As Polis does: a missing vote takes the mean of its text, two principal components place people, who are moved
outwards the fewer of the texts they voted on, and k-means tells 2 to 5 groups apart, as many as have the best
silhouette. Formulas: Small et al., Polis: Scaling Deliberation by Mapping High Dimensional Opinion Spaces (2021).

Unlike Polis, groups are told only where people differ more than when the votes of each text are dealt out again among
those who voted on it: k-means parts any cloud, and a silhouette does not tell a cloud from groups. And nothing is said
of fewer than `LEAST` people or votes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.utils.extmath import randomized_svd

from analysis.corpus import TextVote
from analysis.result import DIGITS, Agreement, GroupVote, OpinionGroup, OpinionResult, VotedText
from models.analysis import LEAST_VOTERS

Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

LEAST_VOTES, LEAST_PEOPLE, LEAST_TEXTS = 7, 12, 3
"""Of a person (or as many as there are texts), of people, and of texts: with fewer there are no groups."""

MOST_GROUPS = 5
SHOWN = 10
"""Of each list of texts."""

LEAST = LEAST_VOTERS
"""People of a group, and votes of each group on a text: of fewer nothing is said, nor of the text for the others."""

DEALS = 19
"""Times that votes are dealt out again: by chance alone groups are told once in twenty."""

DIFFERS = 1.96
"""Standard deviations between a group and all others."""

DIVIDED = 0.3
"""The gap between the shares of agreement of two groups from which on a text divides."""

SILHOUETTES = 5_000
"""People by whom the silhouette is measured, where there are more."""


@dataclass(frozen=True)
class Opinions:
    """The result, and who is in which group, for those who reckon with it: it is not for anybody's eyes."""

    result: OpinionResult
    group_of: dict[str, int]


@dataclass(frozen=True)
class Ballots:
    """Votes as a matrix, people by texts; `given` has 1 where there is a vote."""

    people: list[str]
    texts: list[str]
    values: csr_matrix
    given: csr_matrix


def opinions(votes: Sequence[TextVote], seed: int) -> Opinions | None:
    """Groups of opinion; None where too few people voted on too few texts. Of two votes of a person on a text the later
    in the order of their values counts."""
    ballots = _ballots(votes)
    if ballots is None:
        return None
    places = positions(ballots, seed)
    labels, silhouette = _groups(places, seed) if _beats_chance(ballots, seed) else _one_group(places)
    everybody = len({vote.person for vote in votes})
    sides, counts = _shares(ballots, labels)
    told, all_groups = _told(ballots, counts), range(len(counts))
    result = OpinionResult(
        groups=tuple(_group(ballots, group, places[labels == group], told, sides, counts) for group in all_groups),
        texts=tuple(VotedText(ballots.texts[place], _votes(place, sides, counts)) for place in told),
        consensus=_best(_unites(ballots.texts[place], sides[..., place], counts[:, place]) for place in told),
        divide=_best(_divides(ballots.texts[place], sides[..., place], counts[:, place]) for place in told),
        person_count=len(ballots.people),
        left_out_count=everybody - len(ballots.people),
        vote_count=int(ballots.given.nnz),
        silhouette=silhouette,
    )
    return Opinions(result, dict(zip(ballots.people, (labels + 1).tolist(), strict=True)))


def _ballots(votes: Sequence[TextVote]) -> Ballots | None:
    people, texts = sorted({vote.person for vote in votes}), sorted({vote.text_id for vote in votes})
    if len(people) < LEAST_PEOPLE or len(texts) < LEAST_TEXTS:
        return None
    rows, columns = ({key: place for place, key in enumerate(keys)} for keys in (people, texts))
    row, column, value = (
        np.fromiter(part, dtype=np.int64, count=len(votes))
        for part in (
            (rows[vote.person] for vote in votes),
            (columns[vote.text_id] for vote in votes),
            (vote.value for vote in votes),
        )
    )
    order = np.lexsort((value, column, row))
    row, column, value = row[order], column[order], value[order]
    is_last = np.append((np.diff(row) != 0) | (np.diff(column) != 0), True)
    row, column, value = row[is_last], column[is_last], value[is_last]
    often = np.bincount(row, minlength=len(people)) >= min(LEAST_VOTES, len(texts))
    if often.sum() < LEAST_PEOPLE:
        return None
    kept = often[row]
    places = (np.cumsum(often) - 1)[row[kept]], column[kept]
    shape = int(often.sum()), len(texts)
    values = csr_matrix((value[kept].astype(np.float64), places), shape=shape)
    given = csr_matrix((np.ones(len(places[0])), places), shape=shape)
    return Ballots([people[place] for place in np.flatnonzero(often)], texts, values, given)


def positions(ballots: Ballots, seed: int) -> Numbers:
    """Two numbers for each person. A vote that was not given has the mean of its text, which is 0 once means are taken
    away: so the matrix stays sparse. People are moved outwards by the root of texts by votes of theirs."""
    centred = _centred(ballots, ballots.values)
    _, _, components = randomized_svd(centred, 2, n_iter=12, random_state=seed)
    projected = np.asarray(centred @ components.T)
    own = np.asarray(ballots.given.sum(axis=1)).ravel()
    return np.round(projected * np.sqrt(len(ballots.texts) / own)[:, None], 6)


def _centred(ballots: Ballots, values: csr_matrix) -> csr_matrix:
    """Votes less the mean of their text."""
    given = _sums(ballots.given)
    means = np.divide(_sums(values), given, out=np.zeros_like(given), where=given > 0)
    return csr_matrix(values - ballots.given.multiply(means))


def _beats_chance(ballots: Ballots, seed: int) -> bool:
    """Whether the first component is larger than each that the votes have when those of every text are dealt out again
    among the people who voted on it."""
    chance = np.random.default_rng(seed)
    values = ballots.values.tocsc()
    parts = np.split(values.data, values.indptr[1:-1])
    own = _first_component(ballots, ballots.values, seed)
    for _ in range(DEALS):
        dealt = np.concatenate([chance.permutation(part) for part in parts])
        again = csr_matrix(csc_matrix((dealt, values.indices, values.indptr), shape=values.shape))
        if _first_component(ballots, again, seed) >= own:
            return False
    return True


def _first_component(ballots: Ballots, values: csr_matrix, seed: int) -> float:
    """Its singular value, rounded: of people who all vote the same it is none."""
    return round(float(randomized_svd(_centred(ballots, values), 1, n_iter=6, random_state=seed)[1][0]), 6)


def _one_group(places: Numbers) -> tuple[Labels, float]:
    return np.zeros(len(places), dtype=np.int64), 0.0


def _groups(places: Numbers, seed: int) -> tuple[Labels, float]:
    """The group of each person, the largest being 0, and the silhouette. One group, and 0, where all voted the same."""
    best_labels, best = _one_group(places)
    for count in range(2, MOST_GROUPS + 1):
        if len(np.unique(places, axis=0)) < count:
            break
        labels = KMeans(count, n_init=10, random_state=seed).fit_predict(places)
        sizes = np.bincount(labels)
        score = silhouette_score(places, labels, sample_size=min(SILHOUETTES, len(places)), random_state=seed)
        if round(float(score), DIGITS) > best and sizes.min() >= LEAST:
            best, best_labels = round(float(score), DIGITS), labels
    sizes = np.bincount(best_labels)
    first = [int(np.flatnonzero(best_labels == label)[0]) for label in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda label: (-sizes[label], first[label]))
    return np.array([order.index(label) for label in best_labels.tolist()], dtype=np.int64), best


def _shares(ballots: Ballots, labels: Labels) -> tuple[Numbers, Numbers]:
    """How many agree ([0]) and disagree ([1]) of each group with each text, and how many of it voted."""
    groups = range(labels.max() + 1)
    positive, negative = (ballots.values > 0).astype(np.float64), (ballots.values < 0).astype(np.float64)
    counted = [[_sums(part[labels == group]) for group in groups] for part in (positive, negative)]
    voted = [_sums(ballots.given[labels == group]) for group in groups]
    return np.array(counted), np.array(voted)


def _sums(rows: csr_matrix) -> Numbers:
    """Of each column."""
    return np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()


def _told(ballots: Ballots, counts: Numbers) -> list[int]:
    """Places of texts on which enough of every group voted, those with most votes first."""
    enough = np.flatnonzero(counts.min(axis=0) >= LEAST).tolist()
    return sorted(enough, key=lambda place: (-counts[:, place].sum(), ballots.texts[place]))


def _votes(place: int, sides: Numbers, counts: Numbers) -> tuple[GroupVote, ...]:
    columns = zip(counts[:, place], sides[0, :, place], sides[1, :, place], strict=True)
    return tuple(GroupVote(group, *map(int, column)) for group, column in enumerate(columns, 1))


def _unites(text: str, sides: Numbers, voted: Numbers) -> Agreement | None:
    """What more than half of every group says, for or against; `sides` are for and against by group."""
    smooth = ((sides + 1) / (voted + 2)).prod(axis=1)
    is_against = bool(smooth[1] > smooth[0])
    if (2 * sides[int(is_against)] <= voted).any():
        return None
    return Agreement(text, round(float(smooth[int(is_against)]), DIGITS), is_against)


def _divides(text: str, sides: Numbers, voted: Numbers) -> Agreement | None:
    """What some groups are for and others are not."""
    shares = (sides[0] + 1) / (voted + 2)
    gap = round(float(shares.max() - shares.min()), DIGITS)
    return Agreement(text, gap, is_against=False) if gap >= DIVIDED else None


def _best(every: Iterable[Agreement | None]) -> tuple[Agreement, ...]:
    """The first of them."""
    ordered = sorted((one for one in every if one), key=lambda one: (-one.score, one.text_id))
    return tuple(ordered[:SHOWN])


def _group(
    ballots: Ballots, group: int, places: Numbers, told: Sequence[int], sides: Numbers, counts: Numbers
) -> OpinionGroup:
    x, y = (round(float(one), 2) for one in places.mean(axis=0))
    return OpinionGroup(group + 1, len(places), x, y, _stands_for(ballots, group, told, sides[0], counts))


def _stands_for(
    ballots: Ballots, group: int, told: Sequence[int], agreeing: Numbers, counts: Numbers
) -> tuple[str, ...]:
    """Texts on which a group differs most from the others: two proportions, z, either way."""
    own, all_votes = counts[group], counts.sum(axis=0)
    others = all_votes - own
    inside = (agreeing[group] + 1) / (own + 2)
    outside = (agreeing.sum(axis=0) - agreeing[group] + 1) / (others + 2)
    both = (agreeing.sum(axis=0) + 1) / (all_votes + 2)
    z = np.abs(inside - outside) / np.sqrt(both * (1 - both) * (1 / (own + 2) + 1 / (others + 2)))
    differs = [place for place in told if len(counts) > 1 and z[place] > DIFFERS]
    order = sorted(differs, key=lambda place: (-round(float(z[place]), 9), ballots.texts[place]))
    return tuple(ballots.texts[place] for place in order[:SHOWN])
