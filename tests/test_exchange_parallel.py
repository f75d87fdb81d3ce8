"""Exchanges at the same time, over connections of their own: no place is promised twice, and nobody is left in between."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.acting import publish, published, revise
from tests.conftest import Portal
from tests.exchanging import Aid, accept, accepted, confirm, end, propose, proposed, status
from tests.given import Given, uuid_in
from tests.test_life import counts
from tests.test_thread import thread

ROUNDS = 12


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What acts answer that begin together, each on a connection of its own."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_accepting_and_withdrawing_at_once_one_happens(given: Given, town: Portal, _round: int) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    answers = at_once(lambda: accept(aid.author, exchange), lambda: end(helper, "withdraw", exchange))
    assert sorted(codes(answer) for answer in answers) == [[], ["EXCHANGE_STATE"]]
    assert (status(helper, exchange), aid.count()) in (("ACCEPTED", 1), ("WITHDRAWN", 0))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_accepted_for_the_last_place_one_is_and_the_other_waits(given: Given, town: Portal, _round: int) -> None:
    aid = Aid(given, town)
    helpers = [aid.neighbour() for _ in range(2)]
    exchanges = [proposed(helper, aid.contribution) for helper in helpers]
    answers = at_once(*(lambda one=one: accept(aid.author, one) for one in exchanges))  # type: ignore[misc]
    assert [codes(answer) for answer in answers] == [[], []]  # Never an error.
    assert sorted(status(aid.author, one) for one in exchanges) == ["ACCEPTED", "WAITING"]
    assert aid.count() == 1


def test_twenty_accepted_at_once_fill_three_places_and_the_rest_waits(given: Given, town: Portal) -> None:
    aid = Aid(given, town, "OFFER", capacity=3)
    exchanges = [proposed(aid.neighbour(), aid.contribution) for _ in range(20)]
    answers = at_once(*(lambda one=one: accept(aid.author, one) for one in exchanges))  # type: ignore[misc]
    assert [codes(answer) for answer in answers] == [[]] * 20
    assert Counter(status(aid.author, one) for one in exchanges) == {"ACCEPTED": 3, "WAITING": 17}
    assert aid.count() == 3


def test_twenty_proposals_of_one_person_at_once_are_one(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    answers = at_once(*[lambda: propose(helper, aid.contribution)] * 20)
    assert Counter(str(codes(answer)) for answer in answers) == {"[]": 1, "['ALREADY_PROPOSED']": 19}
    alive = "SELECT count(*) FROM __tenant__.exchange WHERE contribution_id = %s"
    assert given.sql(town, alive, uuid_in(aid.contribution)) == [(1,)]


def test_newcomers_measure_holds_for_proposals_at_once(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    requests = [published(given.actor(town), aid.activity, "REQUEST", title=f"Demande {n}") for n in range(12)]
    answers = at_once(*(lambda one=one: propose(helper, one) for one in requests))  # type: ignore[misc]
    assert Counter(str(codes(answer)) for answer in answers) == {"[]": 3, "['TOO_MANY_PROPOSALS']": 9}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_capacity_is_never_lowered_under_what_is_accepted_meanwhile(given: Given, town: Portal, _round: int) -> None:
    aid = Aid(given, town, "OFFER", capacity=2)
    exchanges = [proposed(aid.neighbour(), aid.contribution) for _ in range(2)]
    at_once(
        lambda: accept(aid.author, exchanges[0]),
        lambda: accept(aid.author, exchanges[1]),
        lambda: revise(aid.author, aid.contribution, capacity=1),
    )
    capacity = given.row(town, aid.contribution)["capacity"]
    assert aid.count() == capacity  # Both and two places, or one and one.
    expected = {1: ["ACCEPTED", "WAITING"], 2: ["ACCEPTED", "ACCEPTED"]}[capacity]
    assert sorted(status(aid.author, one) for one in exchanges) == expected


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_acceptance_a_second_around_the_lapse_is_one_or_the_other(given: Given, town: Portal, _round: int) -> None:
    """The clock's job and the author at the very end of the time."""
    aid = Aid(given, town)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    left = f"{-20 + 5 * _round} milliseconds"
    given.sql(
        town, "UPDATE __tenant__.exchange SET lapses_at = now() + %s::interval, due_at = now(), nudged_at = now()"
        " WHERE id = %s", left, uuid_in(exchange),
    )  # fmt: skip
    _, answer = at_once(aid.tend, lambda: accept(aid.author, exchange))
    aid.tend()
    reached = status(helper, exchange)
    assert (codes(answer), reached) in (
        ([], "ACCEPTED"),
        (["EXCHANGE_STATE"], "LAPSED"),
        (["EXCHANGE_STATE"], "PROPOSED"),
    )
    assert aid.count() == (1 if reached == "ACCEPTED" else 0)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_place_that_is_free_again_while_somebody_proposes_is_not_missed(
    given: Given, town: Portal, _round: int
) -> None:
    aid = Aid(given, town)
    first, second = aid.neighbour(), aid.neighbour()
    taken = proposed(first, aid.contribution)
    accept(aid.author, taken)
    _, answer = at_once(lambda: end(first, "cancel", taken), lambda: propose(second, aid.contribution))
    assert status(second, answer["exchange"]["id"]) == "PROPOSED"
    assert aid.count() == 0


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_author_who_is_erased_meanwhile_leaves_nothing_alive(given: Given, town: Portal, _round: int) -> None:
    aid = Aid(given, town, "OFFER", capacity=0)
    exchanges = [proposed(aid.neighbour(), aid.contribution) for _ in range(2)]
    late = aid.neighbour()
    erase = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Maryse"}) { userErrors { code } } }'
    at_once(
        lambda: aid.author.ask(erase), lambda: accept(aid.author, exchanges[0]), lambda: propose(late, aid.contribution)
    )
    alive = "SELECT count(*) FROM __tenant__.exchange WHERE contribution_id = %s AND ended_at IS NULL"
    assert given.sql(town, alive, uuid_in(aid.contribution)) == [(0,)]
    assert aid.count() == 0


