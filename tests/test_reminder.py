"""Reminders: whoever has a place hears of it the day before, by day, once; the organisation hears who comes and goes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from jobs import digest, reminder
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import mails
from tests.test_notice import NOTICES, deliver, told
from tests.test_page_portal import signed_in
from tests.test_sign_up import address_of
from tests.volunteering import Volunteers, signed_up, withdraw

PARIS = ZoneInfo("Europe/Paris")


def local(text: str) -> datetime:
    """An instant by the portal's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


class Morning:
    """A volunteer with an address and a place in a slot that begins at a local time."""

    def __init__(self, given: Given, town: Portal, begins: str = "2031-03-12T08:00", places: int = 1) -> None:
        self.given, self.town = given, town
        self.volunteers = Volunteers(given, town, places=places)
        self.person = self.volunteers.neighbour()
        self.address = address_of(given, town, self.person)
        self.sign_up = signed_up(self.person, self.volunteers.slot)["id"]
        self.move(begins)
        given.sql(town, "DELETE FROM __tenant__.mail WHERE email = %s", self.address)
        self.before = len(self.sent())

    def move(self, begins: str) -> None:
        """Let the slot begin then, and the sign-up be from long before."""
        at, slot = local(begins), uuid_in(self.volunteers.slot)
        moved = "UPDATE __tenant__.mission_slot SET starts_at = %s, ends_at = %s WHERE id = %s"
        self.given.sql(self.town, moved, at, at + timedelta(hours=2), slot)
        self.changed("2026-01-01T00:00")

    def changed(self, at: str) -> None:
        self.given.sql(
            self.town, "UPDATE __tenant__.sign_up SET changed_at = %s WHERE id = %s", local(at), uuid_in(self.sign_up)
        )

    def remind(self, at: str) -> None:
        self.given.run(reminder.remind(self.given.database, self.town.number, local(at)))

    def sent(self) -> list[str]:
        return mails(self.given, self.town, self.address)

    def heard(self) -> list[str]:
        """Reminders by mail since the sign-up."""
        return self.sent()[self.before :]

    def bell(self) -> list[str]:
        return [kind for kind, _ in told(self.given, self.person)]


@pytest.fixture
def morning(given: Given, town: Portal) -> Morning:
    return Morning(given, town)


def test_person_is_reminded_the_day_before_by_mail_and_bell_once(morning: Morning) -> None:
    for _ in range(3):
        morning.remind("2031-03-11T09:00")
    morning.remind("2031-03-11T19:59")
    assert morning.heard() == ["SIGN_UP_REMINDED"]
    assert told(morning.given, morning.person) == [("SIGN_UP_REMINDED", morning.volunteers.contribution)]
    cadences = "SELECT cadence FROM __tenant__.notice WHERE actor_id = %s"
    actor = uuid_in(morning.person.ask("{ viewer { id } }")["viewer"]["id"])
    assert morning.given.sql(morning.town, cadences, actor) == [(None,)]  # The mail is of its own kind.


@pytest.mark.parametrize(
    ("begins", "at", "is_told"),
    [
        ("2031-03-12T08:00", "2031-03-11T08:59", False),
        ("2031-03-12T08:00", "2031-03-11T09:00", True),
        ("2031-03-12T08:00", "2031-03-11T19:59", True),
        ("2031-03-12T08:00", "2031-03-11T20:00", False),
        ("2031-03-12T08:00", "2031-03-12T07:00", False),
        ("2031-03-12T23:30", "2031-03-11T09:00", True),
        ("2031-03-13T00:00", "2031-03-11T12:00", False),
        ("2031-03-12T00:00", "2031-03-11T12:00", True),
        # The nights in which clocks are put forward and back: a day of 23 hours, and one of 25.
        ("2031-03-30T08:00", "2031-03-29T09:00", True),
        ("2031-03-30T08:00", "2031-03-29T08:59", False),
        ("2031-03-31T00:30", "2031-03-30T19:59", True),
        ("2031-10-26T23:30", "2031-10-25T09:00", True),
        ("2031-10-27T00:30", "2031-10-25T19:59", False),
    ],
)
def test_hours_are_those_of_the_portals_clock(given: Given, town: Portal, begins: str, at: str, is_told: bool) -> None:
    morning = Morning(given, town, begins)
    morning.remind(at)
    assert morning.heard() == (["SIGN_UP_REMINDED"] if is_told else [])


@pytest.mark.parametrize("how", ["withdrawn", "called off", "withheld", "waiting", "closed"])
def test_nobody_is_reminded_of_what_is_not(given: Given, town: Portal, how: str) -> None:
    morning = Morning(given, town)
    acts: dict[str, Callable[[], Any]] = {
        "withdrawn": lambda: withdraw(morning.person, morning.sign_up),
        "called off": lambda: morning.volunteers.cancel(),
        "withheld": lambda: given.sql(
            town,
            "UPDATE __tenant__.contribution SET status_before = status, status = 'HIDDEN' WHERE id = %s",
            uuid_in(morning.volunteers.contribution),
        ),
        "waiting": lambda: given.sql(
            town, "UPDATE __tenant__.sign_up SET status = 'WAITING' WHERE id = %s", uuid_in(morning.sign_up)
        ),
        "closed": lambda: given.sql(
            town,
            "UPDATE __tenant__.mission_slot SET cancelled_at = now() WHERE id = %s",
            uuid_in(morning.volunteers.slot),
        ),
    }
    acts[how]()
    morning.changed("2026-01-01T00:00")
    morning.remind("2031-03-11T10:00")
    assert "SIGN_UP_REMINDED" not in morning.heard() and "SIGN_UP_REMINDED" not in morning.bell()


