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
    """Forty texts say one thing, four another: the four are a group, and two are shown."""
    chance = np.random.default_rng(2)
    many = np.hstack([np.abs(chance.normal(size=(40, 20))), np.zeros((40, 5))])
    few = np.hstack([np.zeros((4, 20)), np.ones((4, 5))])
    rows = np.vstack([many, few])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    crowds = [Crowd("ALL", "", np.arange(44), 44), Crowd("GROUP", "few", np.arange(40, 44), 30)]
    made = representation.represent(csr_matrix(rows), [f"{at}" for at in range(44)], range(44), crowds, 2, 1)
    assert made is not None
    assert all(one.is_represented for one in made.distances)


@pytest.mark.parametrize(
    ("size", "wanted", "count"), [(5, None, 5), (80, None, 10), (300, None, 30), (9_000, None, 60), (50, 7, 7)]
)
def test_a_tenth_is_shown_within_bounds(size: int, wanted: int | None, count: int) -> None:
    assert representation.shown_count(size, wanted) == count
