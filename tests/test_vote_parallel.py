"""Votes at the same time: none lost, none double, and the tally equals a recount at every moment while it is folded."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import jobs.fold
from tests import recount
from tests.acting import cast, published, withdraw
from tests.conftest import Portal
from tests.given import Given

CHOICES = ("FOR", "MIXED", "AGAINST")


def opinion(given: Given, portal: Portal) -> str:
    """A new proposal that takes opinions."""
    return published(given.actor(portal), given.activity(portal, kind="CONSULTATION", vote_method="OPINION"))


def test_two_hundred_voters_at_once_are_all_counted_once_while_tallies_are_folded(given: Given, town: Portal) -> None:
    contribution = opinion(given, town)

    def vote(voter: Portal, index: int) -> str | None:
        """Cast; every third changes its mind, every fifth withdraws. Tells what remains."""
        cast(voter, contribution, CHOICES[index % 3])
        if index % 3 == 0:
            cast(voter, contribution, "MIXED")
        if index % 5 == 0:
            withdraw(voter, contribution)
            return None
        return "MIXED" if index % 3 == 0 else CHOICES[index % 3]

    moments = 0
    with ThreadPoolExecutor(16) as pool:
        voters = [pool.submit(vote, voter, index) for index, voter in enumerate(given.citizens(town, 200))]
        while wait(voters, timeout=0.02).not_done:
            recount.votes(given, town, contribution)
            given.run(jobs.fold.fold(given.database, town.number))
            recount.votes(given, town, contribution)
            moments += 1
        expected = Counter(choice for voter in voters if (choice := voter.result()) is not None)
    assert moments > 5
    assert sum(expected.values()) == 160
    assert recount.votes(given, town, contribution) == expected
    given.fold(town)
    assert recount.votes(given, town, contribution) == expected
    assert given.row(town, contribution)["support_count"] == expected["FOR"]


def test_actor_who_votes_on_twenty_connections_has_one_vote(given: Given, town: Portal) -> None:
    contribution = opinion(given, town)
    voter = given.actor(town)
    ready = Barrier(20)

    def vote(index: int) -> list[dict[str, str]]:
        ready.wait(10)
        return list(cast(voter, contribution, CHOICES[index % 3])["userErrors"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(vote, range(20))) == [[]] * 20
    assert sum(recount.votes(given, town, contribution).values()) == 1
    given.fold(town)
    assert sum(recount.votes(given, town, contribution).values()) == 1


def test_actor_who_casts_and_withdraws_at_once_has_at_most_one_vote(given: Given, town: Portal) -> None:
    contribution = opinion(given, town)
    voter = given.actor(town)
    ready = Barrier(20)

    def act(index: int) -> list[dict[str, str]]:
        ready.wait(10)
        payload = withdraw(voter, contribution) if index % 2 else cast(voter, contribution, CHOICES[index % 3])
        return list(payload["userErrors"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(act, range(20))) == [[]] * 20
    assert sum(recount.votes(given, town, contribution).values()) <= 1
    given.fold(town)
    assert cast(voter, contribution, "FOR")["contribution"]["tally"]["totalCount"] == 1
    assert recount.votes(given, town, contribution) == {"FOR": 1}
