"""Life: every change of a contribution's status is one that the table of moves allows, and is written in one place."""

import ast
import re
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ClauseElement, Update
from sqlalchemy.sql.visitors import iterate

from models.base import table
from models.contribution import MOVES, PUBLIC_STATUSES, By, Contribution, ContributionStatus
from resolvers import life
from tests.acting import close, pause, published, refused, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_layout import MODULES, PROJECT, TREES

LAYERS = ("auth", "mail", "planner", "resolvers", "intake", "counting", "office", "schema", "jobs")
"""Where statements are kept."""

REACHED = list(PUBLIC_STATUSES)
"""The statuses that authors and the clock reach; the others are an import's (`tests/test_import_run.py`) or moderation's
(`tests/test_withholding.py`)."""

PAIRS = [(before, after) for before in REACHED for after in ContributionStatus]


def events(given: Given, portal: Portal, contribution: str) -> list[tuple[str, UUID | None, dict[str, Any]]]:
    return [
        (kind, actor, payload)
        for kind, actor, payload in given.sql(
            portal,
            "SELECT kind, actor_id, payload FROM __tenant__.event WHERE subject_id = %s AND kind <> 'CHANGED' ORDER BY id",
            uuid_in(contribution),
        )
    ]


def counts(given: Given, portal: Portal, activity: str) -> dict[str, int]:
    """How many of each stored status the roll-ups count, folded or not."""
    rows = given.sql(
        portal,
        "SELECT status, sum(n) FROM (SELECT status, count AS n FROM __tenant__.activity_count WHERE activity_id = %s"
        " UNION ALL SELECT status, delta FROM __tenant__.activity_count_delta WHERE activity_id = %s) c GROUP BY 1",
        uuid_in(activity),
        uuid_in(activity),
    )
    return {status: int(count) for status, count in rows if count}


def in_status(given: Given, author: Portal, activity: str, status: ContributionStatus) -> str:
    """A contribution that got there by moves."""
    contribution = published(author, activity, "OFFER", expiresAfterDays=1)
    match status:
        case ContributionStatus.PAUSED:
            pause(author, contribution)
        case ContributionStatus.CLOSED:
            close(author, contribution, "WITHDRAWN")
        case ContributionStatus.EXPIRED:
            given.let_expire(author, contribution)
            assert given.expire(author) >= 1
    assert given.row(author, contribution)["status"] == status.value
    return contribution


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda status: status.value)
def test_author_moves_a_contribution_where_the_table_says_so_and_nowhere_else(
    given: Given, town: Portal, before: ContributionStatus, after: ContributionStatus
) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    contribution = in_status(given, author, activity, before)
    told = events(given, town, contribution)
    attempts = {
        ContributionStatus.OPEN: lambda: revise(author, contribution, expiresAfterDays=3),
        ContributionStatus.CLOSED: lambda: close(author, contribution, "FULFILLED"),
        ContributionStatus.PAUSED: lambda: pause(author, contribution),
    }
    move = life.allowed(before, after, By.AUTHOR)
    if after not in attempts:
        assert move is None  # Nothing that an author can ask for leads there.
        return
    answer = attempts[after]()
    if move is None:
        assert answer["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
        assert given.row(town, contribution)["status"] == before.value
        assert (events(given, town, contribution), counts(given, town, activity)) == (told, {before.value: 1})
        return
    assert answer["userErrors"] == []
    assert given.row(town, contribution)["status"] == after.value
    assert counts(given, town, activity) == {after.value: 1}
    [(kind, actor, _)] = events(given, town, contribution)[len(told) :]
    assert (kind, actor is not None) == (move.event.value, True)


@pytest.mark.parametrize("before", REACHED, ids=lambda status: status.value)
def test_clock_moves_what_is_open_alone(given: Given, town: Portal, before: ContributionStatus) -> None:
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID")
    contribution = in_status(given, author, activity, before)
    told = events(given, town, contribution)
    given.let_expire(town, contribution)
    given.expire(town)
    move = life.allowed(before, ContributionStatus.EXPIRED, By.CLOCK)
    now = move.after if move else before
    assert given.row(town, contribution)["status"] == now.value
    assert counts(given, town, activity) == {now.value: 1}
    new = [(kind, actor) for kind, actor, _ in events(given, town, contribution)[len(told) :]]
    assert new == ([(move.event.value, None)] if move else [])


def test_table_has_each_move_once() -> None:
    keys = [(move.before, move.after, move.by) for move in MOVES]
    assert len(keys) == len(set(keys))


def test_events_say_what_happened_without_peoples_words(given: Given, town: Portal) -> None:
    author = given.actor(town)
    contribution = published(author, given.activity(town))
    revise(author, contribution, title="Un autre banc")
    close(author, contribution, "FULFILLED")
    assert [(kind, payload) for kind, _, payload in events(given, town, contribution)] == [
        ("CONTRIBUTION_PUBLISHED", {"kind": "PROPOSAL"}),
        ("CONTRIBUTION_REVISED", {"columns": ["body", "search_text", "title"]}),
        ("CONTRIBUTION_CLOSED", {"outcome": "FULFILLED"}),
    ]


def test_no_statement_but_those_of_one_module_writes_a_contributions_status() -> None:
    paths = [path.with_suffix("") for path in MODULES if path.parts[0] in LAYERS and path.stem != "__init__"]
    writing = {
        module.__name__
        for module in (import_module(".".join(path.parts)) for path in paths)
        for statement in vars(module).values()
        if isinstance(statement, ClauseElement)
        for part in iterate(statement)
        if isinstance(part, Update) and part.table is table(Contribution)
        if "status" in {column if isinstance(column, str) else column.key for column in part._values or ()}
    }
    assert writing == {
        "resolvers.life",
        "office.lineage",
    }  # Which merges by `life.change`, as the table of moves allows.


def test_a_contributions_status_is_written_in_one_module() -> None:
    written = {
        str(path)
        for path in MODULES
        if "models.contribution" in (PROJECT / path).read_text("utf-8")
        for node in ast.walk(TREES[path])
        if (isinstance(node, ast.keyword) and node.arg == "status" and "constant(" in ast.unparse(node.value))
        or (
            isinstance(node, ast.Dict)
            and any(
                isinstance(key, ast.Constant) and key.value == "status" and "constant(" in ast.unparse(value)
                for key, value in zip(node.keys, node.values, strict=True)
            )
        )
    }
    assert written == {"resolvers/life.py"}
    by_text = {
        str(path)
        for path in MODULES
        if re.search(r"SET\s+status\b", (PROJECT / path).read_text("utf-8"), re.IGNORECASE)
    }
    assert by_text == set()
