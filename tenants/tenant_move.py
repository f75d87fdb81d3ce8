"""Move of a tenant to another cluster: copied, closed to changes, switched, opened; then its former copy is removed.

Every step is written down before the next one begins, so that the same command goes on wherever it was cut off.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.tenant_move import TenantMoveState
from tenants import closing, directory, provisioning, tenant_copy
from tenants.directory import ProvisioningError, one

_LOCK = 4_802_016_518
"""An advisory lock's number, ours by choice: one process moves tenants at a time."""

_READ = "SELECT from_database, to_database, state FROM platform.tenant_move WHERE tenant_number = %s"
_BEGIN = (
    "INSERT INTO platform.tenant_move (tenant_number, from_database, to_database, state) VALUES (%s, %s, %s, 'COPYING')"
)
_SWITCH = "UPDATE platform.tenant_move SET state = 'SWITCHED', switched_at = now() WHERE tenant_number = %s"
_OPENED = "UPDATE platform.tenant_move SET state = 'OPEN' WHERE tenant_number = %s"
_END = "DELETE FROM platform.tenant_move WHERE tenant_number = %s"
_PLACE = "UPDATE platform.tenant SET database = %s, version = version + 1 WHERE number = %s"
_TIED = """SELECT EXISTS (SELECT FROM platform.territory_reader WHERE tenant_number = %(number)s)
 OR EXISTS (SELECT FROM platform.territory_publication WHERE %(number)s IN (reader_number, tenant_number))
 OR EXISTS (SELECT FROM platform.tenant WHERE number = %(number)s AND territory_rules <> '[]')
 OR EXISTS (SELECT FROM platform.zone_move WHERE %(number)s IN (from_number, to_number) AND state <> 'DECLINED')"""


@dataclass(frozen=True, slots=True)
class MovedTenant:
    """What a move came to."""

    slug: str
    to: str
    rows: int
    """Of all tables; 0 where they had been copied before."""

    copied_s: float
    closed_s: float
    """How long nothing could be changed."""


@dataclass(frozen=True, slots=True)
class _BegunMove:
    """A move under way: `source` has the tenant until it is switched."""

    main: Database
    number: int
    slug: str
    source: Database
    target: Database
    state: TenantMoveState


async def move(main: Database, tenant: str | int, to: str, tell: Callable[[str], None]) -> MovedTenant:
    """Move a tenant, by its slug or number, to the cluster of a name; `tell` hears of each step.

    What was cut off is gone on with. Raises ProvisioningError for an unknown tenant or cluster, one that shares with
    others of its cluster, and one that is there already.
    """
    async with _alone(main):
        begun = await _begun(main, tenant, to)
        if begun.state is TenantMoveState.COPYING:
            return await _carried(begun, tell)
        await _open(begun, tell)
        return MovedTenant(begun.slug, to, 0, 0.0, 0.0)


async def _carried(begun: _BegunMove, tell: Callable[[str], None]) -> MovedTenant:
    """The move from its first step on: a copy that is there is made anew."""
    tell(f"building in {begun.target.name}")
    async with begun.target.administration() as there, there.transaction():
        await _remove_copy(there, begun)
        keys = await tenant_copy.build(there, begun.number)
    closed_at = monotonic()
    async with begun.source.administration() as here:
        await closing.close(here, begun.number)
        tell("closed to changes, copying")
        async with begun.target.administration() as there, there.transaction():
            rows = await tenant_copy.fill(here, there, begun.number, keys)
            await closing.hold(there, begun.number)
            if begun.target is not begun.main:
                await directory.copy(here, there, begun.number)
                await there.execute(_PLACE, [begun.target.name, begun.number])
        copied_s = monotonic() - closed_at
        await _switch(begun, here)
    tell(f"{rows:,} rows copied and compared; served by {begun.target.name}")
    await _open(begun, tell)
    return MovedTenant(begun.slug, begun.target.name, rows, copied_s, monotonic() - closed_at)


async def _begun(main: Database, tenant: str | int, to: str) -> _BegunMove:
    """Write down that it begins, or find that it has begun."""
    async with directory.registry_change(main) as connection:
        number, place = await directory.placed(connection, tenant)
        row = await one(connection, _READ, number)
        slug = str((await one(connection, "SELECT slug FROM platform.tenant WHERE number = %s", number) or ("",))[0])
        target = directory.cluster(main, to)
        if row is not None and row[2] != TenantMoveState.OPEN.value:
            if row[1] != to:
                raise ProvisioningError(
                    f"{slug!r} is moving to {row[1]!r}: go on with that, or take it back with --revert"
                )
            source = directory.cluster(main, str(row[0]))
            return _BegunMove(main, number, slug, source, target, TenantMoveState(row[2]))
        if place == to:
            raise ProvisioningError(f"{slug!r} is in {to!r} already")
        if row is not None and row[0] != to:
            raise ProvisioningError(
                f"the former copy of {slug!r} is in {row[0]!r} still: remove it with --clean before"
            )
        source = directory.cluster(main, place)
        await _require_untied(source, number, slug)
        await connection.execute(_END, [number])  # Of a former stay there.
        await connection.execute(_BEGIN, [number, place, to])
        return _BegunMove(main, number, slug, source, target, TenantMoveState.COPYING)


