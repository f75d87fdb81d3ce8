"""Idempotency keys: the same request twice changes nothing twice, another request under the key is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.acting import cast, close, comment, publish, published, refused, revise, withdraw
from tests.conftest import Portal
from tests.given import Given

KEY = "key-of-the-client"
REUSED = refused("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
PLACE = {"lat": 48.75, "lng": -0.85}
"""Between Rennes and Le Havre, in the reach of both."""

Act = Callable[[Portal, str, str], dict[str, Any]]

ACTS: dict[str, Act] = {
    "publish": lambda actor, activity, _: publish(actor, activity, location=PLACE, idempotencyKey=KEY),
    "revise": lambda actor, _, contribution: revise(actor, contribution, expiresAfterDays=9, idempotencyKey=KEY),
    "close": lambda actor, _, contribution: close(actor, contribution, "FULFILLED", idempotencyKey=KEY),
    "comment": lambda actor, _, contribution: comment(actor, contribution, idempotencyKey=KEY),
    "cast": lambda actor, _, contribution: cast(actor, contribution, "SUPPORT", idempotencyKey=KEY),
    "withdraw": lambda actor, _, contribution: withdraw(actor, contribution, idempotencyKey=KEY),
}


@pytest.fixture
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, vote_method="SUPPORT")


@pytest.mark.parametrize("name", ACTS)
def test_same_request_under_its_key_answers_the_same_and_changes_nothing(
    given: Given, town: Portal, activity: str, name: str
) -> None:
    author = given.actor(town)
    contribution = published(author, activity, location=PLACE)
    first = ACTS[name](author, activity, contribution)
    assert first["userErrors"] == []
    given.fold(town)  # As the worker does meanwhile.
    before = given.row(town, contribution)
    with given.nothing_written(town):
        assert ACTS[name](author, activity, contribution) == first
    assert given.row(town, contribution) == before


def test_answer_to_a_repeated_request_shows_what_is_true_now(given: Given, town: Portal, activity: str) -> None:
    contribution = published(given.actor(town), activity)
    voter = given.actor(town)
    cast(voter, contribution, "SUPPORT", idempotencyKey=KEY)
    withdraw(voter, contribution)
    again = cast(voter, contribution, "SUPPORT", idempotencyKey=KEY)
    assert (again["vote"], again["contribution"]["tally"]["totalCount"]) == (None, 0)


@pytest.mark.parametrize("other", [name for name in ACTS if name != "publish"])
def test_another_mutation_under_the_key_is_refused(given: Given, town: Portal, activity: str, other: str) -> None:
    author = given.actor(town)
    contribution = published(author, activity)
    publish(author, activity, idempotencyKey=KEY)
    before = given.row(town, contribution)
    with given.nothing_written(town):
        assert ACTS[other](author, activity, contribution)["userErrors"] == REUSED
    assert given.row(town, contribution) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Un autre titre"},
        {"location": {"lat": 48.1, "lng": -1.5}},
        {"location": None},
        {"expiresAfterDays": 3},
    ],
)
def test_publication_with_another_field_under_the_key_is_refused(
    given: Given, town: Portal, activity: str, fields: dict[str, Any]
) -> None:
    author = given.actor(town)
    publish(author, activity, location=PLACE, idempotencyKey=KEY)
    with given.nothing_written(town):
        answer = publish(author, activity, **{"location": PLACE, **fields}, idempotencyKey=KEY)
    assert answer == {"contribution": None, "userErrors": REUSED}


def test_vote_with_another_choice_under_the_key_is_refused(given: Given, town: Portal) -> None:
    contribution = published(given.actor(town), given.activity(town, vote_method="OPINION"))
    voter = given.actor(town)
    cast(voter, contribution, "FOR", idempotencyKey=KEY)
    with given.nothing_written(town):
        assert cast(voter, contribution, "AGAINST", idempotencyKey=KEY)["userErrors"] == REUSED


def test_ten_requests_at_once_under_one_key_publish_once(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    ready = Barrier(10)

    def act(_: int) -> dict[str, Any]:
        ready.wait(10)
        return ACTS["publish"](author, activity, "")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(act, range(10)))
    assert answers == [answers[0]] * 10
    assert answers[0]["userErrors"] == []
    query = "query($id: ID!) { activity(id: $id) { contributions { totalCount nodes { id } } } }"
    assert town.ask(query, id=activity)["activity"]["contributions"] == {
        "totalCount": 1,
        "nodes": [{"id": answers[0]["contribution"]["id"]}],
    }


def test_keys_of_two_actors_do_not_meet(given: Given, town: Portal, activity: str) -> None:
    ids = {ACTS["publish"](given.actor(town), activity, "")["contribution"]["id"] for _ in range(2)}
    assert len(ids) == 2


def test_keys_of_two_tenants_do_not_meet(given: Given, town: Portal, lehavre: Portal) -> None:
    uuid = given.insert(town, "actor", kind="CITIZEN", role="MEMBER", name="Camille", created_at="now")
    given.sql(lehavre, "INSERT INTO __tenant__.actor VALUES (%s, 'CITIZEN', 'MEMBER', 'Camille', now())", uuid)
    for portal in (town, lehavre):
        given.agreed(portal, uuid)
        answer = ACTS["publish"](given.signed_in(portal, uuid), given.activity(portal), "")
        assert answer["userErrors"] == []


def test_refused_request_does_not_burn_its_key(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    with given.nothing_written(town):
        assert publish(author, activity, category="x", idempotencyKey=KEY)["userErrors"] == refused(
            "BAD_ID", "category"
        )
        assert publish(author, activity, title="", idempotencyKey=KEY)["userErrors"] == refused("TOO_SHORT", "title")
    assert publish(author, activity, idempotencyKey=KEY)["userErrors"] == []


def test_keys_of_eight_and_of_a_hundred_characters_are_taken(given: Given, town: Portal, activity: str) -> None:
    author = given.actor(town)
    for key in ("é" * 8, "x" * 100):
        assert publish(author, activity, idempotencyKey=key)["userErrors"] == []
