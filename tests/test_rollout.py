"""Rollouts over many tenants: bounded, told, each tenant as far as it goes, and gone on with after a kill."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from database.door import Database
from database.failure import DatabaseUnavailableError
from database.pool import PooledConnection
from server.command import run as running
from tenants import migration, rollout, roster
from tenants.rollout import RolloutError
from tenants.script import Script
from tests.command import runner
from tests.own import Own, until

PROJECT = Path(__file__).resolve().parents[1]
TENANTS = 5
LATER = Script(
    "9999_later",
    (
        "SELECT pg_advisory_xact_lock(hashtext('__tenant__.'))",  # The test holds one of them.
        "CREATE TABLE __tenant__.later (id int PRIMARY KEY)",
    ),
)
PROGRAM = f"""
import asyncio, sys
from database.door import Database
from tenants import migration
from tenants.script import Script
real = migration.scripts
later = Script({LATER.name!r}, {LATER.statements!r})
migration.scripts = lambda family: [*real(family), *([later] if family == "tenant" else [])]
async def main():
    database = Database(sys.argv[1], connections=2)
    await database.open()
    await migration.migrate(database, at_once=1, tell=lambda done, total: print(done, total, flush=True))
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def numbers(own: Own) -> list[int]:
    return [own.create(f"rolled-{place}")[0] for place in range(TENANTS)]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tenants' migrations have one file more."""
    real = migration.scripts
    for reader in (migration, roster):
        monkeypatch.setattr(reader, "scripts", lambda family: [*real(family), *([LATER] if family == "tenant" else [])])


def seen(own: Own, name: str) -> list[str]:
    return [
        schema for (schema,) in own.rows("SELECT schema_name FROM platform.migration WHERE name = %s ORDER BY 1", name)
    ]


@pytest.mark.usefixtures("later")
def test_killed_run_keeps_what_it_did_and_the_next_one_goes_on(own: Own, numbers: list[int]) -> None:
    first, second, third, *_ = numbers
    with psycopg.connect(own.url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"t_{third}."])
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, own.url], cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=os.environ
        )
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == [f"1 {TENANTS}\n", f"2 {TENANTS}\n"]
        until(lambda: own.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), 60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert seen(own, LATER.name) == [f"t_{first}", f"t_{second}"]
    assert own.value("SELECT to_regclass(%s)", f"t_{third}.later") is None
    told: list[tuple[int, int]] = []

    async def again(database: Database) -> int:
        return await migration.migrate(database, tell=lambda done, total: told.append((done, total)))

    assert own.run(again) == TENANTS - 2
    assert told == [(done, TENANTS - 2) for done in range(1, TENANTS - 1)]
    assert seen(own, LATER.name) == [f"t_{number}" for number in numbers]
    assert own.run(again) == 0
    own.rows("DELETE FROM platform.migration WHERE name = %s", LATER.name)
    for number in numbers:
        own.rows(f"DROP TABLE t_{number}.later")


@pytest.mark.usefixtures("later")
def test_command_tells_how_far_it_is(own: Own, numbers: list[int], tmp_path: Path) -> None:
    told = runner(own, tmp_path)("migrate", "--at-once", "2")
    assert told.exit_code == 0
    assert told.stdout == f"{TENANTS} migrations applied\n"
    lines = [line for line in told.stderr.splitlines() if line.endswith("tenants")]
    assert lines == [f"{done} of {TENANTS} tenants" for done in range(1, TENANTS + 1)]
    assert runner(own, tmp_path)("migrate").stdout == "0 migrations applied\n"
    own.rows("DELETE FROM platform.migration WHERE name = %s", LATER.name)
    for number in numbers:
        own.rows(f"DROP TABLE t_{number}.later")


def test_server_says_in_its_log_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(running, "LOG_EVERY_S", 0.0)
    with caplog.at_level("INFO", "parvis.cluster"):
        running._log()(250, 1_000)
    assert caplog.messages == ["250 of 1000 tenants are migrated"]


