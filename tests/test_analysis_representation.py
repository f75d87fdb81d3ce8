"""Representation: what is shown stands nearer to every group than a random sample of the same length."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from analysis import representation
from analysis.engine import analyse
from analysis.representation import Crowd
from analysis.result import AnalysisMethod, AnalysisResult
from tests.corpora import corpus, texts


@pytest.fixture(scope="module")
def result() -> AnalysisResult:
    """A small group among a large one: chance hardly ever shows it."""
    return analyse(
        corpus(texts("bikes", 150), texts("canteen", 31), texts("trees", 31)),
        method=AnalysisMethod(topic_count=3, shown_count=8),
    )


def test_every_group_of_thirty_people_is_served_at_least_as_well_as_by_chance(result: AnalysisResult) -> None:
    assert result.representation is not None
    distances = result.representation.distances
    assert (distances[0].kind, distances[0].text_count) == ("ALL", 212)
    assert {one.kind for one in distances} == {"ALL", "TOPIC", "ZONE"}
    assert [one.name for one in distances if not one.is_represented] == []
    assert all(0 <= one.distance <= 1 and one.person_count >= representation.LEAST_PEOPLE for one in distances)
    assert distances[0].distance < distances[0].random_distance


def test_shown_texts_are_as_many_as_wanted_and_each_once(result: AnalysisResult) -> None:
    assert result.representation is not None
    shown = result.representation.shown
    assert len(shown) == len(set(shown)) == 8
    assert {id_.partition("-")[0] for id_ in shown} == {"bikes", "canteen", "trees"}


def test_distances_are_means_of_the_nearest_shown() -> None:
    rows = csr_matrix(np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [1.0, 0.0]]))
    every = Crowd("ALL", "", np.arange(4), 4)
    made = representation.represent(rows, ["a", "b", "c", "d"], [0, 1, 2, 3], [every], 1, 1)
    assert made is not None
    assert made.shown == ("c",)
    assert made.distances[0].distance == round((0.4 + 0.2 + 0.0 + 0.4) / 4, 4)


def test_group_of_few_people_is_not_told_apart() -> None:
    rows = csr_matrix(np.eye(4))
    crowds = [
        Crowd("ALL", "", np.arange(4), 4),
        Crowd("ZONE", "Nord", np.arange(2), 29),
        Crowd("ZONE", "Sud", np.arange(2), 30),
    ]
    made = representation.represent(rows, list("abcd"), [0, 1, 2, 3], crowds, 2, 1)
    assert made is not None
    assert [(one.kind, one.name) for one in made.distances] == [("ALL", ""), ("ZONE", "Sud")]


def test_group_that_chance_would_serve_better_weighs_more() -> None:
    """Four matters of sixty, forty, twenty and eight texts: the eight are a group, and three texts are shown."""
    rows = csr_matrix(np.repeat(np.eye(4), [60, 40, 20, 8], axis=0))
    crowds = [Crowd("ALL", "", np.arange(128), 128), Crowd("GROUP", "few", np.arange(120, 128), 30)]
    made = representation.represent(rows, [f"{at:03}" for at in range(128)], range(128), crowds, 3, 1)
    assert made is not None
    assert made.shown == ("000", "060", "120")
    assert [one.is_represented for one in made.distances] == [True, True]


def test_few_texts_are_tried_until_every_group_is_served() -> None:
    """Fourteen groups that overlap, and six texts to serve them: sixteen attempts leave one of them out."""
    chance = np.random.default_rng(47)
    rows = np.abs(chance.normal(size=(60, 12))) ** 3
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    groups = [Crowd("GROUP", str(at), np.sort(chance.choice(60, 8, replace=False)), 30) for at in range(14)]
    crowds = [Crowd("ALL", "", np.arange(60), 60), *groups]
    made = representation.represent(csr_matrix(rows), [str(at) for at in range(60)], range(60), crowds, 6, 1)
    assert made is not None
    assert [one.name for one in made.distances if not one.is_represented] == []


@pytest.mark.parametrize(
    ("size", "wanted", "count"), [(5, None, 5), (80, None, 10), (300, None, 30), (9_000, None, 60), (50, 7, 7)]
)
def test_a_tenth_is_shown_within_bounds(size: int, wanted: int | None, count: int) -> None:
    assert representation.shown_count(size, wanted) == count
