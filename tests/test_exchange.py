"""Exchanges: from an answer to its outcome, with silence handled, places kept and nobody's address told."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from psycopg import AsyncConnection

from geo import cell
from jobs import expiry
from models import sentence
from models.exchange import EXCHANGE_MOVES, ExchangeStatus, Mover
from models.refusal import ErrorCode
from tests.acting import close, published, refused, revise
from tests.browser import Browser, path_of, text_of
from tests.conftest import Portal
from tests.exchanging import (
    HERE,
    PROPOSE,
    Aid,
    accept,
    accepted,
    confirm,
    dispute,
    end,
    mine,
    propose,
    proposed,
    read,
    settle,
    status,
)
from tests.given import Given, uuid_in
from tests.moderating import REASONS, assert_mailed, decided, mails, reported, with_address
from tests.own import until


@pytest.fixture
def aid(given: Given, town: Portal) -> Aid:
    return Aid(given, town)


def events(aid: Aid, exchange: str) -> list[str]:
    told = "SELECT kind FROM __tenant__.event WHERE subject_id = %s ORDER BY id"
    return [kind for (kind,) in aid.given.sql(aid.town, told, uuid_in(exchange))]


# The way to the end ---------------------------------------------------------------------------------------------------


def test_request_is_answered_accepted_done_and_known_to_have_ended_so(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    asked = read(aid.author, exchange)
    assert asked is not None and asked["acts"] == ["ACCEPT", "DECLINE", "WRITE"] and asked["isWaiting"]
    assert read(helper, exchange)["acts"] == ["WITHDRAW"]  # type: ignore[index]
    assert accepted(aid.author, exchange)["status"] == "ACCEPTED"
    assert aid.count() == 1
    assert read(helper, exchange)["acts"] == ["CONFIRM", "CANCEL", "DISPUTE", "WRITE"]  # type: ignore[index]
    assert confirm(helper, exchange)["exchange"]["doneSaidBy"] == "PROPOSER"
    assert confirm(helper, exchange)["exchange"]["status"] == "ACCEPTED"  # Twice is once.
    assert [one["id"] for one in mine(aid.author, is_waiting=True)] == [exchange]
    assert confirm(aid.author, exchange)["exchange"]["status"] == "DONE"
    assert aid.count() == 1
    reached = ["PROPOSED", "ACCEPTED", "DONE_SAID", "DONE"]
    assert events(aid, exchange) == [f"EXCHANGE_{name}" for name in reached]


def test_what_waits_for_the_viewer_is_told_apart_from_the_rest(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    assert [one["id"] for one in mine(aid.author, is_waiting=True)] == [exchange]
    assert (mine(aid.author, is_waiting=False), mine(helper, is_waiting=True)) == ([], [])
    assert [one["id"] for one in mine(helper)] == [exchange]


def test_nobody_but_the_two_sees_it_moderators_neither(aid: Aid) -> None:
    exchange = proposed(aid.neighbour(), aid.contribution)
    others = [aid.town, aid.neighbour(), *(aid.given.actor(aid.town, role=role) for role in ("MODERATOR", "ADMIN"))]
    for other in others:
        assert read(other, exchange) is None
        seen = other.ask(
            "query($id: ID!) { contribution(id: $id) { viewerExchange { id } }"
            " viewer { exchanges(contribution: $id) { nodes { id } } } }",
            id=aid.contribution,
        )
        assert seen["contribution"] == {"viewerExchange": None}
        assert not seen["viewer"] or seen["viewer"]["exchanges"]["nodes"] == []
    for other in others[1:]:
        assert accept(other, exchange)["userErrors"] == refused("NOT_FOUND", "exchange")


def test_author_of_an_anonymous_request_is_named_once_the_two_have_agreed(given: Given, town: Portal) -> None:
    aid = Aid(given, town, isAnonymous=True)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    assert read(helper, exchange)["author"] is None  # type: ignore[index]
    accepted(aid.author, exchange)
    assert read(helper, exchange)["author"] == {"name": "Maryse"}  # type: ignore[index]


def test_somebody_speaks_for_an_organisation(given: Given, town: Portal, aid: Aid) -> None:
    member = given.actor(town, name="Membre")
    association = given.insert(
        town, "actor", kind="ASSOCIATION", role="MEMBER", name="Entraide", created_at="yesterday"
    )
    person = uuid_in(member.ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(town, "organisation_member", organisation_id=association, member_id=person, given_at="now")
    exchange = proposed(member, aid.contribution, onBehalfOf=f"actor_{town.number}_{association}")
    assert read(member, exchange)["proposer"]["name"] == "Entraide"  # type: ignore[index]
    assert end(member, "withdraw", exchange)["exchange"]["status"] == "WITHDRAWN"


# Moves ----------------------------------------------------------------------------------------------------------------

ACTS: dict[str, tuple[str, Any]] = {
    "accept": ("ACCEPTED", lambda who, id_: accept(who, id_)),
    "decline": ("DECLINED", lambda who, id_: end(who, "decline", id_, "NOT_NEEDED")),
    "withdraw": ("WITHDRAWN", lambda who, id_: end(who, "withdraw", id_, "TOO_FAR")),
    "cancel": ("CANCELLED", lambda who, id_: end(who, "cancel", id_, "NO_NEWS")),
    "confirm": ("DONE", lambda who, id_: confirm(who, id_)),
    "dispute": ("DISPUTED", lambda who, id_: dispute(who, id_)),
}
SQL = """UPDATE __tenant__.exchange SET status = %s, lapses_at = now() + interval '1 day', done_said_by = NULL,
  done_said_at = NULL, ended_at = CASE WHEN %s IN ('PROPOSED', 'WAITING', 'ACCEPTED', 'DISPUTED') THEN NULL ELSE now() END
  WHERE id = %s"""


@pytest.mark.parametrize("before", ExchangeStatus, ids=lambda status: status.value)
def test_the_two_move_it_where_the_table_says_so_and_nowhere_else(
    given: Given, town: Portal, before: ExchangeStatus
) -> None:
    aid = Aid(given, town, capacity=0)
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    for by, who in ((Mover.AUTHOR, aid.author), (Mover.PROPOSER, helper)):
        for after, act in ACTS.values():
            given.sql(town, SQL, before.value, before.value, uuid_in(exchange))
            given.sql(town, "UPDATE __tenant__.contribution SET accepted_count = 1 WHERE id = %s",
                      uuid_in(aid.contribution))  # fmt: skip
            payload = act(who, exchange)
            allowed = any((move.before, move.after.value, move.by) == (before, after, by) for move in EXCHANGE_MOVES)
            assert (payload["userErrors"] == []) is allowed, (before, after, by)
            if not allowed:
                assert payload["userErrors"][0]["code"] in ("EXCHANGE_STATE", "OTHER_PARTY")
                assert given.row(town, exchange)["status"] == before.value


@pytest.mark.parametrize(
    ("how", "reason"),
    [("decline", "DID_NOT_COME"), ("withdraw", "FOUND_SOMEBODY"), ("cancel", "TOO_FAR"), ("decline", "ACCOUNT_CLOSED")],
)
def test_reason_of_another_act_is_refused(aid: Aid, how: str, reason: str) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    who = helper if how == "withdraw" else aid.author
    with aid.given.nothing_written(aid.town):
        assert end(who, how, exchange, reason)["userErrors"] == refused("BAD_INPUT", "reason")


# Places ---------------------------------------------------------------------------------------------------------------


def test_waiting_list_moves_up_in_its_order_when_a_place_is_free_again(aid: Aid) -> None:
    first, second, third = (aid.neighbour() for _ in range(3))
    one, two = proposed(first, aid.contribution), proposed(second, aid.contribution)
    accepted(aid.author, one)
    assert read(second, two)["placeInLine"] == 1  # type: ignore[index]
    three = proposed(third, aid.contribution)
    assert (status(third, three), read(third, three)["placeInLine"]) == ("WAITING", 2)  # type: ignore[index]
    assert accepted(aid.author, three)["status"] == "WAITING"  # No error: there is no place.
    assert end(first, "cancel", one, "NOT_AVAILABLE")["exchange"]["status"] == "CANCELLED"
    assert (status(second, two), status(third, three)) == ("PROPOSED", "WAITING")
    assert read(second, two)["lapsesAt"] is not None  # type: ignore[index]
    assert accepted(aid.author, two)["status"] == "ACCEPTED"
    assert aid.count() == 1


def test_capacity_is_raised_for_those_who_wait_and_never_below_what_is_accepted(given: Given, town: Portal) -> None:
    aid = Aid(given, town, "OFFER", capacity=2)
    neighbours = [aid.neighbour() for _ in range(4)]
    exchanges = [proposed(who, aid.contribution) for who in neighbours]
    for exchange in exchanges[:2]:
        accepted(aid.author, exchange)
    assert [status(who, one) for who, one in zip(neighbours, exchanges, strict=True)][2:] == ["WAITING", "WAITING"]
    with given.nothing_written(town):
        assert revise(aid.author, aid.contribution, capacity=1)["userErrors"] == refused("CAPACITY_TAKEN", "capacity")
    assert revise(aid.author, aid.contribution, capacity=3)["userErrors"] == []
    assert [status(who, one) for who, one in zip(neighbours, exchanges, strict=True)][2:] == ["PROPOSED", "WAITING"]
    assert revise(aid.author, aid.contribution, capacity=0)["userErrors"] == []
    assert [status(who, one) for who, one in zip(neighbours, exchanges, strict=True)][2:] == ["PROPOSED", "PROPOSED"]
    assert given.row(town, aid.contribution)["capacity"] is None


@pytest.mark.parametrize(("kind", "capacity"), [("REQUEST", 1), ("OFFER", None)])
def test_request_has_one_place_and_an_offer_no_limit_where_nobody_says_otherwise(
    given: Given, town: Portal, kind: str, capacity: int | None
) -> None:
    aid = Aid(given, town, kind)
    assert given.row(town, aid.contribution)["capacity"] == capacity


@pytest.mark.parametrize(("place", "expected"), [
    ({"placePrecision": "CELL"}, {"precision": "CELL", "words": None, "lat": None, "lng": None}),
    ({"placePrecision": "STREET", "place": "Rue de Brest"}, {"precision": "STREET", "words": "Rue de Brest", "lat": None, "lng": None}),
    ({"placePrecision": "POINT", "place": "3e étage"}, {"precision": "POINT", "words": "3e étage", **HERE}),
])  # fmt: skip
def test_place_is_shown_as_precisely_as_its_owner_chose_and_no_longer_than_seven_days_after_the_end(
    aid: Aid, place: dict[str, str], expected: dict[str, Any]
) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    assert read(helper, exchange)["place"] is None  # type: ignore[index]
    accepted(aid.author, exchange, **place)
    assert read(helper, exchange)["place"] == expected  # type: ignore[index]
    end(helper, "cancel", exchange, "NOT_AVAILABLE")
    aid.age(exchange, "6 days 23 hours")
    assert read(helper, exchange)["place"] == expected  # type: ignore[index]
    aid.age(exchange, "2 hours")
    assert read(helper, exchange)["place"] is None  # type: ignore[index]
    aid.tend()
    row = aid.given.row(aid.town, exchange)
    assert (row["place"], row["place_precision"], row["due_at"]) == (None, None, None)


def test_street_wants_its_name(aid: Aid) -> None:
    exchange = proposed(aid.neighbour(), aid.contribution)
    assert accept(aid.author, exchange, placePrecision="STREET")["userErrors"] == refused("REQUIRED", "place")


def test_street_is_not_dropped_where_the_cell_alone_was_chosen(aid: Aid) -> None:
    exchange = proposed(aid.neighbour(), aid.contribution)
    with aid.given.nothing_written(aid.town):
        payload = accept(aid.author, exchange, placePrecision="CELL", place="3, rue de Brest")
    assert payload["userErrors"] == refused("PLACE_NOT_SHOWN", "place")
    assert accepted(aid.author, exchange, place=" ")["status"] == "ACCEPTED"


@pytest.mark.parametrize("resolution", [7, 8, 9])
def test_centre_of_a_hexagon_is_never_shown_as_a_point(given: Given, town: Portal, resolution: int) -> None:
    lat, lng = cell.center(cell.at(HERE["lat"], HERE["lng"], resolution))
    aid = Aid(given, town)
    here = {"lat": lat, "lng": lng}
    contribution = published(aid.author, aid.activity, "OFFER", location=here)
    row = given.row(town, contribution)
    assert (row["exact_lat"], row["exact_lng"], row["cell"] is None) == (None, None, False)
    exchange = proposed(aid.neighbour(), contribution)
    with given.nothing_written(town):
        payload = accept(aid.author, exchange, placePrecision="POINT", place="3e étage")
    assert payload["userErrors"] == refused("NO_EXACT_POINT", "placePrecision")


def test_centres_that_were_stored_as_points_are_taken_away(given: Given, town: Portal) -> None:
    aid = Aid(given, town)
    chosen, pointed = (published(aid.author, aid.activity, "OFFER", location=HERE) for _ in range(2))
    lat, lng = cell.center(cell.at(HERE["lat"], HERE["lng"], 8))
    stored = "UPDATE __tenant__.contribution SET exact_lat = %s, exact_lng = %s WHERE id = %s"
    given.sql(town, stored, lat, lng, uuid_in(chosen))
    run = import_module("models.migration.tenant.0183_cell_centre").run

    async def migrated() -> None:
        async with await AsyncConnection.connect(given.url, autocommit=True) as connection:
            await run(connection, f"t_{town.number}")

    given.run(migrated())
    rows = [given.row(town, each) for each in (chosen, pointed)]
    assert [(row["exact_lat"], row["exact_lng"]) for row in rows] == [(None, None), (HERE["lat"], HERE["lng"])]


def test_point_that_an_organisation_publishes_stays_one_wherever_it_is(given: Given, town: Portal) -> None:
    lat, lng = cell.center(cell.at(HERE["lat"], HERE["lng"], 8))
    association = given.actor(town, kind="ASSOCIATION")
    place = {"lat": lat, "lng": lng, "precision": "EXACT", "address": "Place de la Mairie"}
    activity = given.activity(town, kind="MUTUAL_AID")
    row = given.row(town, published(association, activity, "OFFER", location=place))
    assert (row["exact_lat"], row["exact_lng"]) == (lat, lng)


# Silence --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("urgency", "half", "rest"), [("NO_HURRY", "84 hours", "84 hours"), ("NOW", "24 hours", "24 hours")]
)
def test_author_is_reminded_half_way_and_silence_ends_the_proposal(
    given: Given, town: Portal, urgency: str, half: str, rest: str
) -> None:
    aid = Aid(given, town, urgency=urgency)
    aid.author, address = _with_address(aid)
    helper, its_address = with_address(given, town)
    exchange = proposed(helper, aid.contribution)
    aid.age(exchange, half)
    aid.tend()
    assert events(aid, exchange)[-1] == "EXCHANGE_NUDGED"
    assert status(helper, exchange) == "PROPOSED"
    assert_mailed(given, town, address, "EXCHANGE_PROPOSED", "EXCHANGE_NUDGED")
    aid.age(exchange, rest)
    assert status(helper, exchange) == "LAPSED"  # Before any job has seen it.
    assert accept(aid.author, exchange)["userErrors"] == refused("EXCHANGE_STATE", "exchange")
    aid.tend()
    assert given.row(town, exchange)["status"] == "LAPSED"
    assert "EXCHANGE_CHANGED" in mails(given, town, address)  # What says less than this is not sent any more.
    assert_mailed(given, town, its_address, "EXCHANGE_CHANGED")


def _with_address(aid: Aid) -> tuple[Portal, str]:
    """The author, who can be written to."""
    person = uuid_in(aid.author.ask("{ viewer { id } }")["viewer"]["id"])
    address = f"{person.hex}@courriel.example"
    aid.given.insert(aid.town, "account", actor_id=person, email=address, created_at="now")
    return aid.author, address


def test_one_who_says_that_it_is_done_is_believed_after_seven_days(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    confirm(aid.author, exchange)
    aid.age(exchange, "6 days 23 hours")
    aid.tend()
    assert status(helper, exchange) == "ACCEPTED"
    aid.age(exchange, "2 hours")
    aid.tend()
    assert status(helper, exchange) == "DONE"


def test_who_lapsed_may_answer_again(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    assert propose(helper, aid.contribution)["userErrors"] == refused("ALREADY_PROPOSED", "contribution")
    aid.age(exchange, "7 days 23 hours 59 minutes")
    assert propose(helper, aid.contribution)["userErrors"] == refused("PROPOSED_LATELY", "contribution")
    aid.age(exchange, "2 minutes")
    assert proposed(helper, aid.contribution) != exchange
    assert status(helper, exchange) == "LAPSED"


@pytest.mark.parametrize(
    ("how", "pause"), [("withdraw", "23 hours 59 minutes"), ("decline", "6 days 23 hours 59 minutes")]
)
def test_who_took_an_answer_back_or_was_told_no_waits_before_the_next(aid: Aid, how: str, pause: str) -> None:
    helper = aid.neighbour()
    person = uuid_in(helper.ask("{ viewer { id } }")["viewer"]["id"])
    aid.given.sql(aid.town, "UPDATE __tenant__.actor SET created_at = now() - interval '1 year' WHERE id = %s", person)
    exchange = proposed(helper, aid.contribution)
    end(helper if how == "withdraw" else aid.author, how, exchange)
    with aid.given.nothing_written(aid.town):
        for _ in range(14):
            assert propose(helper, aid.contribution)["userErrors"] == refused("PROPOSED_LATELY", "contribution")
    assert proposed(aid.neighbour(), aid.contribution)  # Others may.
    aid.age(exchange, pause)
    assert propose(helper, aid.contribution)["userErrors"] == refused("PROPOSED_LATELY", "contribution")
    aid.age(exchange, "2 minutes")
    assert proposed(helper, aid.contribution) != exchange


def test_pause_says_when_it_ends_by_the_portals_clock(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    end(helper, "withdraw", exchange)
    ended = "UPDATE __tenant__.exchange SET ended_at = date_trunc('day', now()) + interval '30 minutes' WHERE id = %s RETURNING ended_at"
    [(at,)] = aid.given.sql(aid.town, ended, uuid_in(exchange))
    query = PROPOSE.replace("userErrors { code field }", "userErrors { code explanation }")
    given = {"contribution": aid.contribution, "body": "Encore moi.", "isOldEnough": True}
    [refusal] = helper.ask(query, input=given)["exchangePropose"]["userErrors"]
    told = sentence.explanation(ErrorCode.PROPOSED_LATELY, "fr", at + timedelta(days=1), "Europe/Paris")
    assert refusal == {"code": "PROPOSED_LATELY", "explanation": told}
    assert "{" not in told


# Disputes -------------------------------------------------------------------------------------------------------------

DISPUTES = "{ disputes(first: 100) { nodes { id note proposer { name } author { name } contribution { id } } } }"


@pytest.mark.parametrize(("is_done", "expected", "taken"), [(True, "DONE", 1), (False, "CANCELLED", 0)])
def test_moderator_settles_what_went_wrong(aid: Aid, is_done: bool, expected: str, taken: int) -> None:
    helper, moderator = aid.neighbour(), aid.given.actor(aid.town, role="MODERATOR")
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    assert dispute(aid.author, exchange)["exchange"]["status"] == "DISPUTED"
    [seen] = [one for one in moderator.ask(DISPUTES)["disputes"]["nodes"] if one["id"] == exchange]
    assert seen["note"] == "Personne n'est venu."
    assert read(moderator, exchange) is None  # Neither the place nor the messages.
    assert settle(moderator, exchange, is_done=is_done)["userErrors"] == []
    told = read(helper, exchange)
    assert told is not None and (told["status"], told["endedBy"]) == (expected, "MODERATION")
    assert aid.count() == taken
    assert settle(moderator, exchange, is_done=is_done)["userErrors"] == refused("NOT_FOUND", "exchange")


def test_moderator_does_not_settle_the_own(aid: Aid) -> None:
    moderator = aid.given.actor(aid.town, role="MODERATOR")
    exchange = proposed(moderator, aid.contribution)
    accepted(aid.author, exchange)
    dispute(moderator, exchange)
    assert settle(moderator, exchange, is_done=True)["userErrors"] == refused("OWN_CONTENT", "exchange")


# Ends of other things -------------------------------------------------------------------------------------------------


def test_closing_tells_those_who_asked_and_leaves_what_was_agreed(given: Given, town: Portal) -> None:
    aid = Aid(given, town, capacity=0)
    agreed, asking = aid.neighbour(), aid.neighbour()
    one, two = proposed(agreed, aid.contribution), proposed(asking, aid.contribution)
    accepted(aid.author, one)
    close(aid.author, aid.contribution)
    assert status(agreed, one) == "ACCEPTED"
    told = read(asking, two)
    assert told is not None and (told["status"], told["reason"], told["endedBy"]) == (
        "DECLINED",
        "CONTRIBUTION_ENDED",
        "END",
    )
    assert propose(aid.neighbour(), aid.contribution)["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")


def test_author_who_is_erased_leaves_nobody_waiting(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange, placePrecision="STREET", place="Rue de Brest")
    aid.author.ask(
        'mutation { accountErase(input: {contributions: BLANK, confirmation: "Maryse"}) { userErrors { code } } }'
    )
    told = read(helper, exchange)
    assert told is not None and (told["status"], told["reason"]) == ("CANCELLED", "ACCOUNT_CLOSED")
    assert told["place"] is None
    assert aid.count() == 0


def test_helper_who_is_erased_frees_the_place_for_the_next(aid: Aid) -> None:
    helper, next_one = aid.neighbour(), aid.neighbour()
    exchange, waiting = proposed(helper, aid.contribution), proposed(next_one, aid.contribution)
    accepted(aid.author, exchange)
    helper.ask(
        'mutation { accountErase(input: {contributions: BLANK, confirmation: "Camille"}) { userErrors { code } } }'
    )
    assert status(aid.author, exchange) == "CANCELLED"
    assert status(next_one, waiting) == "PROPOSED"
    assert aid.count() == 0


def test_contribution_that_moderation_hides_keeps_the_exchange_of_its_two(aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    hide = "UPDATE __tenant__.contribution SET status_before = status, status = 'HIDDEN' WHERE id = %s"
    aid.given.sql(aid.town, hide, uuid_in(aid.contribution))
    found = read(helper, exchange)
    assert found is not None and (found["status"], found["contribution"]) == ("ACCEPTED", None)
    assert confirm(helper, exchange)["userErrors"] == []
    assert propose(aid.neighbour(), aid.contribution)["userErrors"] == refused("NOT_FOUND", "contribution")


def test_suspended_author_leaves_nobody_waiting_and_answers_nobody(given: Given, town: Portal, aid: Aid) -> None:
    asking, agreed = aid.neighbour(), aid.neighbour()
    offer = published(aid.author, aid.activity, "OFFER")
    one, two = proposed(asking, aid.contribution), proposed(agreed, offer)
    accepted(aid.author, two)
    reported(asking, contribution=aid.contribution)
    moderator = given.actor(town, role="MODERATOR")
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    decided(moderator, aid.contribution, "SUSPEND", until=until, **REASONS)
    assert (status(asking, one), status(agreed, two)) == ("DECLINED", "CANCELLED")
    theirs = published(agreed, aid.activity, "OFFER")
    assert [error["code"] for error in propose(aid.author, theirs)["userErrors"]] == ["SUSPENDED"]


# Measure --------------------------------------------------------------------------------------------------------------


def test_newcomer_answers_three_at_a_time_until_one_is_done(given: Given, town: Portal, aid: Aid) -> None:
    helper = aid.neighbour()
    given.sql(town, "UPDATE __tenant__.activity SET alive_requests = 9 WHERE id = %s", uuid_in(aid.activity))
    requests = [published(aid.author, aid.activity, "REQUEST", title=f"Demande {n}") for n in range(6)]
    exchanges = [proposed(helper, request) for request in requests[:3]]
    with given.nothing_written(town):
        assert propose(helper, requests[3])["userErrors"] == refused("TOO_MANY_PROPOSALS", "contribution")
    end(helper, "withdraw", exchanges[0])
    again = proposed(helper, requests[3])
    assert propose(helper, requests[4])["userErrors"] == refused("TOO_MANY_PROPOSALS", "contribution")
    accepted(aid.author, again)
    confirm(helper, again)
    confirm(aid.author, again)
    proposed(helper, requests[4])
    proposed(helper, requests[5])


def test_newcomer_who_has_answered_enough_today_is_told_to_come_back_tomorrow(
    given: Given, town: Portal, aid: Aid
) -> None:
    helper = aid.neighbour()
    given.sql(
        town,
        "UPDATE __tenant__.activity SET alive_requests = 9, newcomer_alive = 9, newcomer_daily = 1 WHERE id = %s",
        uuid_in(aid.activity),
    )
    end(helper, "withdraw", proposed(helper, aid.contribution))
    request = published(aid.author, aid.activity, "REQUEST", title="Une autre")
    with given.nothing_written(town):
        assert propose(helper, request)["userErrors"] == refused("TOO_MANY_PROPOSALS_TODAY", "contribution")


def test_proposer_who_would_accept_is_told_that_it_is_for_the_other(given: Given, town: Portal, aid: Aid) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    with given.nothing_written(town):
        assert accept(helper, exchange)["userErrors"] == refused("OTHER_PARTY", "exchange")


def test_nobody_answers_the_own(aid: Aid) -> None:
    assert propose(aid.author, aid.contribution)["userErrors"] == refused("OWN_CONTRIBUTION", "contribution")


def test_proposal_of_an_idea_box_is_not_answered_so(given: Given, town: Portal) -> None:
    idea = published(given.actor(town), given.activity(town))
    assert propose(given.actor(town), idea)["userErrors"] == refused("KIND_NOT_ACCEPTED", "contribution")


@pytest.mark.parametrize(
    ("body", "code"), [("", "TOO_SHORT"), ("a" * 2_001, "TOO_LONG"), ("a" * 1_000_000, "TOO_LONG")]
)
def test_first_message_has_a_measure(aid: Aid, body: str, code: str) -> None:
    helper = aid.neighbour()
    with aid.given.nothing_written(aid.town):
        assert propose(helper, aid.contribution, body)["userErrors"] == refused(code, "body")


# Clocks ---------------------------------------------------------------------------------------------------------------


def test_what_was_agreed_ends_when_nobody_says_anything_and_its_place_is_free_again(aid: Aid) -> None:
    helper, second = aid.neighbour(), aid.neighbour()
    exchange, waiting = proposed(helper, aid.contribution), proposed(second, aid.contribution)
    accepted(aid.author, exchange, placePrecision="STREET", place="Rue de Brest")
    assert status(second, waiting) == "WAITING"
    aid.age(exchange, "89 days 23 hours")
    aid.tend()
    assert status(helper, exchange) == "ACCEPTED"
    aid.age(exchange, "2 hours")
    aid.tend()
    ended = read(helper, exchange)
    assert ended is not None and (ended["status"], ended["reason"], ended["endedBy"]) == (
        "CANCELLED",
        "NO_NEWS",
        "CLOCK",
    )
    assert (aid.count(), status(second, waiting)) == (0, "PROPOSED")
    aid.age(exchange, "7 days 1 second")
    assert read(helper, exchange)["place"] is None  # type: ignore[index]


def test_helper_is_told_that_what_was_agreed_was_closed_and_it_ends_fourteen_days_later(aid: Aid) -> None:
    helper, address = with_address(aid.given, aid.town)
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    aid.given.sql(aid.town, "DELETE FROM __tenant__.mail WHERE email = %s", address)
    close(aid.author, aid.contribution)
    assert mails(aid.given, aid.town, address) == ["EXCHANGE_CHANGED"]
    aid.age(exchange, "13 days 23 hours")
    aid.tend()
    assert status(helper, exchange) == "ACCEPTED"
    aid.age(exchange, "2 hours")
    aid.tend()
    assert (status(helper, exchange), aid.count()) == ("CANCELLED", 0)


def test_waiting_list_ends_with_what_has_expired(aid: Aid) -> None:
    first, second = aid.neighbour(), aid.neighbour()
    one, two = proposed(first, aid.contribution), proposed(second, aid.contribution)
    accepted(aid.author, one)
    past = "UPDATE __tenant__.contribution SET expires_at = now() - interval '1 minute' WHERE id = %s"
    aid.given.sql(aid.town, past, uuid_in(aid.contribution))
    aid.given.run(expiry.expire(aid.given.database, aid.town.number))
    assert (status(first, one), status(second, two)) == ("ACCEPTED", "LAPSED")
    assert events(aid, two) == ["EXCHANGE_PROPOSED", "EXCHANGE_WAITING", "EXCHANGE_LAPSED"]


@pytest.mark.parametrize("how", ["decline", "withdraw"])
def test_note_of_two_who_never_agreed_tells_no_contact_data(aid: Aid, how: str) -> None:
    helper = aid.neighbour()
    exchange = proposed(helper, aid.contribution)
    who, other = (aid.author, helper) if how == "decline" else (helper, aid.author)
    end(who, how, exchange, note="Appelez-moi au 06 12 34 56 78, alice@exemple.example")
    assert read(other, exchange)["note"] == "Appelez-moi au […], […]"  # type: ignore[index]


# Mails ----------------------------------------------------------------------------------------------------------------


def test_mails_of_an_exchange_are_one_thread_of_a_list_and_lead_to_the_readers_preferences(aid: Aid) -> None:
    helper, address = with_address(aid.given, aid.town)
    exchange = proposed(helper, aid.contribution)
    accepted(aid.author, exchange)
    until(lambda: len(aid.town.running.post.mails(address)) == 1)
    confirm(aid.author, exchange)
    until(lambda: len(aid.town.running.post.mails(address)) == 2)
    first, second = aid.town.running.post.mails(address)
    thread = f"<{aid.town.number}.{uuid_in(exchange)}@"
    for mail in (first, second):
        assert str(mail["References"]).startswith(thread) and mail["References"] == mail["In-Reply-To"]
        assert str(mail["List-Id"]).startswith("<entraide.") and mail["List-Unsubscribe"] is None
    assert first["Message-ID"] != second["Message-ID"]
    [link] = [line for line in text_of(second).splitlines() if "/courriels/" in line]
    page = Browser(aid.town.client, aid.town.host).get(path_of(link))
    assert page.status_code == 200 and "courriels" in page.text
