"""What every command of `parvis` shares: an open, up-to-date database to work with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import register.load
from database.door import Database
from server import cluster, settings
from server.cluster import Cluster
from tenants import migration, provisioning, requirement, rollout
from tenants.provisioning import ProvisioningError
from tenants.registry import TenantRecord, TenantRegistry

T = TypeVar("T")

OPEN_S = 5.0
"""How long somebody who typed a command waits for a cluster that is down. Servers wait: it may start beside them."""

logger = logging.getLogger("parvis.cluster")


def run(act: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the up-to-date database of the running server, or of this command's own."""

    async def prepared(database: Database) -> T:
        await bring_up_to_date(database)
        return await act(database)

    with cluster.shared(settings.read()) as reached:
        return asyncio.run(opened(reached, prepared))


async def opened(reached: Cluster, act: Callable[[Database], Awaitable[T]], within_s: float | None = OPEN_S) -> T:
    """Do something with an open database, which has to answer within `within_s`; None for the patience of servers."""
    logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())  # Each attempt: we say it once, at the end.
    database = reached.database(rollout.AT_ONCE + 1)
    await database.open(within_s)
    try:
        return await act(database)
    finally:
        await database.close()


async def tenant_of(database: Database, slug: str) -> TenantRecord:
    """A tenant by its slug. Raises ProvisioningError for an unknown one."""
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    record = next((tenant for tenant in registry.tenants if tenant.slug == slug), None)
    if record is None:
        raise ProvisioningError(f"no tenant {slug!r}")
    return record


async def bring_up_to_date(database: Database) -> int:
    """Migrate a cluster that is fit, load the register, and publish anew what an older rule published.

    Gives how many migrations were applied. Raises UnfitClusterError.
    """
    await requirement.check(database)
    applied = await migration.migrate(database)
    await register.load.load_bundled(database)
    if await provisioning.behind(database):
        from jobs import republication  # It loads H3, which commands start without.

        await republication.republish(database)
    return applied


async def prepare(reached: Cluster, within_s: float | None = OPEN_S) -> int:
    """The same for a database that is not open yet; what the cluster will soon lack is told."""

    async def act(database: Database) -> int:
        applied = await bring_up_to_date(database)
        await advise(database)
        return applied

    return await opened(reached, act, within_s)


async def advise(database: Database) -> None:
    """Tell what the cluster will soon lack."""
    if (said := await requirement.advice(database)) is not None:
        logger.warning(said)
