"""A cluster that spreads schemas: what is made otherwise there, tried on one that is made to say that it does."""

from typing import Any

import psycopg
import pytest

from database import engine, naming
from database.pool import PooledConnection
from tenants import migration, provisioning, wall
from tests.own import Own
from tests.spreading import in_the_way
from tests.test_migrated_schema import FINGERPRINT, fingerprint

EXTENSION = """
CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY);
CREATE FUNCTION create_reference_table(name regclass) RETURNS void LANGUAGE sql
    AS 'INSERT INTO pg_dist_partition VALUES (name)';
GRANT ALL ON pg_dist_partition TO PUBLIC"""
"""What of the extension the product calls."""

NUMBER = 970_000
"""Roles belong to the cluster: no other test gives this number."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What administration says that is not about rows, with the cluster one that spreads schemas."""
    monkeypatch.setattr(engine, "IS_DISTRIBUTED", "true")
    said: list[str] = []
    execute = PooledConnection.execute

    async def noted(self: PooledConnection, query: Any, *given: Any, **options: Any) -> Any:
        words = (
            query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else query.as_string(self)
        )
        said.append(words)
        return await execute(self, query, *given, **options)

    monkeypatch.setattr(PooledConnection, "execute", noted)
    return said


@pytest.fixture
def spread(database_url: str, told: list[str]) -> Own:
    """A database of the test's own in such a cluster."""
    made = Own.make(database_url, is_migrated=False)
    for line in EXTENSION.split(";"):
        made.rows(line)
    made.prepare()
    made.rows("UPDATE platform.registry SET next_number = %s", NUMBER)
    return made


def test_register_is_shared_once(spread: Own) -> None:
    shared = "SELECT logicalrelid::text FROM pg_dist_partition"
    assert spread.rows(shared) == [("platform.collectivite",)]

    async def again(database: Any) -> None:
        async with database.administration() as connection:
            await wall.share_register(connection)

    spread.run(again)
    assert spread.rows(shared) == [("platform.collectivite",)]


def test_tenants_schema_alone_is_spread_and_its_role_may_sign_in(spread: Own, told: list[str]) -> None:
    assert [words for words in told if wall.SPREADING in words] == []  # The platform's schema is on one machine.
    told.clear()
    number, _ = spread.create("spread")
    begun = told.index(f"SET LOCAL {wall.SPREADING} = on")
    assert told[begun - 1 : begun + 4] == [
        f'SET ROLE "{naming.OWNER}"',
        f"SET LOCAL {wall.SPREADING} = on",
        f'CREATE SCHEMA "t_{number}"',
        f"SET LOCAL {wall.SPREADING} = off",
        "SET ROLE NONE",
    ]
    assert told.count(f"SET LOCAL {wall.SPREADING} = on") == 1
    assert all(words.count(";\n") == 0 for words in told)  # One statement at a time.
    assert len([words for words in told if words.startswith("CREATE TABLE")]) > 50
    assert spread.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", f"t_{number}") is True
    assert spread.value("SELECT rolpassword FROM pg_authid WHERE rolname = %s", f"t_{number}") is None
    assert spread.value("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = %s", f"t_{number}") == (
        naming.OWNER
    )
    assert spread.run(migration.migrate) == 0


def test_tenant_is_made_without_what_such_an_engine_refuses_and_is_what_it_is_elsewhere(
    spread: Own, own: Own, told: list[str]
) -> None:
    platform = list(told)
    told.clear()
    there, _ = spread.create("pieces")
    assert len(told) > 500
    assert {each: rules for each in [*platform, *told] if (rules := in_the_way(each))} == {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "IS_DISTRIBUTED", "false")
        here, _ = own.create("whole")
    schemas = ((spread, f"t_{there}"), (own, f"t_{here}"))
    apart, whole = (shape(database, schema) for database, schema in schemas)
    for what in FINGERPRINT:
        assert apart[what] == whole[what], what


def shape(database: Own, schema: str) -> dict[str, set[tuple[str, ...]]]:
    with psycopg.connect(database.url) as connection:
        return fingerprint(connection, schema)


def test_role_that_outlived_its_schema_is_dropped_afterwards(spread: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    number, _ = spread.create("outlived")
    real, tries = wall.drop_tenant_role, list[int]()

    async def late(connection: PooledConnection, gone: int) -> None:
        """Within the transaction other machines still hold it."""
        tries.append(gone)
        if len(tries) > 1:
            await real(connection, gone)

    monkeypatch.setattr(wall, "drop_tenant_role", late)
    assert spread.run(lambda database: provisioning.delete(database, "outlived")) == number
    assert tries == [number, number]
    assert spread.rows("SELECT FROM pg_roles WHERE rolname = %s", f"t_{number}") == []
