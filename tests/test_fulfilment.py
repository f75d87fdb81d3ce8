"""Fulfilment: a request whose places are all done is over, for its author and for whoever still waits."""

from typing import Any

from jobs import expiry, nudge
from tests.acting import refused, revise
from tests.conftest import Portal
from tests.exchanging import Aid, accepted, confirm, dispute, propose, proposed, read, settle, status
from tests.given import Given, uuid_in
from tests.moderating import assert_mailed, decided, reported, with_address


def ended(aid: Aid) -> tuple[str, str | None]:
    row = aid.given.row(aid.town, aid.contribution)
    return str(row["status"]), row["outcome"]


def done(aid: Aid, helper: Portal) -> str:
    """An exchange that the two have agreed on and say that it is done."""
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    assert confirm(helper, exchange)["userErrors"] == confirm(aid.author, exchange)["userErrors"] == []
    return exchange


def needs(aid: Aid) -> list[str]:
    """What the list of the activity shows as open."""
    listed = aid.town.ask(
        "query($id: ID!) { activity(id: $id) { contributions(status: OPEN, first: 50) { nodes { id } } } }",
        id=aid.activity,
    )
    return [node["id"] for node in listed["activity"]["contributions"]["nodes"]]


def test_request_of_which_all_places_are_done_is_closed_as_fulfilled_at_once(given: Given, town: Portal) -> None:
    aid = Aid(given, town, capacity=2)
    done(aid, aid.neighbour())
    assert (ended(aid), needs(aid)) == (("OPEN", None), [aid.contribution])
    done(aid, aid.neighbour())
    assert (ended(aid), needs(aid)) == (("CLOSED", "FULFILLED"), [])
    told = "SELECT kind, actor_id, payload FROM __tenant__.event WHERE subject_id = %s ORDER BY id DESC LIMIT 1"
    assert given.sql(town, told, uuid_in(aid.contribution)) == [("CONTRIBUTION_CLOSED", None, {"outcome": "FULFILLED"})]
    late = propose(aid.neighbour(), aid.contribution)
    assert late["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")


def test_who_waits_for_what_is_done_waits_no_longer_and_is_told_kindly(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper, second = aid.neighbour(), with_address(given, town)
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    waiting = proposed(second[0], aid.contribution)
    assert status(second[0], waiting) == "WAITING"
    confirm(aid.author, exchange)
    confirm(helper, exchange)
    told = read(second[0], waiting)
    assert told is not None
    assert (told["status"], told["reason"], told["endedBy"], told["acts"]) == ("LAPSED", "FOUND_SOMEBODY", "CLOCK", [])
    assert_mailed(given, town, second[1], "EXCHANGE_CHANGED")
    happened = "SELECT kind FROM __tenant__.event WHERE subject_id = %s ORDER BY id DESC LIMIT 1"
    assert given.sql(town, happened, uuid_in(waiting)) == [("EXCHANGE_LAPSED",)]


def test_silence_of_the_other_and_a_moderator_fulfil_a_request_as_well(given: Given, town: Portal) -> None:
    silent, settled = Aid(given, town), Aid(given, town)
    exchange = proposed(silent.neighbour(), silent.contribution)
    accepted(silent.author, exchange)
    confirm(silent.author, exchange)
    silent.age(exchange, "7 days 1 second")
    silent.tend()
    assert ended(silent) == ("CLOSED", "FULFILLED")
    exchange = proposed(settled.neighbour(), settled.contribution)
    accepted(settled.author, exchange)
    dispute(settled.author, exchange)
    settle(given.actor(town, role="MODERATOR"), exchange, is_done=True)
    assert ended(settled) == ("CLOSED", "FULFILLED")


def test_author_who_wants_no_more_than_what_is_done_has_it(given: Given, town: Portal) -> None:
    aid = Aid(given, town, capacity=3)
    done(aid, aid.neighbour())
    revise(aid.author, aid.contribution, capacity=1)
    assert ended(aid) == ("CLOSED", "FULFILLED")


def test_request_that_has_expired_ends_with_its_outcome(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    given.let_expire(town, aid.contribution)
    given.run(expiry.expire(given.database, town.number))
    assert ended(aid) == ("EXPIRED", None)
    confirm(helper, exchange)
    confirm(aid.author, exchange)
    assert ended(aid) == ("CLOSED", "FULFILLED")


def test_what_is_hidden_stays_so_and_is_closed_when_it_is_shown_again(given: Given, town: Portal) -> None:
    aid, moderator = Aid(given, town), given.actor(town, role="MODERATOR")
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    reported(given.actor(town), contribution=aid.contribution)
    decided(moderator, aid.contribution, "HIDE")
    confirm(helper, exchange)
    confirm(aid.author, exchange)
    assert ended(aid) == ("HIDDEN", None)
    decided(moderator, aid.contribution, "RESTORE")
    assert ended(aid) == ("CLOSED", "FULFILLED")


def test_offer_stays_open_for_the_next(given: Given, town: Portal) -> None:
    for capacity in (0, 1):
        aid = Aid(given, town, "OFFER", capacity=capacity)
        done(aid, aid.neighbour())
        assert ended(aid) == ("OPEN", None)


def test_nobody_is_asked_whether_help_came_of_which_both_have_spoken(given: Given, town: Portal) -> None:
    aid = Aid(given, town, capacity=2)
    done(aid, aid.neighbour())
    exchange = proposed(aid.neighbour(), aid.contribution)
    accepted(aid.author, exchange)

    def asked() -> list[Any]:
        grow = "UPDATE __tenant__.contribution SET published_at = now() - %s::interval WHERE id = %s"
        given.sql(town, grow, "2 days 1 hour", uuid_in(aid.contribution))
        given.run(nudge.ask(given.database, town.number))
        rows = given.sql(
            town, "SELECT step FROM __tenant__.nudge WHERE contribution_id = %s", uuid_in(aid.contribution)
        )
        return [step for (step,) in rows]

    confirm(aid.author, exchange)
    assert asked() == []
    given.sql(
        town, "UPDATE __tenant__.exchange SET done_said_by = NULL, done_said_at = NULL WHERE id = %s", uuid_in(exchange)
    )
    assert asked() == [2]