def test_both_who_say_at_once_that_it_is_done_agree(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accept(aid.author, exchange)
    answers = at_once(lambda: confirm(aid.author, exchange), lambda: confirm(helper, exchange))
    assert [codes(answer) for answer in answers] == [[], []]
    assert status(helper, exchange) == "DONE"


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_who_answer_each_others_mirror_at_once_have_one_exchange(given: Given, town: Portal, _round: int) -> None:
    """One asks for what the other offers, and both propose."""
    aid = Aid(given, town)
    helper = aid.neighbour()
    offer = published(helper, aid.activity, "OFFER")
    answers = at_once(lambda: propose(helper, aid.contribution), lambda: propose(aid.author, offer))
    assert [codes(answer) for answer in answers] == [[], []]
    assert len({answer["exchange"]["id"] for answer in answers}) == 1
    people = [uuid_in(who.ask("{ viewer { id } }")["viewer"]["id"]) for who in (helper, aid.author)]
    alive = "SELECT status FROM __tenant__.exchange WHERE proposer_id = ANY(%s) AND author_id = ANY(%s)"
    assert given.sql(town, alive, people, people) == [("ACCEPTED",)]
    assert len(thread(helper, answers[0]["exchange"]["id"])) == 2


def test_offer_of_another_category_is_no_mirror(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    offer = published(helper, aid.activity, "OFFER", category=given.category(town, aid.activity))
    exchanges = {proposed(helper, aid.contribution), proposed(aid.author, offer)}
    assert len(exchanges) == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_renewal_at_the_moment_of_the_expiry_ends_open_and_counted_once(
    given: Given, town: Portal, _round: int
) -> None:
    aid = Aid(given, town)
    exchange = accepted(aid.author, proposed(aid.neighbour(), aid.contribution))["id"]
    given.let_expire(town, aid.contribution)
    renewed, _ = at_once(lambda: revise(aid.author, aid.contribution, expiresAfterDays=3), lambda: given.expire(town))
    assert codes(renewed) == []
    assert given.row(town, aid.contribution)["status"] == "OPEN"
    assert counts(given, town, aid.activity) == {"OPEN": 1}
    assert status(aid.author, exchange) == "ACCEPTED"


def test_requests_of_one_person_at_once_are_no_more_than_the_activity_allows(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    answers = at_once(*[lambda: publish(author, activity, "REQUEST")] * 12)
    assert Counter(str(codes(answer)) for answer in answers) == {"[]": 5, "['TOO_MANY_REQUESTS']": 7}
