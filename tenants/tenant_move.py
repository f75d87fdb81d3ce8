"""Move of a tenant to another cluster: copied, closed to changes, switched, opened; then its former copy is removed.

Where both clusters allow it the copy is kept up while the tenant is open, and it is closed for the last changes alone;
elsewhere it is copied while it is closed. Every step is written down before the next one begins, so that the same
command goes on wherever it was cut off.
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
from tenants import closing, directory, followable, following, provisioning, tenant_copy
from tenants.directory import ProvisioningError, one
from tenants.tenant_copy import Keys

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


async def move(
    main: Database, tenant: str | int, to: str, tell: Callable[[str], None], *, is_closed: bool = False
) -> MovedTenant:
    """Move a tenant, by its slug or number, to the cluster of a name; `tell` hears of each step, and first which way it
    goes: with `is_closed` it is copied while it is closed, also where it could be followed.

    What was cut off is gone on with. Raises ProvisioningError for an unknown tenant or cluster, one that shares with
    others of its cluster, one that is there already, and one that cannot be followed to its end, which stays open.
    """
    async with _alone(main):
        begun = await _begun(main, tenant, to)
        if begun.state is TenantMoveState.COPYING:
            return await _carried(begun, tell, is_closed=is_closed)
        await _open(begun, tell)
        return MovedTenant(begun.slug, to, 0, 0.0, 0.0)


async def _carried(begun: _BegunMove, tell: Callable[[str], None], *, is_closed: bool) -> MovedTenant:
    """The move from its first step on, one way or the other: a copy that is there is made anew."""
    await _forsake(begun)
    why = "--closed" if is_closed else await followable.hindrance(begun.source, begun.target, begun.number)
    tell(f"copied while it is closed to changes: {why}" if why else "followed by logical replication: it stays open")
    tell(f"building in {begun.target.name}")
    async with begun.target.administration() as there, there.transaction():
        await _remove_copy(there, begun)
        keys = await tenant_copy.build(there, begun.number)
    return await (_copied(begun, keys, tell) if why else _followed(begun, keys, tell))


async def _copied(begun: _BegunMove, keys: Keys, tell: Callable[[str], None]) -> MovedTenant:
    """What may take long is done while it is closed."""
    closed_at = monotonic()
    async with begun.source.administration() as here:
        await closing.close(here, begun.number)
        tell("closed to changes, copying")
        async with begun.target.administration() as there, there.transaction():
            rows = await tenant_copy.fill(here, there, begun.number, keys)
            await closing.hold(there, begun.number)
            await _list(begun, here, there)
        copied_s = monotonic() - closed_at
        await _switch(begun, here)
    tell(f"{rows:,} rows copied and compared; served by {begun.target.name}")
    await _open(begun, tell)
    return MovedTenant(begun.slug, begun.target.name, rows, copied_s, monotonic() - closed_at)


async def _followed(begun: _BegunMove, keys: Keys, tell: Callable[[str], None]) -> MovedTenant:
    """What may take long is done while it is open."""
    began = monotonic()
    async with _open_unless_done(begun):
        tell("copying and comparing, open to changes")
        followed = await following.begin(begun.source, begun.target, begun.number, keys)
        copied_s = monotonic() - began
        tell(f"copied and compared in {copied_s:.1f} s; taking in what was written since")
        await following.keep_up(followed)
    closed_at = monotonic()
    async with begun.source.administration() as here:
        async with _open_unless_done(begun), begun.target.administration() as there:
            await closing.close(here, begun.number)
            tell("closed to changes, taking in the last ones")
            rows = await following.finish(followed, here, there)
            async with there.transaction():
                await _list(begun, here, there)
        await _switch(begun, here)
    tell(f"{rows:,} rows compared by their keys, those written since the copy whole; served by {begun.target.name}")
    await _open(begun, tell)
    return MovedTenant(begun.slug, begun.target.name, rows, copied_s, monotonic() - closed_at)


@asynccontextmanager
async def _open_unless_done(begun: _BegunMove) -> AsyncIterator[None]:
    """Whatever fails before it is switched leaves the tenant open where it was, and nothing that follows it."""
    try:
        yield
    except BaseException:
        await _forsake(begun)
        raise


async def _forsake(begun: _BegunMove) -> None:
    """End what a try left behind that followed the tenant, and open it again where it was closed by one."""
    await following.unpublish(begun.source, begun.number)
    async with begun.source.administration() as here:
        if await closing.is_closed(here, begun.number):
            await closing.open_(here, begun.number)
    await following.unsubscribe(begun.target, begun.number)


async def _list(begun: _BegunMove, here: PooledConnection, there: PooledConnection) -> None:
    """Have the other cluster list the tenant as its own, in a transaction of the caller's `there`."""
    if begun.target is not begun.main:
        await directory.copy(here, there, begun.number)
        await there.execute(_PLACE, [begun.target.name, begun.number])


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
    await following.unpublish(begun.source, begun.number)
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
        await _forsake(begun)
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