@pytest.mark.parametrize("at_once", [1, 3, 64])
def test_so_many_at_once_and_no_more(own: Own, at_once: int) -> None:
    slugs = {number: f"slug-{number}" for number in range(1, 9)}
    under_way, most, connections, all_there = 0, 0, set[int](), asyncio.Event()

    async def act(connection: PooledConnection, _number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        connections.add(connection.pgconn.backend_pid)
        if under_way == min(at_once, 8):
            all_there.set()
        await asyncio.wait_for(all_there.wait(), 60)
        await connection.execute("SELECT pg_sleep(0.02)")
        under_way -= 1
        return 2

    steps = own.run(lambda database: rollout.roll_out(database, slugs, act, at_once, rollout.untold))
    assert (steps, most, len(connections)) == (16, min(at_once, 8), min(at_once, 8))


def test_tenant_whose_tables_are_in_use_is_tried_again_behind_the_others(own: Own) -> None:
    tries = Counter[int]()
    order: list[int] = []

    async def act(_connection: PooledConnection, number: int) -> int:
        tries[number] += 1
        order.append(number)
        if number == 1 and tries[number] < rollout.TRIES:
            raise psycopg.errors.LockNotAvailable
        if number == 2:
            raise psycopg.errors.DeadlockDetected("in use")
        return 1

    slugs = {1: "busy", 2: "stuck", 3: "free"}
    with pytest.raises(
        RolloutError, match=r"^1 tenant could not be migrated, and all others are: stuck \(t_2\): in use"
    ):
        own.run(lambda database: rollout.roll_out(database, slugs, act, 1, rollout.untold))
    assert tries == {1: rollout.TRIES, 2: rollout.TRIES, 3: 1}
    assert order[:3] == [1, 2, 3]


def test_those_that_fail_are_named_up_to_a_bound_and_nobody_is_left_out(own: Own) -> None:
    done: list[int] = []

    async def act(connection: PooledConnection, number: int) -> int:
        if number % 2:
            await connection.execute("SELECT 1 / 0")
        done.append(number)
        return 1

    slugs = {number: f"slug-{number}" for number in range(1, 15)}
    with pytest.raises(RolloutError) as raised:
        own.run(lambda database: rollout.roll_out(database, slugs, act, 2, rollout.untold))
    said = str(raised.value)
    assert said.startswith(
        "7 tenants could not be migrated, and all others are: slug-1 (t_1): division by zero; slug-3 "
    )
    assert said.count("division by zero") == rollout.NAMED
    assert "; and 2 more. Mend what is in the way" in said
    assert sorted(done) == [2, 4, 6, 8, 10, 12, 14]


def test_cluster_that_goes_away_ends_the_rollout_at_once(own: Own) -> None:
    tried: list[int] = []

    async def act(connection: PooledConnection, number: int) -> int:
        tried.append(number)
        await connection.execute("SET ROLE NONE")
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return 1

    slugs = {number: f"slug-{number}" for number in range(1, 50)}
    with pytest.raises(DatabaseUnavailableError):
        own.run(lambda database: rollout.roll_out(database, slugs, act, 2, rollout.untold))
    assert len(tried) == 2


def test_rollout_that_is_given_up_leaves_no_transaction(own: Own) -> None:
    async def act(database: Database) -> None:
        async def wait(connection: PooledConnection, _number: int) -> int:
            async with connection.transaction():
                await connection.execute("SELECT pg_sleep(60)")
            return 1

        rolling = asyncio.create_task(rollout.roll_out(database, {1: "one", 2: "two"}, wait, 2, rollout.untold))
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
        await asyncio.to_thread(until, lambda: own.value(waiting) == 2, 30)
        rolling.cancel()
        await asyncio.gather(rolling, return_exceptions=True)
        assert rolling.cancelled()
        await asyncio.to_thread(until, lambda: own.value(waiting) == 0, 30)

    own.run(act)
