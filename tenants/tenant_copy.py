"""Copy of a tenant: its schema built in another cluster, and filled with the rows of the one that it has."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self, cast

from database import naming
from database.pool import PooledConnection
from models.every import tenant_tables
from tenants import migration, wall
from tenants.directory import ProvisioningError, one

FOREIGN = """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND connamespace = %s::regnamespace"""
COLUMNS = """SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute WHERE attrelid = %s::regclass
 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
_SAID = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {table} t"
"""How many rows a table has, and a sum of what they say, which is the same in whatever order they are."""

_SAID_SINCE = """SELECT '{table}', count(*), sum(hash_record_extended(ROW({key}), 0)),
 sum(hashtextextended(t::text, 0)) FILTER (WHERE age(t.xmin) <= age(%(first)s::xid) OR t.xmin = ANY (%(open)s::xid[]))
 FROM {table} t"""
"""How many rows a table has, a sum of their keys, and one of what those say that were written after a moment."""

_SEEN = "SELECT array_agg(name ORDER BY name) FROM platform.migration WHERE schema_name = %s"
_NOW = """SELECT pg_snapshot_xmax(now)::xid::text, ARRAY(SELECT each::xid FROM pg_snapshot_xip(now) each)::text
 FROM pg_current_snapshot() now"""

Keys = Sequence[tuple[str, str, str]]
"""Foreign keys: table, name and definition."""

_SaidSince = tuple[str, int, Decimal | None, Decimal | None]
"""A table, and what `_SAID_SINCE` says of it."""


@dataclass(frozen=True, slots=True)
class Since:
    """What tells rows apart that were written after a moment: the first transaction that had not begun, and those that
    were under way, as PostgreSQL writes them."""

    first: str
    open: str

    @classmethod
    async def now(cls, connection: PooledConnection) -> Self:
        """The moment that the connection's transaction sees."""
        first, open_ = await one(connection, _NOW) or ("", "")
        return cls(str(first), str(open_))


async def build(connection: PooledConnection, number: int) -> Keys:
    """Role, schema and tables, empty, in a transaction of the caller's; without the foreign keys, which are given."""
    await wall.make_tenant(connection, number)
    await migration.apply_tenant(connection, number)
    return await take_keys(connection, number)


async def take_keys(connection: PooledConnection, number: int) -> Keys:
    """Take the foreign keys of a tenant's tables away, so that these can be filled in any order."""
    cursor = await connection.execute(FOREIGN, [naming.schema_name(number)])
    keys = cast(Keys, await cursor.fetchall())
    for table, name, _ in keys:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    return keys


async def give_keys(connection: PooledConnection, keys: Keys) -> None:
    """Put them back, checked."""
    for table, name, definition in keys:
        await connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())


async def fill(here: PooledConnection, there: PooledConnection, number: int, keys: Keys) -> int:
    """Copy all rows, compare each table and put the keys back, in a transaction of the caller's `there`; how many rows
    there are. Nothing may change `here` meanwhile. Raises ProvisioningError for a table that is another."""
    rows = 0
    for table in tenant_tables():
        name = f"{naming.schema_name(number)}.{table.name}"
        await there.execute(f"DELETE FROM {name}".encode())  # noqa: S608  # What migrations wrote.
        await _copy(here, there, name)
        rows += await _compared(here, there, name)
    await give_keys(there, keys)
    return rows


async def _copy(here: PooledConnection, there: PooledConnection, table: str) -> None:
    [names] = await one(here, COLUMNS, table) or ([],)
    listed = ", ".join(cast(list[str], names))
    async with (
        here.cursor() as reading,
        there.cursor() as writing,
        reading.copy(f"COPY {table} ({listed}) TO STDOUT".encode()) as out,
        writing.copy(f"COPY {table} ({listed}) FROM STDIN".encode()) as into,
    ):
        async for block in out:
            await into.write(block)


async def _compared(here: PooledConnection, there: PooledConnection, table: str) -> int:
    """How many rows both have. Raises ProvisioningError where they are not the same."""
    said, copied = [await one(each, _SAID.format(table=table)) for each in (here, there)]
    if said is None or said != copied:
        raise ProvisioningError(f"{table} is not the same after it was copied: nothing was switched")
    return int(str(said[0]))


async def compare_since(
    here: PooledConnection, there: PooledConnection, number: int, since_here: Since, since_there: Since
) -> int:
    """Compare a tenant whose rows were all compared as of one moment: all rows by their keys, those that were written
    since by what they say; how many rows there are. Raises ProvisioningError for a table that is another, and for one
    cluster whose schema was migrated meanwhile."""
    seen = [await one(each, _SEEN, naming.schema_name(number)) for each in (here, there)]
    if seen[0] != seen[1]:
        raise ProvisioningError("it was migrated while it moved: nothing was switched, give the same command again")
    said, followed = await asyncio.gather(
        _said_since(here, number, since_here), _said_since(there, number, since_there)
    )
    if different := set(said) - set(followed):
        raise ProvisioningError(f"{min(different)[0]} is not the same after it was followed: nothing was switched")
    return sum(rows for _, rows, *_ in said)


async def _said_since(connection: PooledConnection, number: int, since: Since) -> list[_SaidSince]:
    """Of all tables, in one round trip."""
    parts = [
        _SAID_SINCE.format(
            table=f"{naming.schema_name(number)}.{table.name}",
            key=", ".join(f"t.{column.name}" for column in table.primary_key.columns),
        )
        for table in tenant_tables()
    ]
    cursor = await connection.execute(" UNION ALL ".join(parts).encode(), {"first": since.first, "open": since.open})
    return cast(list[_SaidSince], await cursor.fetchall())
