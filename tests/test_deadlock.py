"""Deadlocks: who waits for each other is told nothing of it; PostgreSQL rolls one back, which begins again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from database import naming
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import until
from tests.test_bulk_change import confirmed, has, me, tried

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


def lock(other: Connection[Any], town: Portal, contribution: str, strength: str) -> None:
    query = naming.qualify(f"SELECT 1 FROM __tenant__.contribution WHERE id = %s FOR {strength}", town.number)
    other.execute(query, [uuid_in(contribution)])


def test_mutation_that_was_rolled_back_for_a_deadlock_is_done(
    given: Given, database_url: str, town: Portal, moderator: Portal
) -> None:
    activity, author = given.activity(town, kind="IDEA_BOX"), given.actor(town)
    first, second = sorted((published(author, activity) for _ in range(2)), key=uuid_in)
    change = tried(moderator, activity, "ASSIGNEE", assignee=me(moderator))
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as threads:
        other.execute("SET deadlock_timeout = '1min'")  # Whoever waits as long as this is rolled back: not this one.
        lock(other, town, second, "UPDATE")
        change_done = threads.submit(confirmed, moderator, change)
        until(lambda: given.sql(town, WAITS, other.info.backend_pid) == [(1,)])
        lock(other, town, first, "UPDATE")  # It comes to this lock because the change was rolled back.
        other.commit()
        assert change_done.result()["changedCount"] == 2
    assert [has(moderator, one)["assignee"] for one in (first, second)] == [me(moderator)] * 2


def test_changes_in_bulk_do_not_wait_for_what_refers_to_a_contribution(
    given: Given, database_url: str, town: Portal, moderator: Portal
) -> None:
    activity = given.activity(town, kind="IDEA_BOX")
    idea = published(given.actor(town), activity)
    change = tried(moderator, activity, "ASSIGNEE", assignee=me(moderator))
    with psycopg.connect(database_url) as other:
        lock(other, town, idea, "KEY SHARE")
        assert confirmed(moderator, change)["changedCount"] == 1
