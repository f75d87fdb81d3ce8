"""Ballots at the same time: whatever one voter sends at once, over connections of their own, one whole ballot stays."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import Any

import psycopg
import pytest

from database import naming
from tests.conftest import Portal
from tests.given import Given
from tests.test_ballot import CAST_ONE, Poll, chosen

AT_ONCE = 20
CASTS = 200


def recount(given: Given, poll: Poll) -> list[int]:
    """How many votes each project has, by the rows."""
    rows = "SELECT contribution_id::text, count(*) FROM __tenant__.vote GROUP BY 1"
    found = dict(given.sql(poll.town, rows))
    return [int(found.get(project.rsplit("_", 1)[1], 0)) for project in poll.projects]


def tallied(poll: Poll) -> list[int]:
    return [poll.counts(place).get("SUPPORT", 0) for place in range(len(poll.projects))]


def at_once(act: Any) -> list[Any]:
    """What two hundred acts answer, twenty at a time, begun together."""
    ready = Barrier(AT_ONCE)

    def run(index: int) -> Any:
        if index < AT_ONCE:
            ready.wait(10)
        return act(index)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(CASTS)))


def test_two_hundred_votes_of_one_voter_at_once_leave_the_three_that_the_rule_allows(
    given: Given, town: Portal
) -> None:
    poll, voter = Poll(given, town, "APPROVAL", projects=20, vote_least=1, vote_most=3), given.actor(town)

    def cast(index: int) -> list[str]:
        vote = {"contribution": poll.projects[index % 20], "choice": "SUPPORT"}
        return [error["code"] for error in voter.ask(CAST_ONE, input=vote)["voteCast"]["userErrors"]]

    assert {code for codes in at_once(cast) for code in codes} == {"BALLOT_TOO_LARGE"}
    assert len(poll.kept(voter)) == 3
    assert tallied(poll) == recount(given, poll)
    assert sum(recount(given, poll)) == 3
    given.fold(town)
    assert tallied(poll) == recount(given, poll)


@pytest.mark.parametrize("method", ["APPROVAL", "BUDGET"])
def test_two_hundred_ballots_of_one_voter_at_once_leave_one_that_keeps_the_rule(
    given: Given, town: Portal, method: str
) -> None:
    """Of the projects, which cost 10 to 120 euros, each ballot names some; the budget is 150 euros."""
    rule: dict[str, Any] = {"vote_least": 1, "vote_most": 3}
    if method == "BUDGET":
        rule = {"vote_least": 0, "vote_most": 100, "budget_euros": 150, "costs": 10}
    poll, voter = Poll(given, town, method, projects=12, **rule), given.actor(town)

    def cast(index: int) -> list[str]:
        chance = Random(index)  # Chance, no secret.
        if index % 10 == 9:
            return [error["code"] for error in poll.withdraw(voter)["userErrors"]]
        places = chance.sample(range(12), chance.randint(1, 4))
        return [error["code"] for error in poll.cast(voter, chosen(*places))["userErrors"]]

    assert {code for codes in at_once(cast) for code in codes} == {"BALLOT_TOO_LARGE"}
    poll.cast(voter, chosen(0, 1))
    assert set(poll.kept(voter)) == {0, 1}
    assert tallied(poll) == recount(given, poll)
    given.fold(town)
    assert tallied(poll) == recount(given, poll)
    [(ballots,)] = given.sql(town, "SELECT count(*) FROM __tenant__.ballot WHERE activity_id = %s", poll.activity[-36:])
    assert ballots == 1


def test_money_of_one_voter_is_spent_once_whatever_is_put_in_at_once(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "BUDGET", projects=12, costs=10, vote_least=0, vote_most=100, budget_euros=150)
    voter = given.actor(town)

    def cast(index: int) -> list[str]:
        vote = {"contribution": poll.projects[index % 12], "choice": "SUPPORT"}
        return [error["code"] for error in voter.ask(CAST_ONE, input=vote)["voteCast"]["userErrors"]]

    assert {code for codes in at_once(cast) for code in codes} == {"BALLOT_TOO_LARGE"}
    spent = sum(amount or 0 for _, amount in poll.kept(voter).values())
    assert 0 < spent <= 150
    assert tallied(poll) == recount(given, poll)


def test_voters_do_not_wait_for_each_other(given: Given, town: Portal) -> None:
    """While one voter's ballot is locked, and not yet committed, another casts hers."""
    poll, first, second = Poll(given, town, "APPROVAL", vote_least=1, vote_most=3), given.actor(town), given.actor(town)
    poll.cast(first, chosen(0))
    with psycopg.connect(given.url) as holding:
        lock = naming.qualify("SELECT id FROM __tenant__.ballot WHERE activity_id = %s FOR UPDATE", town.number)
        holding.execute(lock, [poll.activity[-36:]])
        assert poll.cast(second, chosen(0, 1))["userErrors"] == []
    assert recount(given, poll)[:2] == [2, 1]
