"""The directory: changes of the registry, one at a time, made where the tenant is and known where all are listed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.tenant_move import TenantMoveState

_PLACE = "SELECT number, database FROM platform.tenant WHERE slug = %s"
_PLACE_OF_NUMBER = "SELECT number, database FROM platform.tenant WHERE number = %s"
_MOVES = (
    "SELECT FROM platform.tenant_move"  # a constant of ours
    f" WHERE tenant_number = %s AND state <> '{TenantMoveState.OPEN.value}'"
)
_ROW = (
    "SELECT to_jsonb(t), ARRAY(SELECT host FROM platform.host h WHERE h.tenant_number = t.number)"
    " FROM platform.tenant t WHERE t.number = %s"
)
_COLUMNS = """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
 string_agg('excluded.' || quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
 WHERE attrelid = 'platform.tenant'::regclass AND attnum > 0 AND NOT attisdropped"""


class ProvisioningError(Exception):
    """The request cannot be carried out and nothing was changed; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A tenant as one change of the registry reaches it: `main` is the cluster that lists all tenants, `own` the one
    that has this tenant, the same connection where that is `main`."""

    number: int
    main: PooledConnection
    own: PooledConnection


async def one(connection: PooledConnection, query: str, *values: object) -> tuple[object, ...] | None:
    """The first row of a statement, or None."""
    return await (await connection.execute(query, values)).fetchone()


@asynccontextmanager
async def registry_change(database: Database) -> AsyncIterator[PooledConnection]:
    """One transaction that may change the registry: the row lock makes changes follow each other."""
    async with database.administration() as connection, connection.transaction():
        await connection.execute("SELECT FROM platform.registry FOR UPDATE")
        yield connection


@asynccontextmanager
async def tenant_change(database: Database, tenant: str | int) -> AsyncIterator[Reached]:
    """The same for what one tenant's own row says, in the cluster that has the tenant; then it is copied into `main`,
    and where that fails, with the next change. `tenant` is a slug or a number. Raises ProvisioningError for an unknown
    one."""
    async with registry_change(database) as main:
        number, name = await placed(main, tenant)
        if await one(main, _MOVES, number) is not None:
            raise ProvisioningError(f"{tenant!r} moves to another cluster: wait until it is there")
        if name == naming.HOME:
            yield Reached(number, main, main)
            return
        async with cluster(database, name).administration() as own:
            async with own.transaction():
                yield Reached(number, main, own)
            await copy(own, main, number)


async def placed(connection: PooledConnection, tenant: str | int) -> tuple[int, str]:
    """The number and the cluster's name of the tenant of a slug or number, as `main` says. Raises ProvisioningError for
    an unknown one."""
    row = await one(connection, _PLACE if isinstance(tenant, str) else _PLACE_OF_NUMBER, tenant)
    if row is None:
        raise ProvisioningError(f"no tenant {tenant!r}")
    return int(str(row[0])), str(row[1])


def cluster(database: Database, name: str) -> Database:
    """The cluster of that name. Raises ProvisioningError where the settings do not name it."""
    if name == database.name:
        return database
    if name not in database.clusters:
        raise ProvisioningError(f"PARVIS_CLUSTERS names no cluster {name!r}")
    return database.clusters[name]


async def has(database: Database, slug: str) -> Database:
    """The cluster that has a tenant. Raises ProvisioningError for an unknown slug."""
    if not database.clusters:
        return database
    async with database.administration() as connection:
        return cluster(database, (await placed(connection, slug))[1])


async def copy(own: PooledConnection, main: PooledConnection, number: int) -> None:
    """Write a tenant's row and hosts from one cluster into another, in a transaction of the caller's."""
    row = await one(own, _ROW, number)
    if row is None:
        return
    columns, given = await one(main, _COLUMNS) or ("", "")
    statement = (
        f"INSERT INTO platform.tenant ({columns}) SELECT {columns}"  # noqa: S608  # names of our columns
        " FROM jsonb_populate_record(NULL::platform.tenant, %s::jsonb)"
        f" ON CONFLICT (number) DO UPDATE SET ({columns}) = ROW({given})"
    )
    await main.execute(statement.encode(), [orjson.dumps(row[0]).decode()])
    await main.execute("DELETE FROM platform.host WHERE tenant_number = %s AND host <> ALL (%s)", [number, row[1]])
    await main.execute(
        "INSERT INTO platform.host (host, tenant_number) SELECT host, %s FROM unnest(%s::text[]) AS host"
        " ON CONFLICT (host) DO NOTHING",
        [number, row[1]],
    )
