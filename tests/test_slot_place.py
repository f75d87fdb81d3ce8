"""Places of slots: what the journal has of those that are given on, given up and called off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acting import close, published
from tests.conftest import Portal
from tests.exchanging import proposed
from tests.given import Given, uuid_in
from tests.moderating import decided, reported
from tests.volunteering import Volunteers, signed_up, withdraw


@pytest.fixture
def volunteers(given: Given, town: Portal) -> Volunteers:
    return Volunteers(given, town)


def recorded(of: Volunteers, *subjects: str) -> list[tuple[int, str]]:
    """The kinds of events about a contribution's slots and about sign-ups, each after its rank among these subjects."""
    query = """SELECT kind FROM __tenant__.event WHERE subject_id = %s
      AND (kind LIKE 'SIGN_UP_%%' OR kind = 'MISSION_SLOT_CANCELLED') ORDER BY id"""
    told = [of.given.sql(of.town, query, uuid_in(one)) for one in subjects]
    return [(rank, str(kind)) for rank, rows in enumerate(told) for (kind,) in rows]


def suspended(of: Volunteers) -> None:
    reported(of.neighbour(), contribution=of.contribution)
    until_ = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    decided(of.given.actor(of.town, role="MODERATOR"), of.contribution, "SUSPEND", until=until_)


@pytest.mark.parametrize(
    "end",
    [Volunteers.cancel, lambda of: close(of.member, of.contribution), suspended],
    ids=["cancelled", "closed", "suspended"],
)
def test_journal_has_what_a_slot_that_is_called_off_ends(
    volunteers: Volunteers, end: Callable[[Volunteers], Any]
) -> None:
    made = [signed_up(volunteers.neighbour(), volunteers.slot)["id"] for _ in range(3)]
    end(volunteers)
    assert volunteers.counts() == {"CANCELLED": 3}
    assert recorded(volunteers, volunteers.contribution, *made) == [
        (0, "MISSION_SLOT_CANCELLED"),
        *((rank, kind) for rank in (1, 2, 3) for kind in ("SIGN_UP_MADE", "SIGN_UP_CANCELLED")),
    ]
    query = "SELECT payload->>'slot' FROM __tenant__.event WHERE subject_id = %s AND kind = 'MISSION_SLOT_CANCELLED'"
    slots = volunteers.given.sql(volunteers.town, query, uuid_in(volunteers.contribution))
    assert slots == [(str(uuid_in(volunteers.slot)),)]


def test_journal_has_who_left_and_who_has_the_place(given: Given, volunteers: Volunteers) -> None:
    leaving = volunteers.neighbour()
    made = [signed_up(one, volunteers.slot)["id"] for one in (leaving, *(volunteers.neighbour() for _ in range(2)))]
    erase = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Camille"}) { userErrors { code } } }'
    assert leaving.ask(erase)["accountErase"]["userErrors"] == []
    assert volunteers.counts() == {"WITHDRAWN": 1, "REGISTERED": 2}
    assert recorded(volunteers, *made) == [
        (0, "SIGN_UP_MADE"),
        (0, "SIGN_UP_WITHDRAWN"),
        (1, "SIGN_UP_MADE"),
        (2, "SIGN_UP_MADE"),
        (2, "SIGN_UP_REGISTERED"),
    ]


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_journal_has_who_moves_up(volunteers: Volunteers, is_withdrawn: bool) -> None:
    people = [volunteers.neighbour() for _ in range(4)]
    made = [signed_up(one, volunteers.slot)["id"] for one in people]
    if is_withdrawn:
        assert withdraw(people[0], made[0])["userErrors"] == []
    else:
        assert volunteers.resize(3)["userErrors"] == []
    assert recorded(volunteers, *made[2:]) == [(0, "SIGN_UP_MADE"), (0, "SIGN_UP_REGISTERED"), (1, "SIGN_UP_MADE")]


def test_journal_has_the_sign_up_that_a_block_ends(given: Given, volunteers: Volunteers) -> None:
    helper = volunteers.neighbour()
    one = signed_up(helper, volunteers.slot)["id"]
    volunteers.begin()
    idea = published(volunteers.member, volunteers.activity, "REQUEST", onBehalfOf=volunteers.of)
    exchange = proposed(helper, idea)
    block = "mutation($id: ID!) { actorBlock(input: {exchange: $id}) { userErrors { code } } }"
    assert volunteers.member.ask(block, id=exchange)["actorBlock"]["userErrors"] == []
    assert volunteers.counts() == {"CANCELLED": 1}
    assert recorded(volunteers, volunteers.contribution, one) == [(1, "SIGN_UP_MADE"), (1, "SIGN_UP_CANCELLED")]
