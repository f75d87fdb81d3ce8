"""Migrations: a failed run is gone on with, tenants do not wait for each other, and two runs at once do not collide."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import register.load
from database import pool
from database.door import Database
from demo.load import load
from jobs import audit, fold
from models import word
from models.base import PLATFORM, TENANT, tenant_metadata
from tenants import migration, roster
from tenants.rollout import RolloutError
from tenants.script import Script
from tests import twin
from tests.command import refusal, runner
from tests.own import RENNES, Own, until


@pytest.fixture(scope="module")
def number(own: Own) -> int:
    """A tenant, migrated by every script there is."""
    return own.create("migrated")[0]


@pytest.fixture
def fresh(database_url: str) -> Own:
    """A database of the test's own, empty."""
    return Own.make(database_url, is_migrated=False)


def recorded(own: Own, number: int) -> list[str]:
    return [
        name
        for (name,) in own.rows(
            "SELECT name FROM platform.migration WHERE schema_name = %s ORDER BY name", f"t_{number}"
        )
    ]


def with_later(monkeypatch: pytest.MonkeyPatch, *later: Script) -> None:
    """The tenants' migrations have later files."""
    real: Callable[[str], list[Script]] = migration.scripts
    for reader in (migration, roster):
        monkeypatch.setattr(reader, "scripts", lambda family: [*real(family), *(later if family == "tenant" else ())])


GOOD = Script("9998_good", ("CREATE TABLE __tenant__.second (id int PRIMARY KEY)",))
FILLING = ("0007_space_map", "0008_activity_count", "0021_map_by_kind")
ROLL_UPS = {
    "space_cell_count": "level, cell, space_id, lat, lng, counts",
    "activity_count": "activity_id, status, kind, category_id, count",
    "activity_count_delta": "activity_id, delta",
}
"""Tables that came filled, and what they say."""

RELEASED = Path(__file__).parent / "migration.tsv"
"""Family, name and checksum of the migrations that were released; a release adds its own."""

THIRD = "CREATE TABLE __tenant__.third (id int PRIMARY KEY)"
STARTED = [script.name for script in migration.scripts("tenant")]


def test_nothing_is_applied_twice(own: Own, number: int) -> None:
    before = own.rows("SELECT * FROM platform.migration ORDER BY schema_name, name")
    assert own.run(migration.migrate) == 0
    assert own.rows("SELECT * FROM platform.migration ORDER BY schema_name, name") == before
    assert recorded(own, number) == [script.name for script in migration.scripts("tenant")]


