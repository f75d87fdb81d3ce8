"""Opinion groups («familles d'opinion»): people who vote alike, what unites them all and what divides them.

As Polis does: a missing vote takes the mean of its text, two principal components place people, who are moved
outwards the fewer of the texts they voted on, and k-means tells 2 to 5 groups apart, as many as have the best
silhouette. Formulas: Small et al., Polis: Scaling Deliberation by Mapping High Dimensional Opinion Spaces (2021).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.utils.extmath import randomized_svd

from analysis.corpus import TextVote
from analysis.result import DIGITS, Agreement, GroupVote, OpinionGroup, OpinionResult

Numbers = npt.NDArray[np.float64]

LEAST_VOTES, LEAST_PEOPLE, LEAST_TEXTS = 7, 12, 3
"""Of a person (or as many as there are texts), of people, and of texts: with fewer there are no groups."""

MOST_GROUPS, LEAST_IN_GROUP = 5, 3
SHOWN = 10
"""Of each list of texts."""

LEAST_GROUP_VOTES = 3
"""Of a group on a text: with fewer it is not said how the group stands to it."""

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
    labels, silhouette = _groups(places, seed)
    everybody = len({vote.person for vote in votes})
    agreeing, counts = _shares(ballots, labels)
    order = [_agreement(ballots, place, agreeing, counts) for place in range(len(ballots.texts))]
    told = [one for one in order if one is not None]
    result = OpinionResult(
        groups=tuple(
            OpinionGroup(group + 1, int((labels == group).sum()), _stands_for(ballots, group, agreeing, counts))
            for group in range(labels.max() + 1)
        ),
        consensus=tuple(sorted((one for one, _ in told), key=lambda one: (-one.score, one.text_id))[:SHOWN]),
        divide=tuple(sorted((one for _, one in told), key=lambda one: (-one.score, one.text_id))[:SHOWN]),
        person_count=len(ballots.people),
        left_out_count=everybody - len(ballots.people),
        silhouette=silhouette,
    )
    return Opinions(result, dict(zip(ballots.people, (labels + 1).tolist(), strict=True)))


def _ballots(votes: Sequence[TextVote]) -> Ballots | None:
    values = {(vote.person, vote.text_id): vote.value for vote in sorted(votes, key=_order)}
    texts = sorted({text for _, text in values})
    counts = dict[str, int]()
    for person, _ in values:
        counts[person] = counts.get(person, 0) + 1
    people = sorted(person for person, count in counts.items() if count >= min(LEAST_VOTES, len(texts)))
    if len(people) < LEAST_PEOPLE or len(texts) < LEAST_TEXTS:
        return None
    rows, columns = ({key: place for place, key in enumerate(keys)} for keys in (people, texts))
    kept = [(rows[person], columns[text], value) for (person, text), value in values.items() if person in rows]
    row, column, value = (np.array(part) for part in zip(*kept, strict=True))
    shape = len(people), len(texts)
    given = csr_matrix((np.ones(len(row)), (row, column)), shape=shape)
    return Ballots(people, texts, csr_matrix((value.astype(np.float64), (row, column)), shape=shape), given)


def _order(vote: TextVote) -> tuple[str, str, int]:
    return vote.person, vote.text_id, vote.value


def positions(ballots: Ballots, seed: int) -> Numbers:
    """Two numbers for each person. A vote that was not given has the mean of its text, which is 0 once means are taken
    away: so the matrix stays sparse. People are moved outwards by the root of texts by votes of theirs."""
    given = _sums(ballots.given)
    means = np.divide(_sums(ballots.values), given, out=np.zeros_like(given), where=given > 0)
    centred = csr_matrix(ballots.values - ballots.given.multiply(means))
    _, _, components = randomized_svd(centred, 2, n_iter=12, random_state=seed)
    projected = np.asarray(centred @ components.T)
    own = np.asarray(ballots.given.sum(axis=1)).ravel()
    return np.round(projected * np.sqrt(len(ballots.texts) / own)[:, None], 6)


def _groups(places: Numbers, seed: int) -> tuple[npt.NDArray[np.int64], float]:
    """The group of each person, the largest being 0, and the silhouette. One group, and 0, where all voted the same."""
    best, best_labels = 0.0, np.zeros(len(places), dtype=np.int64)
    for count in range(2, MOST_GROUPS + 1):
        if len(np.unique(places, axis=0)) <= count:
            break
        labels = KMeans(count, n_init=10, random_state=seed).fit_predict(places)
        sizes = np.bincount(labels)
        score = silhouette_score(places, labels, sample_size=min(SILHOUETTES, len(places)), random_state=seed)
        if round(float(score), DIGITS) > best and sizes.min() >= LEAST_IN_GROUP:
            best, best_labels = round(float(score), DIGITS), labels
    sizes = np.bincount(best_labels)
    first = [int(np.flatnonzero(best_labels == label)[0]) for label in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda label: (-sizes[label], first[label]))
    return np.array([order.index(label) for label in best_labels.tolist()], dtype=np.int64), best


def _shares(ballots: Ballots, labels: npt.NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """How many agree ([0]) and disagree ([1]) of each group with each text, and how many of it voted."""
    groups = range(labels.max() + 1)
    positive, negative = (ballots.values > 0).astype(np.float64), (ballots.values < 0).astype(np.float64)
    counted = [[_sums(part[labels == group]) for group in groups] for part in (positive, negative)]
    voted = [_sums(ballots.given[labels == group]) for group in groups]
    return np.array(counted), np.array(voted)


def _sums(rows: csr_matrix) -> Numbers:
    """Of each column."""
    return np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()


def _agreement(ballots: Ballots, place: int, agreeing: Numbers, counts: Numbers) -> tuple[Agreement, Agreement] | None:
    """The text as what unites and as what divides; None where a group hardly voted on it."""
    voted = counts[:, place]
    if voted.min() < LEAST_GROUP_VOTES:
        return None
    pro, contra = ((agreeing[side, :, place] + 1) / (voted + 2) for side in (0, 1))
    votes = tuple(
        GroupVote(group + 1, int(count), round(float(agreeing[0, group, place] / count), DIGITS))
        for group, count in enumerate(voted)
    )
    is_against = bool(contra.prod() > pro.prod())
    unites = round(float(max(pro.prod(), contra.prod())), DIGITS)
    divides = round(float(pro.max() - pro.min()), DIGITS)
    text = ballots.texts[place]
    return Agreement(text, unites, is_against, votes), Agreement(text, divides, False, votes)


def _stands_for(ballots: Ballots, group: int, agreeing: Numbers, counts: Numbers) -> tuple[str, ...]:
    """Texts on which a group differs most from the others: two proportions, z, either way."""
    own, all_votes = counts[group], counts.sum(axis=0)
    others = all_votes - own
    inside = (agreeing[0, group] + 1) / (own + 2)
    outside = (agreeing[0].sum(axis=0) - agreeing[0, group] + 1) / (others + 2)
    both = (agreeing[0].sum(axis=0) + 1) / (all_votes + 2)
    z = np.abs(inside - outside) / np.sqrt(both * (1 - both) * (1 / (own + 2) + 1 / (others + 2)))
    told = [place for place in range(len(ballots.texts)) if own[place] >= LEAST_GROUP_VOTES and others[place] > 0]
    order = sorted(told, key=lambda place: (-round(float(z[place]), 9), ballots.texts[place]))
    return tuple(ballots.texts[place] for place in order[:SHOWN] if z[place] > 1.0)
