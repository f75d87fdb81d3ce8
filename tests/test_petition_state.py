"""States of petitions: who moves them where, deadlines of whole local days, and what the database holds together."""

from datetime import datetime
from itertools import product

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import Integer, Text, literal_column
from sqlalchemy.dialects import postgresql

from models.event import EventKind
from models.petition import MOVES, PetitionMover, PetitionState
from resolvers.petition import allowed, end_of_day
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import ruled


@pytest.mark.parametrize(
    ("zone", "start", "days", "end"),
    [
        ("Europe/Paris", "2026-11-28T12:00:00Z", 1, "2026-11-29T23:00:00Z"),  # A Sunday has all of its hours.
        ("America/Guadeloupe", "2026-11-29T03:30:00Z", 1, "2026-11-30T04:00:00Z"),  # Still Saturday over there.
        ("America/Guadeloupe", "2026-11-29T04:30:00Z", 1, "2026-12-01T04:00:00Z"),
        ("Indian/Reunion", "2026-11-29T21:00:00Z", 1, "2026-12-01T20:00:00Z"),
        ("Europe/Paris", "2026-03-28T12:00:00Z", 1, "2026-03-29T22:00:00Z"),  # The clocks go forward that night.
        ("Europe/Paris", "2026-10-24T12:00:00Z", 1, "2026-10-25T23:00:00Z"),
    ],
)
def test_a_deadline_is_the_end_of_its_local_day(
    given: Given, town: Portal, zone: str, start: str, days: int, end: str
) -> None:
    parts = (literal_column(f"'{start}'::timestamptz"), literal_column(str(days), Integer))
    text = end_of_day(*parts, literal_column(f"'{zone}'", Text)).compile(dialect=postgresql.dialect())
    [[ends]] = given.sql(town, f"SELECT {text}")
    assert ends == datetime.fromisoformat(end)


def test_states_and_movers_are_those_of_the_table() -> None:
    moves = {(move.before.value, move.after.value, by.value) for move in MOVES for by in move.by}
    possible = {
        (before.value, move.after.value, by.value)
        for before, event, by in product(PetitionState, EventKind, PetitionMover)
        if (move := allowed(before, event, by))
    }
    assert (
        possible
        == moves
        == {
            ("SUBMITTED", "ADMISSIBLE", "CITY"),
            ("SUBMITTED", "INADMISSIBLE", "CITY"),
            ("ADMISSIBLE", "OPEN", "AUTHOR"),
            ("ADMISSIBLE", "OPEN", "CITY"),
            ("OPEN", "REACHED", "CLOCK"),
            ("REACHED", "REACHED", "CLOCK"),
            ("OPEN", "LAPSED", "CLOCK"),
            ("REACHED", "TRANSMITTED", "CITY"),
            ("TRANSMITTED", "ON_AGENDA", "CITY"),
            ("TRANSMITTED", "ANSWERED", "CITY"),
            ("ON_AGENDA", "ANSWERED", "CITY"),
        }
    )


@pytest.mark.parametrize(
    "change",
    [
        "state = 'INADMISSIBLE', decided_at = now()",
        "state = 'ADMISSIBLE'",
        "state = 'OPEN', decided_at = now()",
        "state = 'REACHED', decided_at = now(), opened_at = now(), closes_at = now() + interval '1 day'",
        "link = 'http://ville.example'",
        "state = 'FORGOTTEN'",
    ],
)
def test_database_keeps_states_whole(given: Given, town: Portal, change: str) -> None:
    proposal = published(given.actor(town), ruled(given, town, given.actor(town, role="ADMIN")))
    with pytest.raises(CheckViolation):
        given.sql(town, f"UPDATE __tenant__.petition SET {change} WHERE contribution_id = %s", uuid_in(proposal))
