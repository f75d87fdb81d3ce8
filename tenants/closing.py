"""Closing: while a tenant moves, PostgreSQL itself refuses every change of its tables, and reads go on."""

import asyncio

from database import failure, naming
from database.pool import PooledConnection
from tenants.directory import ProvisioningError
from tenants.every_table import tenant_tables

TRIGGER = "held"
TRIES = 60
TRY_MS = 300
"""How long one try waits for a table: less than after what two transactions that wait for each other are told apart,
so that it is never a visitor's that is undone."""

PAUSE_S = 0.2

_CLOSED = """SELECT EXISTS (SELECT FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
 WHERE relnamespace = %s::regnamespace AND tgname = %s)"""


async def close(connection: PooledConnection, number: int) -> None:
    """Refuse changes from now on; those under way have ended. For the owner's connection.

    Raises ProvisioningError where tables are in use all the time.
    """
    for _ in range(TRIES):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = {TRY_MS}".encode())
                await connection.execute(f"LOCK TABLE {', '.join(tables(number))} IN SHARE ROW EXCLUSIVE MODE".encode())
                await connection.execute("SELECT FROM platform.tenant WHERE number = %s FOR UPDATE", [number])
                await hold(connection, number)
                return
        except failure.LOCKED:
            await asyncio.sleep(PAUSE_S)
    raise ProvisioningError("its tables are in use all the time: try again when fewer people write")


async def hold(connection: PooledConnection, number: int) -> None:
    """Refuse changes from the end of the caller's transaction on."""
    await connection.execute(
        ";".join(
            f"CREATE OR REPLACE TRIGGER {TRIGGER} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_held()"
            for table in tables(number)
        ).encode()
    )


async def is_closed(connection: PooledConnection, number: int) -> bool:
    """Whether changes are refused, also of some of its tables."""
    cursor = await connection.execute(_CLOSED, [naming.schema_name(number), TRIGGER])
    return await cursor.fetchone() == (True,)


async def open_(connection: PooledConnection, number: int) -> None:
    """Take changes again; no-op where they are taken. For the owner's connection."""
    for _ in range(TRIES):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = {TRY_MS}".encode())
                dropped = (f"DROP TRIGGER IF EXISTS {TRIGGER} ON {table}" for table in tables(number))
                await connection.execute(";".join(dropped).encode())
                return
        except failure.LOCKED:
            await asyncio.sleep(PAUSE_S)
    raise ProvisioningError("its tables are in use all the time: try again when fewer people read")


def tables(number: int) -> list[str]:
    """A tenant's tables, with its schema."""
    return [f"{naming.schema_name(number)}.{table.name}" for table in tenant_tables()]
