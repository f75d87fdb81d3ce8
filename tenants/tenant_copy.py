"""Copy of a tenant: its schema built in another cluster, and filled with the rows of the one that it has."""

from collections.abc import Sequence
from typing import cast

from database import naming
from database.pool import PooledConnection
from models.base import tenant_metadata
from tenants import migration, wall
from tenants.directory import ProvisioningError, one

FOREIGN = """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND connamespace = %s::regnamespace"""
COLUMNS = """SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute WHERE attrelid = %s::regclass
 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
_SAID = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {table} t"
"""How many rows a table has, and a sum of what they say, which is the same in whatever order they are."""

Keys = Sequence[tuple[str, str, str]]
"""Foreign keys: table, name and definition."""


async def build(connection: PooledConnection, number: int) -> Keys:
    """Role, schema and tables, empty, in a transaction of the caller's; without the foreign keys, which are given."""
    async with wall.as_login(connection):
        await wall.make_tenant_role(connection, number)
        await wall.make_schema(connection, naming.schema_name(number))
    await wall.let_in(connection, number)
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
    for table in tenant_metadata.sorted_tables:
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
