"""States of petitions: who moves them where, deadlines of whole local days, and what the database holds together."""

import ast
from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import Integer, Text, literal_column
from sqlalchemy.dialects import postgresql

from jobs import petition as clock
from models.event import EventKind
from models.petition import MOVES, PetitionMover, PetitionState
from resolvers import petition
from resolvers.petition import allowed, end_of_day
from tests.acting import published
from tests.administering import done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import SESSION, close, opened, reached, read, ruled, signed
from tests.test_layout import MODULES, PROJECT, TREES


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
            ("SEEKING", "SUBMITTED", "SPONSOR"),
            ("SEEKING", "SUBMITTED", "CLOCK"),
            ("SUBMITTED", "ADMISSIBLE", "CITY"),
            ("SUBMITTED", "INADMISSIBLE", "CITY"),
            ("ADMISSIBLE", "OPEN", "AUTHOR"),
            ("ADMISSIBLE", "OPEN", "CITY"),
            ("OPEN", "REACHED", "CLOCK"),
            ("REACHED", "REACHED", "CLOCK"),
            ("OPEN", "LAPSED", "CLOCK"),
            ("REACHED", "INVALIDATED", "CITY"),
            ("INVALIDATED", "REACHED", "CITY"),
            ("REACHED", "TRANSMITTED", "CITY"),
            ("TRANSMITTED", "ON_AGENDA", "CITY"),
            ("TRANSMITTED", "ANSWERED", "CITY"),
            ("ON_AGENDA", "ON_AGENDA", "CITY"),
            ("ON_AGENDA", "ANSWERED", "CITY"),
        }
    )


def test_city_moves_a_petition_to_where_the_table_says(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = given.actor(town, role="ADMIN")
    proposal = opened(given.actor(town), admin, ruled(given, town, admin))
    reached(given, town, proposal)
    done(admin, "petitionAcknowledge", contribution=proposal)
    stays = [replace(move, after=move.before) if move.event is EventKind.PETITION_SCHEDULED else move for move in MOVES]
    monkeypatch.setattr(petition, "MOVES", stays)
    done(admin, "petitionSchedule", contribution=proposal, sessionOn=SESSION)
    there = read(town, proposal)
    assert (there["state"], there["sessionOn"]) == ("TRANSMITTED", SESSION)


def test_clock_moves_a_petition_as_the_table_says(given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = given.actor(town, role="ADMIN")
    activity = ruled(given, town, admin)
    few, many = (opened(given.actor(town), admin, activity) for _ in range(2))
    monkeypatch.setattr(petition, "MOVES", [move for move in MOVES if PetitionMover.CLOCK not in move.by])
    signed(given, town, many, 3)
    close(given, town, few)
    given.run(clock.tend(given.database, town.number))
    states = "SELECT state, reached_levels FROM __tenant__.petition WHERE contribution_id = %s"
    assert [given.sql(town, states, uuid_in(one)) for one in (few, many)] == [[("OPEN", 0)]] * 2


def test_a_petitions_state_is_changed_in_one_module() -> None:
    """To a parameter, which a move says; what is submitted begins elsewhere."""
    named = {path for path in MODULES if "models.petition import" in (PROJECT / path).read_text("utf-8")}
    changed = {
        (str(path), ast.unparse(keyword.value))
        for path in named
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"
        for keyword in node.keywords
        if keyword.arg == "state"
    }
    assert changed == {("resolvers/petition.py", "value(Petition, 'state')")}
    begun = {
        (str(path), ast.unparse(content))
        for path in named
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Dict)
        for key, content in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "state" and "constant(" in ast.unparse(content)
    }
    of_sponsors = "case((is_sponsored, constant(PetitionState.SUBMITTED)), else_=constant(PetitionState.SEEKING))"
    assert begun == {("resolvers/petition_proposal.py", of_sponsors)}


@pytest.mark.parametrize(
    "change",
    [
        "state = 'INADMISSIBLE', decided_at = now()",
        "state = 'ADMISSIBLE'",
        "state = 'SEEKING', decided_at = now()",
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