async def _require_untied(source: Database, number: int, slug: str) -> None:
    """Raises ProvisioningError: it publishes to portals of its cluster, receives from them, or exchanged zones."""
    async with source.administration() as connection:
        cursor = await connection.execute(_TIED, {"number": number})
        if await cursor.fetchone() != (False,):
            raise ProvisioningError(
                f"{slug!r} publishes to portals of its cluster, receives what they publish, or exchanged a zone with"
                " one: portals that share are in one cluster"
            )


async def _switch(begun: _BegunMove, here: PooledConnection) -> None:
    """Have every process ask the other cluster from now on."""
    async with directory.registry_change(begun.main) as connection:
        if begun.target is begun.main:
            await directory.copy(here, connection, begun.number)
        await connection.execute(_PLACE, [begun.target.name, begun.number])
        await connection.execute(_SWITCH, [begun.number])
        await provisioning.look_soon(connection, begun.number)
    if begun.source is not begun.main:
        await here.execute(_PLACE, [begun.target.name, begun.number])


async def _open(begun: _BegunMove, tell: Callable[[str], None]) -> None:
    """Take changes where it is now, once no process asks its former copy any more, so that nobody reads older than they
    wrote."""
    await asyncio.sleep(provisioning.FOLLOWED_S)
    async with begun.target.administration() as there:
        await closing.open_(there, begun.number)
    async with directory.registry_change(begun.main) as connection:
        await connection.execute(_OPENED, [begun.number])
    tell("open to changes")


async def revert(main: Database, tenant: str | int) -> str:
    """Take back a move that is not switched yet; the tenant's slug. Raises ProvisioningError where there is none."""
    async with _alone(main):
        begun = await _found(main, tenant)
        if begun.state is not TenantMoveState.COPYING:
            raise ProvisioningError(
                f"{begun.slug!r} is served by {begun.target.name!r} by now: move it to {begun.source.name!r} again,"
                " with what was written since"
            )
        async with begun.source.administration() as here:
            await closing.open_(here, begun.number)
        async with begun.target.administration() as there, there.transaction():
            await _remove_copy(there, begun)
        async with directory.registry_change(main) as connection:
            await connection.execute(_END, [begun.number])
        return begun.slug


async def clean(main: Database, tenant: str | int) -> str:
    """Remove the former copy of a tenant that has moved; its slug. Raises ProvisioningError where there is none, or it
    has not moved whole."""
    async with _alone(main):
        begun = await _found(main, tenant)
        if begun.state is not TenantMoveState.OPEN:
            raise ProvisioningError(f"{begun.slug!r} has not moved whole: give the same --to again to go on")
        async with begun.source.administration() as here, here.transaction():
            if begun.source is main:
                await _drop(here, begun.number)
            else:
                await provisioning.remove(here, begun.number)
        async with directory.registry_change(main) as connection:
            await connection.execute(_END, [begun.number])
        return begun.slug


async def _found(main: Database, tenant: str | int) -> _BegunMove:
    async with directory.registry_change(main) as connection:
        number, _ = await directory.placed(connection, tenant)
        slug = str((await one(connection, "SELECT slug FROM platform.tenant WHERE number = %s", number) or ("",))[0])
        row = await one(connection, _READ, number)
        if row is None:
            raise ProvisioningError(f"{slug!r} does not move")
        source, target = (directory.cluster(main, str(name)) for name in row[:2])
        return _BegunMove(main, number, slug, source, target, TenantMoveState(row[2]))


async def _remove_copy(there: PooledConnection, begun: _BegunMove) -> None:
    """Remove what an earlier try, or a former stay, left in the cluster to which it moves."""
    await _drop(there, begun.number)
    if begun.target is not begun.main:
        await provisioning.forget(there, begun.number)


async def _drop(connection: PooledConnection, number: int) -> None:
    """Remove a schema; what the cluster lists of the tenant stays."""
    await connection.execute(f"DROP SCHEMA IF EXISTS {naming.schema_name(number)} CASCADE".encode())
    await connection.execute("DELETE FROM platform.migration WHERE schema_name = %s", [naming.schema_name(number)])


@asynccontextmanager
async def _alone(main: Database) -> AsyncIterator[None]:
    """Raises ProvisioningError while another process moves a tenant. The lock ends with its connection."""
    async with main.administration() as connection:
        if await one(connection, "SELECT pg_try_advisory_lock(%s)", _LOCK) != (True,):
            raise ProvisioningError("another process moves a tenant: wait until it is done")
        yield