def test_failed_migration_keeps_those_before_and_is_gone_on_with(fresh: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 600000")  # Roles belong to the cluster.
    number, _ = fresh.create("resumed")
    with monkeypatch.context() as patch:
        with_later(patch, GOOD, Script("9999_broken", (THIRD, "SELECT 1 / 0")))
        with pytest.raises(RolloutError) as raised:
            fresh.run(migration.migrate)
    assert str(raised.value) == (
        f"1 tenant could not be migrated, and all others are: resumed (t_{number}): division by zero. Mend what is in the"
        " way, and do it again: it goes on where it stopped"
    )
    assert isinstance(raised.value.__cause__, psycopg.errors.DivisionByZero)
    assert recorded(fresh, number) == [*STARTED, "9998_good"]
    assert fresh.value("SELECT to_regclass(%s)::text", f"t_{number}.second") == f"t_{number}.second"
    assert fresh.value("SELECT to_regclass(%s)", f"t_{number}.third") is None
    with monkeypatch.context() as patch:
        with_later(patch, GOOD, Script("9999_broken", (THIRD,)))
        assert fresh.run(migration.migrate) == 1
    assert recorded(fresh, number) == [*STARTED, "9998_good", "9999_broken"]


def test_error_in_one_tenant_does_not_stop_the_others(fresh: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 500000")  # Roles belong to the cluster.
    (broken, _), *others = [fresh.create(f"tenant-{rank}") for rank in range(6)]
    fresh.rows(f"CREATE TABLE t_{broken}.second (in_the_way int)")
    with_later(monkeypatch, GOOD)
    with pytest.raises(
        RolloutError, match=rf"^1 tenant could .*: tenant-0 \(t_{broken}\): relation .* already exists\. Mend"
    ):
        fresh.run(migration.migrate)
    assert recorded(fresh, broken) == STARTED
    assert [recorded(fresh, number) for number, _ in others] == [[*STARTED, "9998_good"]] * 5
    fresh.rows(f"DROP TABLE t_{broken}.second")
    assert fresh.run(migration.migrate) == 1


def test_migration_that_was_edited_after_it_was_applied_is_told(
    fresh: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 800000")  # Roles belong to the cluster.
    number, _ = fresh.create("edited")
    with monkeypatch.context() as patch:
        with_later(patch, GOOD)
        assert fresh.run(migration.migrate) == 1
    with_later(monkeypatch, Script(GOOD.name, (*GOOD.statements, THIRD)))
    for command in (("migrate",), ("tenant", "list")):
        assert refusal(runner(fresh, tmp_path)(*command)) == (
            f"Error: the migration 9998_good of t_{number} was edited after it was applied: bring it back as it was, and"
            " write a new one for what is to change"
        )
    assert fresh.value("SELECT to_regclass(%s)", f"t_{number}.third") is None


def test_checksums_of_a_database_from_before_them_are_recorded_at_the_next_start(fresh: Own) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 900000")
    fresh.create("unsummed")
    before = fresh.rows("SELECT schema_name, name, checksum FROM platform.migration ORDER BY 1, 2")
    assert {len(checksum) for _, _, checksum in before} == {64}
    fresh.rows("ALTER TABLE platform.migration DROP COLUMN checksum")
    assert fresh.run(migration.migrate) == 0
    assert fresh.rows("SELECT schema_name, name, checksum FROM platform.migration ORDER BY 1, 2") == before
    assert fresh.run(migration.migrate) == 0


def test_released_migrations_are_as_they_were_released() -> None:
    released = [tuple(line.split("\t")) for line in RELEASED.read_text("utf-8").splitlines()]
    now = {
        (family, script.name): script.checksum
        for family in ("platform", "tenant")
        for script in migration.scripts(family)
    }
    changed = [(family, name) for family, name, checksum in released if now.get((family, name)) != checksum]
    assert changed == [], "installations have applied these: bring them back as they were, and write new ones"
    assert len(released) >= 17


def test_two_processes_that_migrate_an_empty_database_at_once_do_not_collide(fresh: Own) -> None:
    async def both(first: Database) -> list[int]:
        second = Database(fresh.url, connections=4)
        await second.open()
        try:
            return list(await asyncio.gather(migration.migrate(first), migration.migrate(second)))
        finally:
            await second.close()

    assert sorted(fresh.run(both)) == [0, len(migration.scripts("platform"))]


def test_second_process_waits_for_the_first_however_long(fresh: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 10)
    with psycopg.connect(fresh.url, autocommit=True) as first:
        first.execute("SELECT pg_advisory_lock(%s)", [migration._LOCK])

        def is_waited_for() -> bool:
            return bool(fresh.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))

        async def second(database: Database) -> int:
            running = asyncio.create_task(migration.migrate(database))
            await asyncio.to_thread(until, is_waited_for)
            await asyncio.sleep(0.05)  # Longer than the lock time-out of every other statement.
            assert not running.done()
            assert fresh.value("SELECT to_regnamespace('platform')") is None
            first.execute("SELECT pg_advisory_unlock_all()")
            return await running

        assert fresh.run(second) == len(migration.scripts("platform"))


def test_scripts_are_read_in_order_and_statement_by_statement() -> None:
    for family in ("platform", "tenant"):
        found = migration.scripts(family)
        assert [script.name for script in found] == sorted(script.name for script in found)
        assert found[0].name == "0001_start"
        for script in found:
            assert bool(script.statements) is (script.module is None)
            assert all(
                statement.startswith(("CREATE ", "ALTER ", "INSERT ", "UPDATE ", "DROP ", "GRANT ", "REVOKE "))
                for statement in script.statements
            )
            assert not any(statement.endswith(";") for statement in script.statements[:-1])


def test_tenant_scripts_name_no_schema_of_their_own() -> None:
    for script in migration.scripts("tenant"):
        for statement in script.statements:
            assert f"{TENANT}." in statement
            assert f"{PLATFORM}." not in re.sub(rf"\b{PLATFORM}\.(periods|trigrams)\(", "", statement)


def test_roll_ups_are_filled_from_what_is_there(fresh: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 700000")  # Roles belong to the cluster.
    fresh.run(lambda database: load(database, [twin.twin("hirondelle")], lambda _: None))
    with monkeypatch.context() as patch:
        real = migration.scripts
        others = [script for script in real("tenant") if script.name not in FILLING]
        patch.setattr(migration, "scripts", lambda family: others if family == "tenant" else real(family))
        number, _ = fresh.create("before")
    for table in tenant_metadata.sorted_tables:
        if table.name not in ROLL_UPS:
            columns = ", ".join(column.name for column in table.columns if column.computed is None)
            source = f"SELECT {columns} FROM t_700000.{table.name}"
            fresh.rows(f"DELETE FROM t_{number}.{table.name}")
            fresh.rows(f"INSERT INTO t_{number}.{table.name} ({columns}) {source}")
    assert fresh.run(migration.migrate) == len(FILLING)
    for name, columns in ROLL_UPS.items():
        rows = [fresh.rows(f"SELECT {columns} FROM t_{found}.{name} ORDER BY {columns}") for found in (number, 700000)]
        assert rows[0] == rows[1]
        assert bool(rows[0]) == (name != "activity_count_delta"), name
    by_hand = f"SELECT status, kind, category_id, count(*) FROM t_{number}.contribution GROUP BY 1, 2, 3"
    counted = f"SELECT status, kind, category_id, count FROM t_{number}.activity_count"
    assert sorted(map(str, fresh.rows(counted))) == sorted(map(str, fresh.rows(by_hand)))


BEFORE_COLUMNS = {
    "vote": "id, contribution_id, actor_id, choice, cast_at",
    "tally": "contribution_id, choice, count",
    "tally_delta": "id, contribution_id, choice, delta",
    "space_cell_count": "level, cell, space_id, lat, lng, offer_count, request_count, listing_count, proposal_count,"
    " argument_count",
}
"""Tables as the release before had them."""

BEFORE_METHODS = {
    "vote": "id, contribution_id, actor_id, choice, cast_at FROM {}.vote",
    "tally": "contribution_id, key, count FROM {}.tally",
    "tally_delta": "gen_random_uuid(), id, 'FOR', 1 FROM {}.contribution LIMIT 3",
    "space_cell_count": "level, cell, space_id, lat, lng, counts[1], counts[2], counts[3], counts[4], counts[5]"
    " FROM {}.space_cell_count",
}
"""What fills them from those of today; three votes wait to be folded."""

COUNTED = {
    "tally": "SELECT contribution_id, key, count FROM {}.tally ORDER BY 1, 2",
    "by choice": "SELECT contribution_id, choice, count(*)::int FROM {}.vote GROUP BY 1, 2 ORDER BY 1, 2",
    "support": "SELECT id, support_count FROM {}.contribution ORDER BY 1",
    "map": "SELECT level, cell, space_id, lat, lng, counts FROM {}.space_cell_count ORDER BY 1, 2, 3",
}


COLUMNS_OF = """SELECT column_name FROM information_schema.columns
    WHERE table_schema = '{}' AND table_name = '{}' AND is_generated = 'NEVER'"""


def test_database_of_the_release_before_keeps_its_tallies_and_counts_and_has_its_votes_sealed(
    fresh: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 650000")  # Roles belong to the cluster.
    fresh.run(lambda database: load(database, [twin.twin("hirondelle")], lambda _: None))
    with monkeypatch.context() as patch:
        real = migration.scripts
        earlier = [script for script in real("tenant") if script.name < "0020"]
        patch.setattr(migration, "scripts", lambda family: earlier if family == "tenant" else real(family))
        number, _ = fresh.create("before")
    old, new = f"t_{number}", "t_650000"
    for table in tenant_metadata.sorted_tables:
        there = {row[0] for row in fresh.rows(COLUMNS_OF.format(old, table.name))}
        if there and table.name not in ("vote_seal", "event", "seal", "event_cursor"):
            fresh.rows(f"DELETE FROM {old}.{table.name}")
            columns = ", ".join(column.name for column in table.columns if column.name in there)
            source = BEFORE_METHODS.get(table.name, f"{columns} FROM {{}}.{table.name}").format(new)
            wanted = BEFORE_COLUMNS.get(table.name, columns)
            fresh.rows(f"INSERT INTO {old}.{table.name} ({wanted}) SELECT {source}")
    assert fresh.run(migration.migrate) == len([found for found in real("tenant") if found.name >= "0020"])
    counts = {name: [fresh.rows(query.format(schema)) for schema in (old, new)] for name, query in COUNTED.items()}
    assert {name: found[0] == found[1] and bool(found[0]) for name, found in counts.items()} == dict.fromkeys(
        COUNTED, True
    )
    assert fresh.rows(f"SELECT key, sum(delta)::int FROM {old}.tally_delta WHERE delta <> 0 GROUP BY 1") == [("FOR", 3)]
    votes = fresh.value(f"SELECT count(*) FROM {old}.vote")
    while fresh.run(lambda database: fold.fold(database, number)):
        pass
    assert fresh.value(f"SELECT sum(count)::int FROM {old}.tally") == votes + 3
    found = fresh.run(lambda database: audit.verify(database, number))
    assert (found.faults, found.count) == ([], votes)


WRITTEN = (
    ("Les habitant·e·s du “parc”", "Piétons/cyclistes, vide-grenier"),
    ("Œufs", "l’Île"),
    *[("Un titre", "Une phrase")] * 1_000,
)
OLD = """
SET session_replication_role = replica;
INSERT INTO t_{0}.contribution (id, activity_id, kind, status, title, body, author_id, is_anonymous, support_count,
                                published_at, search_text)
SELECT gen_random_uuid(), gen_random_uuid(), 'OFFER', 'OPEN', title, body, gen_random_uuid(), false, 0, now(), 'ancïen'
FROM unnest(%s::text[], %s::text[]) w(title, body)"""


def test_words_of_what_is_there_are_read_anew(fresh: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.prepare()
    fresh.rows("UPDATE platform.registry SET next_number = 800000")  # Roles belong to the cluster.
    words = ("0016_words", "0017_text")
    with monkeypatch.context() as patch:
        real = migration.scripts
        earlier = [script for script in real("tenant") if script.name not in words]
        patch.setattr(migration, "scripts", lambda family: earlier if family == "tenant" else real(family))
        number, _ = fresh.create("before")
    with psycopg.connect(fresh.url) as connection:
        for statement in OLD.format(number).split(";"):
            titles, bodies = zip(*WRITTEN, strict=True)
            values = [list(titles), list(bodies)] if "%s" in statement else None
            connection.execute(statement.encode(), values)
    assert fresh.run(migration.migrate) == len(words)
    found = fresh.rows(f"SELECT title, body, search_text FROM t_{number}.contribution")
    assert sorted(found) == sorted((*texts, word.searchable(*texts)) for texts in WRITTEN)
    asked = f"SELECT count(*) FROM t_{number}.contribution WHERE search @@ to_tsquery('french', %s)"
    assert [fresh.value(asked, query) for query in ("habitant", "cycliste", "phrase", "ancien")] == [1, 1, 1_000, 0]


@pytest.mark.parametrize("what", ["collectivite", "collectivite_outline"])
def test_processes_that_start_at_once_wait_for_the_one_that_writes_the_register(
    own: Own, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 100)
    own.rows("DELETE FROM platform.collectivite_outline")
    drawn = [(RENNES.id, [[[(0, 0), (100, 0), (0, 100), (0, 0)]]])]

    async def load_register(database: Database) -> object:
        if what == "collectivite":
            return (await register.load.fill(database, [RENNES])).unknown
        return await register.load.load_outlines(database, drawn)

    waiting = f"SELECT count(*) FROM pg_locks WHERE relation = 'platform.{what}'::regclass AND NOT granted"
    with closing(psycopg.connect(own.url)) as first, ThreadPoolExecutor(1) as thread:
        first.execute(f"LOCK TABLE platform.{what} IN SHARE ROW EXCLUSIVE MODE".encode())
        second = thread.submit(own.run, load_register)
        until(lambda: own.value(waiting) == 1)
        with pytest.raises(TimeoutError):
            second.result(0.5)
        first.commit()
        assert second.result(10) == ([] if what == "collectivite" else 1)
