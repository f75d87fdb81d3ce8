"""Placement: which cluster has a tenant's schema, as the cluster `main` says, and what that lists of them all."""

from contextlib import suppress

from sqlalchemy import select

from database import failure, naming
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from database.pool import PooledConnection
from models.base import table
from models.tenant import Registry, Tenant
from tenants import directory, provisioning
from tenants.requirement import UnfitClusterError

_tenant = table(Tenant)
ELSEWHERE = select(_tenant.c.number, _tenant.c.database).where(_tenant.c.database != naming.HOME)
_NAME = select(table(Registry).c.database)
_OWN_NAME = "SELECT database, EXISTS (SELECT FROM platform.tenant) FROM platform.registry"
_TAKE_NAME = "UPDATE platform.registry SET database = %s"
_VERSIONS = "SELECT number, version FROM platform.tenant WHERE database = %s"


async def find(database: Database) -> None:
    """Read which tenants are elsewhere, so that what is asked of them is asked there.

    Raises UnfitClusterError for one that is in a cluster which the settings do not name.
    """
    places = {int(str(number)): str(name) for number, name in await database.rows(ELSEWHERE)}
    database.place(places)
    if unknown := sorted(set(places.values()) - database.clusters.keys()):
        raise UnfitClusterError(
            f"some tenants are in the cluster {unknown[0]!r}, which PARVIS_CLUSTERS does not name: say there how it"
            " is reached"
        )


async def christen(main: Database, cluster: Database) -> None:
    """Write into a new cluster what it is called, once; into one that has a name nothing is written.

    Raises UnfitClusterError where it has another name or tenants of another installation, or is the cluster `main`.
    """
    if await _name(main) == naming.HOME and await _name(cluster) == cluster.name:
        return  # Whoever serves may look, and nobody waits for a change of the registry.
    async with directory.registry_change(main) as held, cluster.administration() as own:
        [main_name, _] = await directory.one(held, _OWN_NAME) or (None, False)
        if main_name != naming.HOME:
            raise UnfitClusterError(
                f"DATABASE_URL names an installation's cluster {main_name!r}: its {naming.HOME!r} is wanted"
            )
        [name, has_tenants] = await directory.one(own, _OWN_NAME) or (None, False)
        if name == cluster.name:
            return  # By another process, meanwhile.
        if name != naming.HOME or has_tenants:
            raise UnfitClusterError(
                f"the database that PARVIS_CLUSTERS calls {cluster.name!r} cannot be called so: its name is {name!r}"
                f"{', and it has tenants' if has_tenants else ''}"
            )
        try:
            await own.execute(_TAKE_NAME, [cluster.name])
        except failure.LOCKED as error:  # We hold its row: it is the same database.
            raise UnfitClusterError(
                f"PARVIS_CLUSTERS calls the database of DATABASE_URL {cluster.name!r}: name another one"
            ) from error


async def _name(cluster: Database) -> object:
    [(name,)] = await cluster.rows(_NAME)
    return name


async def keep(main: Database) -> int:
    """Copy what tenants elsewhere, or their administrators, changed of their rows and hosts into the cluster `main`,
    which lists all tenants and gives no name away twice; how many were copied. What is away is copied the next time."""
    copied = 0
    if main.clusters and await provisioning.is_possible(main):
        for cluster in main.clusters.values():
            with suppress(DatabaseUnavailableError, StatementTimeoutError):  # Its pool tells of it.
                copied += await _keep(main, cluster)
    return copied


async def _keep(main: Database, cluster: Database) -> int:
    async with main.administration() as held, cluster.administration() as own:
        kept, there = [await _versions(connection, cluster.name) for connection in (held, own)]
        changed = [number for number in kept if there.get(number, kept[number]) != kept[number]]
        for number in changed:
            async with held.transaction():
                await directory.copy(own, held, number)
        return len(changed)


async def _versions(connection: PooledConnection, name: str) -> dict[int, int]:
    cursor = await connection.execute(_VERSIONS, [name])
    return {int(str(number)): int(str(version)) for number, version in await cursor.fetchall()}
