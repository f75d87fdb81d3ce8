"""Migrations: forward-only SQL files, one transaction a file and schema, recorded, resumable.

What SQL cannot say is a Python file among them, `NNNN_words.py`, with `async def run(connection, schema)`.
"""

import asyncio
import hashlib
import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

import psycopg
from sqlalchemy import Text, bindparam, func, select, text

from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.base import PLATFORM, table
from models.tenant import Tenant
from tenants import wall

PARALLEL_TENANTS = 4
"""Each takes one connection, beside the one that holds the lock."""

_RECORD = (
    "CREATE TABLE IF NOT EXISTS platform.migration ("
    " schema_name text NOT NULL, name text NOT NULL, applied_at timestamptz NOT NULL, PRIMARY KEY (schema_name, name))"
)
_RECORD_CHECKSUM = "ALTER TABLE platform.migration ADD COLUMN IF NOT EXISTS checksum text"
_LOGIN = select(func.session_user())
_RECORDED = text("SELECT schema_name, name, checksum FROM platform.migration")
_STATE = text(
    "SELECT count(*) FILTER (WHERE is_platform AND name = :last_platform),"
    " count(*) FILTER (WHERE NOT is_platform AND name = :last_tenant),"
    " count(*) FILTER (WHERE name > CASE WHEN is_platform THEN :last_platform ELSE :last_tenant END),"
    " (SELECT count(*) FROM platform.tenant)"
    " FROM (SELECT name, schema_name = 'platform' AS is_platform FROM platform.migration) AS applied"
).bindparams(bindparam("last_platform", type_=Text()), bindparam("last_tenant", type_=Text()))
_OWNED = text("SELECT nspname FROM pg_namespace WHERE nspowner = to_regrole(:owner)").bindparams(owner=naming.OWNER)
_NUMBERS = select(table(Tenant).c.number)

Applied = tuple[object, object]
"""A schema's name and a migration's."""

_LOCK = 4_802_016_517
"""An advisory lock's number, ours by choice: two processes that start at once migrate one after the other."""


Step = Callable[[PooledConnection, str], Awaitable[None]]
"""What a Python file does, in one transaction, to the schema of that name."""


class EditedMigrationError(Exception):
    """A migration is not what it was when it was applied; the message says which, for a person."""


@dataclass(frozen=True, slots=True)
class Script:
    """One migration file: `0001_start`, and its statements; of a Python file the step."""

    name: str
    statements: tuple[str, ...]
    step: Step | None = None

    @property
    def checksum(self) -> str:
        """Of its statements: comments may change, and so may what a Python step calls."""
        return hashlib.sha256("\0".join(self.statements).encode()).hexdigest()


def scripts(family: str) -> list[Script]:
    """The migrations of `platform` or `tenant`, in their order."""
    folder = resources.files("models").joinpath("migration", family)
    files = sorted((file for file in folder.iterdir() if file.name[:4].isdigit()), key=lambda file: file.name)
    return [
        Script(name, (), importlib.import_module(f"models.migration.{family}.{name}").run)
        if kind == "py"
        else Script(name, _statements(file.read_text("utf-8")))
        for file in files
        for name, _, kind in [file.name.partition(".")]
    ]