def test_mail_that_waits_is_not_sent_once_the_place_was_given_back(morning: Morning) -> None:
    wanted = """SELECT EXISTS (SELECT FROM __tenant__.sign_up s WHERE s.id = m.about_id AND s.status = 'REGISTERED')
      FROM __tenant__.mail m WHERE m.email = %s AND m.kind = 'SIGN_UP_REMINDED'"""
    morning.remind("2031-03-11T10:00")
    assert withdraw(morning.person, morning.sign_up)["userErrors"] == []
    left = morning.given.sql(morning.town, wanted, morning.address)
    assert left in ([], [(False,)])  # Sent before, or unwanted now.


def test_who_has_a_place_since_this_morning_has_just_been_told(morning: Morning) -> None:
    morning.changed("2031-03-11T07:30")
    morning.remind("2031-03-11T19:29")
    assert morning.heard() == []
    morning.remind("2031-03-11T19:31")
    assert morning.heard() == ["SIGN_UP_REMINDED"]


def test_next_reminder_is_known_and_none_is_due_for_ever(given: Given, town: Portal) -> None:
    async def asked() -> Any:
        async with given.database.transaction(town.number) as transaction:
            return await transaction.all(reminder.NEXT, tenant=town.number, now=None)

    def due() -> datetime | None:
        [(at,)] = given.run(asked())
        return at

    given.sql(town, "UPDATE __tenant__.sign_up SET reminded_at = now() WHERE reminded_at IS NULL")
    assert due() is None
    morning = Morning(given, town)
    assert due() == local("2031-03-11T09:00")
    morning.remind("2031-03-11T09:00")
    assert due() is None
    # What is tomorrow, and whose evening is over or was missed, is not looked for again and again.
    soon = datetime.now(PARIS).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    late = Morning(given, town, soon.isoformat())
    assert due() is None, late


def test_two_processes_remind_once(morning: Morning) -> None:
    async def both() -> None:
        at = local("2031-03-11T10:00")
        await asyncio.gather(*(reminder.remind(morning.given.database, morning.town.number, at) for _ in range(4)))

    morning.given.run(both())
    assert morning.heard() == ["SIGN_UP_REMINDED"]
    assert morning.bell() == ["SIGN_UP_REMINDED"]


# The organisation -----------------------------------------------------------------------------------------------------


def test_organisation_hears_who_signs_up_and_who_gives_back(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town)
    address_of(given, town, volunteers.member)
    deliver(given, town)
    person = volunteers.neighbour("Lucie")
    sign_up = signed_up(person, volunteers.slot)["id"]
    assert told(given, volunteers.member) == [("SIGN_UP_MADE", volunteers.contribution)]
    withdraw(person, sign_up)
    assert told(given, volunteers.member) == [
        ("SIGN_UP_WITHDRAWN", volunteers.contribution),
        ("SIGN_UP_MADE", volunteers.contribution),
    ]
    shown = volunteers.member.ask(NOTICES)["viewer"]["notices"]
    assert "Lucie" not in str(shown)


def test_what_comes_together_is_one_mail_to_the_organisation(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town, places=3)
    address = address_of(given, town, volunteers.member)
    deliver(given, town)
    for _ in range(3):
        signed_up(volunteers.neighbour(), volunteers.slot)
    deliver(given, town)
    member = uuid_in(volunteers.member.ask("{ viewer { id } }")["viewer"]["id"])
    cadences = "SELECT DISTINCT cadence FROM __tenant__.notice WHERE actor_id = %s"
    assert given.sql(town, cadences, member) == [("AT_ONCE",)]
    given.sql(town, "UPDATE __tenant__.notice SET made_at = now() - interval '6 minutes' WHERE actor_id = %s", member)
    before = len(mails(given, town, address))
    given.run(digest.cut(given.database, town.number))
    in_quiet_hours = not 8 <= datetime.now(PARIS).hour < 20
    assert mails(given, town, address)[before:] in (["DIGEST"], [] if in_quiet_hours else ["DIGEST"])


def test_member_who_signs_up_for_the_own_mission_is_not_told_of_it(given: Given, town: Portal) -> None:
    volunteers = Volunteers(given, town)
    address_of(given, town, volunteers.member)
    deliver(given, town)
    signed_up(volunteers.member, volunteers.slot)
    assert told(given, volunteers.member) == []


def test_notices_lead_to_the_mission_and_to_its_list(given: Given, rennes: Portal) -> None:
    volunteers = Volunteers(given, rennes)
    member: UUID = uuid_in(rennes.member().ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(
        rennes,
        "organisation_member",
        organisation_id=uuid_in(volunteers.of),
        member_id=member,
        given_at=datetime.now(UTC),
    )
    signed_up(volunteers.neighbour(), volunteers.slot)
    deliver(given, rennes)
    page = signed_in(Browser(rennes.client, rennes.host)).get("/avis").text
    assert f'href="/mission/{volunteers.contribution}/organiser"' in page
    assert "Quelqu’un s’est inscrit à votre mission" in page
