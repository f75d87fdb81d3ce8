"""Following: a tenant's rows, copied as of one moment, are kept up in another cluster by logical replication.

There, one subscription takes what one publication of the cluster that has the tenant tells, from a slot that begins at
the moment of the copy. All of them have one name. The tenant stays open to changes meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from database import naming
from database.door import Database
from database.pool import PooledConnection
from tenants import closing, followable, tenant_copy, wall
from tenants.directory import ProvisioningError, one
from tenants.tenant_copy import Keys, Since

NEAR_S = 1.0
"""How soon the other cluster must have what was just written, before the tenant is closed for the rest."""

LAPS = 20
"""How often that is tried."""

PATIENCE_S = 60.0
"""How long the other cluster may take nothing in while the tenant is open."""

CLOSED_S = 10.0
"""How long the rest may take, while it is closed."""

LOOK_S = 0.03
FREED_S = 10.0
"""By then a slot's process has ended, or the slot is left for the next try."""

_IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"
_PUBLICATION = "SELECT FROM pg_publication WHERE pubname = %s"
_SUBSCRIPTION = (
    "SELECT subenabled FROM pg_subscription WHERE subname = %s"
    " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_MARK = "SELECT pg_logical_emit_message(true, 'parvis', '')::text"
_POSITION = (
    "SELECT confirmed_flush_lsn >= %s::pg_lsn, confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = %s"
)
_END_SLOT = """SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
 WHERE slot_name = %(name)s AND database = current_database() AND active_pid IS NOT NULL"""
_DROP_SLOT = """SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
 WHERE slot_name = %(name)s AND database = current_database()"""
_SUBSCRIBE = """CREATE SUBSCRIPTION {name} CONNECTION {way} PUBLICATION {name}
 WITH (create_slot = false, slot_name = {name}, copy_data = false, disable_on_error = true, streaming = off)"""
_UNSUBSCRIBE = (
    "ALTER SUBSCRIPTION {name} DISABLE; ALTER SUBSCRIPTION {name} SET (slot_name = NONE); DROP SUBSCRIPTION {name}"
)


@dataclass(frozen=True, slots=True)
class Following:
    """A tenant of the cluster `source`, whose rows are kept up in `target`."""

    number: int
    source: Database
    target: Database
    since_here: Since
    """What was written in `source` after the copy, and what in `target`."""

    since_there: Since


def name(number: int) -> str:
    """Of the publication, the slot and the subscription of a tenant."""
    return f"parvis_move_{number:d}"


async def begin(source: Database, target: Database, number: int, keys: Keys) -> Following:
    """Copy and compare all rows as of one moment, into tables that were built without the foreign keys, and have them
    kept up from there on. Raises ProvisioningError for a table that is another."""
    async with _publishing(source) as connection:
        tables = sql.SQL(", ").join(sql.SQL(each) for each in closing.tables(number))
        await connection.execute(
            sql.SQL("CREATE PUBLICATION {} FOR TABLE {}").format(sql.Identifier(name(number)), tables)
        )
    async with source.administration() as here, _moment(here, source, number) as snapshot:
        since_here = await _copy(here, target, snapshot, number, keys)
        async with target.administration() as there:
            following = Following(number, source, target, since_here, await Since.now(there))
        await _have_last(source, number)
        await _subscribe(target, number, followable.way(source, here))
    return following


async def _copy(here: PooledConnection, target: Database, snapshot: str, number: int, keys: Keys) -> Since:
    """Copy and compare what a snapshot sees; what tells apart what is written after it."""
    async with here.transaction(), target.administration() as there, there.transaction():
        await here.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await here.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'".encode())
        for connection in (here, there):
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        await tenant_copy.fill(here, there, number, keys)
        await closing.hold(there, number)
        return await Since.now(here)


@asynccontextmanager
async def _moment(here: PooledConnection, source: Database, number: int) -> AsyncIterator[str]:
    """The name of a snapshot, and behind it a slot that begins there, for as long as this is open: one that a process
    leaves behind when it is killed would keep the log for ever. It waits for all transactions under way."""
    given = make_conninfo(followable.way(source, here), options="-c idle_in_transaction_session_timeout=0")
    async with asyncio.timeout(followable.CONNECT_S):
        keeping = await psycopg.AsyncConnection.connect(given, autocommit=True, replication="database")
    try:
        made = f"CREATE_REPLICATION_SLOT {name(number)}_copy TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export')"
        [_, _, snapshot, _] = await (await keeping.execute(made.encode())).fetchone() or [""] * 4
        yield str(snapshot)
    finally:
        await keeping.close()


async def _have_last(source: Database, number: int) -> None:
    """Have a slot like that of the copy outlast this process; somebody must read it right after."""
    async with source.administration(naming.LOGIN) as here:
        await here.execute(
            "SELECT pg_copy_logical_replication_slot(%s, %s, false)", [f"{name(number)}_copy", name(number)]
        )


async def _subscribe(target: Database, number: int, way: str) -> None:
    """By the login, whom the tables let in by their names for as long as the subscription is there."""
    async with target.administration() as there, there.transaction():
        await there.execute(f"GRANT USAGE ON SCHEMA {naming.schema_name(number)} TO SESSION_USER".encode())
        async with wall.as_login(there):
            made = sql.SQL(_SUBSCRIBE).format(name=sql.Identifier(name(number)), way=sql.Literal(way))
            await there.execute(made)


async def keep_up(following: Following) -> None:
    """Wait until what is written is in the other cluster soon after. Raises ProvisioningError where it does not keep
    up."""
    for _ in range(LAPS):
        began = monotonic()
        await catch_up(following)
        if monotonic() - began < NEAR_S:
            return
    raise ProvisioningError(
        f"{following.target.name} does not keep up with what is written: try again when fewer people write, or give"
        " --closed"
    )


async def catch_up(following: Following) -> None:
    """Wait until the other cluster has all that was committed before this. Raises ProvisioningError where it stops."""
    named = name(following.number)
    async with following.source.administration() as here, following.target.administration() as there:
        [mark] = await one(here, _MARK) or ("",)
        at, heard = None, monotonic()
        while (now := await one(here, _POSITION, mark, named)) is None or now[0] is not True:
            if now != at:
                at, heard = now, monotonic()
            is_taken = await one(there, _SUBSCRIPTION, named) == (True,)
            if now is None or not is_taken or monotonic() - heard > PATIENCE_S:
                raise ProvisioningError(
                    f"{following.target.name} takes in no more of what is written, its log says why: nothing was"
                    " switched"
                )
            await asyncio.sleep(LOOK_S)


async def finish(following: Following, here: PooledConnection, there: PooledConnection) -> int:
    """Take in the last changes of a tenant that is closed, compare, and end the subscription; how many rows there are.

    Raises ProvisioningError for a table that is another, a schema that was migrated since, and where it takes too long.
    """
    try:
        async with asyncio.timeout(CLOSED_S):
            await catch_up(following)
    except TimeoutError as error:
        raise ProvisioningError(
            f"{following.target.name} took too long to take in the last changes: try again when fewer people write"
        ) from error
    rows = await tenant_copy.compare_since(here, there, following.number, following.since_here, following.since_there)
    await unsubscribe(following.target, following.number)
    return rows


async def unsubscribe(target: Database, number: int) -> None:
    """End the subscription, without asking the other side; no-op where there is none."""
    async with target.administration() as there, there.transaction():
        if await one(there, _SUBSCRIPTION, name(number)) is None:
            return
        async with wall.as_login(there):
            await there.execute(sql.SQL(_UNSUBSCRIBE).format(name=sql.Identifier(name(number))))
        await there.execute(f"REVOKE USAGE ON SCHEMA {naming.schema_name(number)} FROM SESSION_USER".encode())


async def unpublish(source: Database, number: int) -> None:
    """End the slot, which would keep the log for ever, and the publication; no-op where there are none. Raises
    ProvisioningError for a slot that is not freed in time."""
    until, given = monotonic() + FREED_S, {"name": name(number)}
    async with source.administration(naming.LOGIN) as here:
        while True:
            try:
                await here.execute(_END_SLOT, given)
                await here.execute(_DROP_SLOT, given)
                break
            except psycopg.errors.ObjectInUse as error:
                if monotonic() > until:
                    raise ProvisioningError(
                        f"the slot {name(number)} of {source.name} is in use still: give the same command again"
                    ) from error
                await asyncio.sleep(LOOK_S)
        is_published = await one(here, _PUBLICATION, name(number)) is not None
    if is_published:
        async with _publishing(source) as here:
            await here.execute(sql.SQL("DROP PUBLICATION {}").format(sql.Identifier(name(number))))


@asynccontextmanager
async def _publishing(source: Database) -> AsyncIterator[PooledConnection]:
    """Who may publish tables: a superuser, or their owner with the right to create."""
    async with source.administration(naming.LOGIN) as here:
        if await one(here, _IS_SUPERUSER) != (True,):
            await here.become(naming.OWNER)
        yield here