def _statements(text: str) -> tuple[str, ...]:
    """One statement at a time, as a distributed engine wants its DDL; a statement ends with `;` at a line's end."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return tuple(part.strip() for part in lines.split(";\n") if part.strip())


def _of_tenant(statement: str, number: int) -> str:
    """A statement with a tenant's schema and, for its rights, a tenant's role."""
    return naming.qualify(statement, number).replace("__tenant_role__", naming.role(number))


async def migrate(database: Database) -> int:
    """Bring the platform's and every tenant's schema up to date; the number of migrations applied.

    Where nothing is to be done, a login that only serves finds out by itself. Raises EditedMigrationError.
    """
    if await _is_current(database):
        return 0
    [(login,)] = await database.rows(_LOGIN)
    async with database.administration(naming.LOGIN) as connection:
        await _wait_for_lock(connection)
        await wall.raise_wall(connection, str(login))
        async with connection.transaction():
            cursor = await connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [PLATFORM])
            if await cursor.fetchone() is None:
                await wall.make_schema(connection, PLATFORM)
            await wall.adopt_schema(connection, PLATFORM)
        await connection.become(naming.OWNER)
        await connection.execute(_RECORD)
        await _record_checksums(connection)
        applied = await apply(connection, PLATFORM, scripts("platform"))
        cursor = await connection.execute("SELECT number FROM platform.tenant ORDER BY number")
        numbers = [cast(int, row[0]) for row in await cursor.fetchall()]
        return applied + await _migrate_tenants(database, numbers)


async def _is_current(database: Database) -> bool:
    """Whether every migration is recorded as it is, and every schema behind the wall."""
    try:
        recorded = {(schema, name): checksum for schema, name, checksum in await database.rows(_RECORDED)}
        schemas = [naming.schema_name(cast(int, number)) for (number,) in await database.rows(_NUMBERS)]
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn, psycopg.errors.InsufficientPrivilege):
        return False  # New, or from before checksums, or of another login.
    owned = {schema for (schema,) in await database.rows(_OWNED)}
    wanted: dict[Applied, str] = {(PLATFORM, script.name): script.checksum for script in scripts("platform")}
    wanted |= {(schema, script.name): script.checksum for script in scripts("tenant") for schema in schemas}
    _check_edited(wanted, recorded)
    return owned.issuperset((PLATFORM, *schemas)) and wanted.items() <= recorded.items()


async def state(database: Database) -> str:
    """`ok` where each schema has this version's last migration, `migrations pending` where one has not, and `ahead`
    where a later version has migrated already, beside which this one may go on."""
    last_platform, last_tenant = scripts_of("platform")[-1], scripts_of("tenant")[-1]
    rows = await database.rows(_STATE, last_platform=last_platform, last_tenant=last_tenant)
    [(has_platform, tenants, later, wanted)] = rows
    if not has_platform or tenants != wanted:
        return "migrations pending"
    return "ahead" if later else "ok"


@cache
def scripts_of(family: str) -> tuple[str, ...]:
    """The names of `scripts`."""
    return tuple(script.name for script in scripts(family))


def _check_edited(wanted: Mapping[Applied, str], recorded: Mapping[Applied, object]) -> None:
    for applied, checksum in wanted.items():
        if recorded.get(applied) not in (None, checksum):
            schema, name = applied
            raise EditedMigrationError(
                f"the migration {name} of {schema} was edited after it was applied: bring it back as it was, and write"
                " a new one for what is to change"
            )


async def _record_checksums(connection: PooledConnection) -> None:
    """What was applied before there were checksums is taken as it is now."""
    await connection.execute(_RECORD_CHECKSUM)
    for family in ("platform", "tenant"):
        for script in scripts(family):
            await connection.execute(
                "UPDATE platform.migration SET checksum = %s"
                " WHERE name = %s AND (schema_name = %s) = %s AND checksum IS NULL",
                [script.checksum, script.name, PLATFORM, family == "platform"],
            )


async def _wait_for_lock(connection: PooledConnection) -> None:
    """Wait as long as another process migrates: with a time-out the second of two starts would give up.

    The lock is the connection's, and ends with it.
    """
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = 0")
        await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])


async def _migrate_tenants(database: Database, numbers: list[int]) -> int:
    """Every tenant as far as it goes: an error in one does not stop the others, and is raised at the end."""
    slots = asyncio.Semaphore(PARALLEL_TENANTS)

    async def one(number: int) -> int:
        async with slots, database.administration() as connection:
            await wall.adopt_tenant(connection, number)
            return await apply_tenant(connection, number)

    outcomes = await asyncio.gather(*map(one, numbers), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return sum(outcome for outcome in outcomes if isinstance(outcome, int))


async def apply_tenant(connection: PooledConnection, number: int) -> int:
    """The pending migrations of one tenant; how many there were."""
    return await apply(connection, naming.schema_name(number), scripts("tenant"), number)


async def apply(connection: PooledConnection, schema: str, wanted: list[Script], number: int | None = None) -> int:
    """Apply what `schema` has not seen yet; how many there were.

    Each file is a transaction of its own, or part of the caller's if there is one: a later run goes on after a failure.
    """
    cursor = await connection.execute("SELECT name FROM platform.migration WHERE schema_name = %s", [schema])
    done = {row[0] for row in await cursor.fetchall()}
    pending = [script for script in wanted if script.name not in done]
    for script in pending:
        async with connection.transaction():
            if script.step is not None:
                await script.step(connection, schema)
            for statement in script.statements:
                text = statement if number is None else _of_tenant(statement, number)
                await connection.execute(text)
            await connection.execute(
                "INSERT INTO platform.migration (schema_name, name, checksum, applied_at) VALUES (%s, %s, %s, now())",
                [schema, script.name, script.checksum],
            )
    return len(pending)
