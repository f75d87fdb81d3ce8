"""Pausing: what its author paused is in no list and takes no new answers, while what was begun goes on."""

from typing import Any

import pytest

from tests.acting import close, pause, published, refused, resume, revise
from tests.conftest import Portal
from tests.exchanging import Aid, accept, propose, proposed, status
from tests.given import Given
from tests.test_exchange_parallel import at_once, codes

LISTS = """query($a: ID!, $who: ID!) {
  open: contributions(activity: $a) { totalCount nodes { id } }
  any: contributions(activity: $a, status: null) { totalCount nodes { id } }
  paused: contributions(activity: $a, status: PAUSED) { totalCount nodes { id } }
  actor(id: $who) { contributions { totalCount nodes { id } } }
}"""
ONE = "query($id: ID!) { contribution(id: $id) { status expiresAt } }"


@pytest.fixture
def aid(given: Given, town: Portal) -> Aid:
    return Aid(given, town, "OFFER", capacity=2)


def listed(given: Given, aid: Aid, by: Portal) -> dict[str, bool]:
    """In which lists somebody finds it; counts are those of the rows."""
    given.fold(by)
    told = by.ask(LISTS, a=aid.activity, who=aid.author.ask("{ viewer { id } }")["viewer"]["id"])
    lists = {**told, "actor": told["actor"]["contributions"]}
    assert all(found["totalCount"] == len(found["nodes"]) for found in lists.values()), lists
    return {name: aid.contribution in [node["id"] for node in found["nodes"]] for name, found in lists.items()}


def test_paused_is_listed_for_its_author_and_moderators_alone(given: Given, town: Portal, aid: Aid) -> None:
    nowhere = dict.fromkeys(("open", "any", "paused", "actor"), False)
    assert pause(aid.author, aid.contribution) == {"contribution": {"status": "PAUSED"}, "userErrors": []}
    assert listed(given, aid, town) == listed(given, aid, given.actor(town)) == nowhere
    assert listed(given, aid, aid.author) == nowhere | {"paused": True, "actor": True}
    staff = given.actor(town, role="MODERATOR")
    assert listed(given, aid, staff) == nowhere | {"any": True, "paused": True, "actor": True}
    assert town.ask(ONE, id=aid.contribution)["contribution"]["status"] == "PAUSED"
    assert resume(aid.author, aid.contribution) == {"contribution": {"status": "OPEN"}, "userErrors": []}
    assert listed(given, aid, town) == {"open": True, "any": True, "paused": False, "actor": True}


def test_exchanges_go_on_and_nobody_new_answers(aid: Aid) -> None:
    helper, late = aid.neighbour(), aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    pause(aid.author, aid.contribution)
    assert propose(late, aid.contribution)["userErrors"] == refused("CONTRIBUTION_PAUSED", "contribution")
    assert accept(aid.author, exchange)["userErrors"] == []
    assert status(helper, exchange) == "ACCEPTED"
    assert close(aid.author, aid.contribution)["userErrors"] == []


def test_what_cannot_be_paused_or_resumed_stays(given: Given, town: Portal, aid: Aid) -> None:
    idea = published(aid.author, given.activity(town, kind="IDEA_BOX"))
    assert pause(aid.author, idea)["userErrors"] == refused("BAD_INPUT", "contribution")
    assert resume(aid.author, aid.contribution)["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
    assert pause(aid.neighbour(), aid.contribution)["userErrors"] == refused("NOT_AUTHOR", "contribution")
    pause(aid.author, aid.contribution)
    assert pause(aid.author, aid.contribution)["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
    assert revise(aid.author, aid.contribution, title="Un autre titre")["contribution"]["status"] == "PAUSED"


@pytest.mark.parametrize("_round", range(6))
def test_pausing_and_accepting_at_once_both_happen(given: Given, town: Portal, _round: int) -> None:
    aid = Aid(given, town, "OFFER", capacity=1)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    answers: list[dict[str, Any]] = at_once(
        lambda: pause(aid.author, aid.contribution), lambda: accept(aid.author, exchange)
    )
    assert [codes(answer) for answer in answers] == [[], []]
    assert (status(helper, exchange), aid.count()) == ("ACCEPTED", 1)
    assert given.row(town, aid.contribution)["status"] == "PAUSED"


@pytest.mark.parametrize("_round", range(6))
def test_renewing_wins_over_the_clock(given: Given, town: Portal, aid: Aid, _round: int) -> None:
    given.let_expire(town, aid.contribution)
    answers = at_once(lambda: revise(aid.author, aid.contribution, expiresAfterDays=5), lambda: given.expire(town))
    assert answers[0]["userErrors"] == []
    assert town.ask(ONE, id=aid.contribution)["contribution"]["status"] == "OPEN"
    given.expire(town)
    assert given.row(town, aid.contribution)["status"] == "OPEN"


@pytest.mark.parametrize(
    ("kind", "activity_days", "days"),
    [("REQUEST", None, 14), ("REQUEST", 30, 14), ("REQUEST", 2, 2), ("OFFER", 30, 30), ("OFFER", None, None)],
)
def test_requests_expire_sooner(
    given: Given, town: Portal, kind: str, activity_days: int | None, days: int | None
) -> None:
    activity = given.activity(town, kind="MUTUAL_AID", expires_after_days=activity_days)
    made = published(given.actor(town), activity, kind)
    [(left,)] = given.sql(
        town,
        "SELECT (expires_at AT TIME ZONE 'Europe/Paris')::date - (now() AT TIME ZONE 'Europe/Paris')::date"
        " FROM __tenant__.contribution WHERE id = %s",
        made.rsplit("_", 1)[1],
    )
    assert left == (None if days is None else days + 1)
