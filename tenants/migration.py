"""Migrations: plain, forward-only SQL files, one transaction a file and schema, recorded, resumable."""

import asyncio
from dataclasses import dataclass
from importlib import resources
from typing import cast

from models.base import PLATFORM
from tenants import naming
from tenants.door import Connection, Database

PARALLEL_TENANTS = 4
"""Each takes one connection, beside the one that holds the lock."""

_PREPARE = (
    "CREATE SCHEMA IF NOT EXISTS platform",
    "CREATE TABLE IF NOT EXISTS platform.migration ("
    " schema_name text NOT NULL, name text NOT NULL, applied_at timestamptz NOT NULL, PRIMARY KEY (schema_name, name))",
)

_LOCK = 4_802_016_517
"""An advisory lock's number, ours by choice: two processes that start at once migrate one after the other."""


@dataclass(frozen=True, slots=True)
class Script:
    """One migration file: `0001_start`, and its statements."""

    name: str
    statements: tuple[str, ...]


def scripts(family: str) -> list[Script]:
    """The migrations of `platform` or `tenant`, in their order."""
    folder = resources.files("models").joinpath("migration", family)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [Script(file.name.removesuffix(".sql"), _statements(file.read_text("utf-8"))) for file in files]


def _statements(text: str) -> tuple[str, ...]:
    """One statement at a time, as a distributed engine wants its DDL; a statement ends with `;` at a line's end."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return tuple(part.strip() for part in lines.split(";\n") if part.strip())


async def migrate(database: Database) -> int:
    """Bring the platform's and every tenant's schema up to date; the number of migrations applied."""
    async with database.administration() as connection:
        await _wait_for_lock(connection)
        try:
            for statement in _PREPARE:
                await connection.execute(statement)
            applied = await apply(connection, PLATFORM, scripts("platform"))
            cursor = await connection.execute("SELECT number FROM platform.tenant ORDER BY number")
            numbers = [cast(int, row[0]) for row in await cursor.fetchall()]
            return applied + await _migrate_tenants(database, numbers)
        finally:
            await connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


async def _wait_for_lock(connection: Connection) -> None:
    """Wait as long as another process migrates: with a time-out the second of two starts would give up."""
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = 0")
        await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])


async def _migrate_tenants(database: Database, numbers: list[int]) -> int:
    """Every tenant as far as it goes: an error in one does not stop the others, and is raised at the end."""
    slots = asyncio.Semaphore(PARALLEL_TENANTS)

    async def one(number: int) -> int:
        async with slots, database.administration() as connection:
            return await apply_tenant(connection, number)

    outcomes = await asyncio.gather(*map(one, numbers), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return sum(outcome for outcome in outcomes if isinstance(outcome, int))


async def apply_tenant(connection: Connection, number: int) -> int:
    """The pending migrations of one tenant; how many there were."""
    return await apply(connection, naming.schema_name(number), scripts("tenant"), number)


async def apply(connection: Connection, schema: str, wanted: list[Script], number: int | None = None) -> int:
    """Apply what `schema` has not seen yet; how many there were.

    Each file is a transaction of its own, or part of the caller's if there is one: a later run goes on after a failure.
    """
    cursor = await connection.execute("SELECT name FROM platform.migration WHERE schema_name = %s", [schema])
    done = {row[0] for row in await cursor.fetchall()}
    pending = [script for script in wanted if script.name not in done]
    for script in pending:
        async with connection.transaction():
            for statement in script.statements:
                text = statement if number is None else naming.qualify(statement, number)
                await connection.execute(text)
            await connection.execute(
                "INSERT INTO platform.migration (schema_name, name, applied_at) VALUES (%s, %s, now())",
                [schema, script.name],
            )
    return len(pending)
