"""Migrations: forward-only SQL files, one transaction a file and schema, recorded, resumable.

What SQL cannot say is a Python file among them, `NNNN_words.py`, with `async def run(connection, schema)`.
"""

from itertools import groupby
from typing import cast

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import func, select, text

from database import engine, failure, naming
from database.door import Database
from database.pool import PooledConnection
from models.schema_name import PLATFORM
from tenants import rollout, wall
from tenants.piecewise import PiecewiseConnection, pieces
from tenants.script import HERE, STRANGE, TALLY, Script, is_complete
from tenants.script import scripts as scripts

_RECORD = (
    "CREATE TABLE IF NOT EXISTS platform.migration ("
    " schema_name text NOT NULL, name text NOT NULL, applied_at timestamptz NOT NULL, PRIMARY KEY (schema_name, name))"
)
_RECORD_CHECKSUM = "ALTER TABLE platform.migration ADD COLUMN IF NOT EXISTS checksum text"
_UNSUMMED = "SELECT EXISTS (SELECT FROM platform.migration WHERE checksum IS NULL)"
_SEEN = (
    "SELECT t.number, t.slug, count(m.name), EXISTS (SELECT FROM pg_namespace n"  # noqa: S608  # a constant of ours
    " WHERE n.nspname = 't_' || t.number AND n.nspowner = to_regrole(%s)) FROM platform.tenant t"
    " LEFT JOIN platform.migration m ON m.schema_name = 't_' || t.number AND m.name = ANY(%s)"
    f" WHERE {HERE} GROUP BY t.number, t.slug ORDER BY t.number"
)
"""Of each tenant: how many of the migrations it has seen, and whether it is behind the wall."""

_APPLIED = (
    "INSERT INTO platform.migration (schema_name, name, checksum, applied_at)"
    " SELECT %s, name, checksum, now() FROM unnest(%s::text[], %s::text[]) AS seen(name, checksum)"
)
_LOGIN = select(func.session_user())

_LOCK = 4_802_016_517
"""An advisory lock's number, ours by choice: two processes that start at once migrate one after the other."""


def _of_tenant(statement: str, number: int) -> str:
    """A statement with a tenant's schema and, for its rights, a tenant's role."""
    return naming.qualify(statement, number).replace("__tenant_role__", naming.role(number))


async def migrate(database: Database, *, at_once: int = rollout.AT_ONCE, tell: rollout.Tell = rollout.untold) -> int:
    """Bring the platform's and every tenant's schema up to date, `at_once` tenants at a time; the number of migrations
    applied. `tell` hears how far it is.

    Where nothing is to be done, a login that only serves finds out by itself. Raises EditedMigrationError, and
    RolloutError where a tenant could not be migrated.
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
        await wall.share_register(connection)
        return applied + await _migrate_tenants(database, connection, at_once, tell)


async def _migrate_tenants(database: Database, connection: PooledConnection, at_once: int, tell: rollout.Tell) -> int:
    """Each tenant that is behind."""
    wanted, slugs, strange = scripts("tenant"), dict[int, str](), set[int]()
    cursor = await connection.execute(_SEEN, [naming.OWNER, [script.name for script in wanted]])
    for number, slug, seen, is_walled in cast(list[tuple[int, str, int, bool]], await cursor.fetchall()):
        if seen < len(wanted) or not is_walled:
            slugs[number] = slug
        if not is_walled:
            strange.add(number)

    async def bring_on(own: PooledConnection, number: int) -> int:
        if number in strange:
            await wall.adopt_tenant(own, number)
        return await apply(own, naming.schema_name(number), wanted, number)

    return await rollout.roll_out(database, slugs, bring_on, at_once, tell)


async def _is_current(database: Database) -> bool:
    """Whether every migration is recorded as it is, and every schema behind the wall; two statements, whose cost for
    1,000 tenants is some 50 ms of the database."""
    try:
        tally = await database.rows(text(TALLY))
        [(strange,)] = await database.rows(text(STRANGE))
    except (*failure.UNMADE, psycopg.errors.InsufficientPrivilege):
        return False  # New, or from before checksums, or of another login.
    return is_complete(tally, scripts("platform"), scripts("tenant")) and not strange


async def _record_checksums(connection: PooledConnection) -> None:
    """What was applied before there were checksums is taken as it is now."""
    await connection.execute(_RECORD_CHECKSUM)
    cursor = await connection.execute(_UNSUMMED)
    if await cursor.fetchone() == (False,):
        return
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


async def apply_tenant(connection: PooledConnection, number: int) -> int:
    """The pending migrations of one tenant; how many there were."""
    return await apply(connection, naming.schema_name(number), scripts("tenant"), number)


async def apply(connection: PooledConnection, schema: str, wanted: list[Script], number: int | None = None) -> int:
    """Apply what `schema` has not seen yet; how many there were. A file's statements go in one round trip, unless the
    engine wants them piece by piece.

    Each file is a transaction of its own: a later run goes on after a failure. In a transaction of the caller's, where
    none of them stays after a failure, files go together.
    """
    done = "SELECT ARRAY(SELECT name FROM platform.migration WHERE schema_name = %s)"
    cursor = await connection.execute(f"{done}, CASE WHEN {engine.IS_DISTRIBUTED} THEN now()::text END", [schema])
    [(names, at)] = cast(list[tuple[list[str], str | None]], await cursor.fetchall())
    pending = [script for script in wanted if script.name not in names]
    is_begun = connection.info.transaction_status == TransactionStatus.INTRANS
    for scripts_ in _together(pending) if is_begun else [[script] for script in pending]:
        lines = [line for script in scripts_ for line in script.statements]
        texts = lines if number is None else [_of_tenant(line, number) for line in lines]
        async with connection.transaction():
            if (step := scripts_[0].step()) is not None:
                await step(connection if at is None else PiecewiseConnection(connection, at), schema)
            for text in _sent(texts, at):
                await connection.execute(text.encode())
            record = [schema, *map(list, zip(*((script.name, script.checksum) for script in scripts_), strict=True))]
            await connection.execute(_APPLIED.encode(), record)
    return len(pending)


def _together(pending: list[Script]) -> list[list[Script]]:
    """What is applied at once: a Python file, or the files of SQL up to the next one."""
    return [
        [script for _, script in group]
        for _, group in groupby(enumerate(pending), lambda placed: placed[0] if placed[1].module else None)
    ]


def _sent(texts: list[str], at: str | None) -> list[str]:
    """What is sent of a file's statements, one round trip each; `at` is the time for an engine that wants pieces."""
    if at is not None:
        return [piece for text in texts for piece in pieces(text, at)]
    return [";\n".join(texts)] if texts else []
