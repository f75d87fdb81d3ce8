"""What every command of `parvis` shares: an open, up-to-date database to work with, and examples in its help."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import register.load
from database.door import Database
from jobs import republication
from register import record
from server import cluster, settings
from server.cluster import Cluster
from tenants import migration
from tenants.provisioning import ProvisioningError
from tenants.registry import TenantRecord, TenantRegistry

T = TypeVar("T")


def examples(*lines: str) -> str:
    """The examples at the end of a command's help, each on its own line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def run(act: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the up-to-date database of the running server, or of this command's own."""
    with cluster.shared(settings.read()) as reached:
        asyncio.run(prepare(reached))
        return asyncio.run(opened(reached, act))


async def opened(reached: Cluster, act: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with an open database."""
    database = reached.database(migration.PARALLEL_TENANTS + 1)
    await database.open()
    try:
        return await act(database)
    finally:
        await database.close()


async def tenant_of(database: Database, slug: str) -> TenantRecord:
    """A tenant by its slug. Raises ProvisioningError for an unknown one."""
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    found = next((tenant for tenant in registry.tenants if tenant.slug == slug), None)
    if found is None:
        raise ProvisioningError(f"no tenant {slug!r}")
    return found


async def prepare(reached: Cluster) -> int:
    """Migrate, load the register into an empty one, and publish anew what an older rule published.

    Gives how many migrations were applied.
    """

    async def act(database: Database) -> int:
        applied = await migration.migrate(database)
        await register.load.load(database, record.bundled())
        await republication.republish(database)
        return applied

    return await opened(reached, act)
