"""What every command of `parvis` shares: an open, up-to-date database to work with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import TypeVar

import register.load
from database.door import Database
from database.failure import DatabaseUnavailableError
from server import cluster, settings
from server.cluster import Cluster
from tenants import migration, placement, provisioning, requirement, rollout
from tenants.directory import ProvisioningError
from tenants.registry import TenantRecord, TenantRegistry

T = TypeVar("T")

OPEN_S = 5.0
"""How long somebody who typed a command waits for a cluster that is down. Servers wait: it may start beside them."""

LOG_EVERY_S = 5.0
"""How often the log says how far a migration of many tenants is."""

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
    logging.getLogger("parvis.database").addHandler(logging.NullHandler())  # A command says it once, at the end.
    database = reached.database((rollout.AT_ONCE + 1) * (len(reached.others) + 1))
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


async def bring_up_to_date(database: Database, at_once: int | None = None, tell: rollout.Tell | None = None) -> int:
    """Migrate each cluster that is fit, load the register, and publish anew what an older rule published.

    `at_once` tenants are migrated at a time, as many as the settings say by default; `tell` hears how far it is, by
    default the log. Gives how many migrations were applied. A cluster behind the first that is away is left for the
    next time. Raises UnfitClusterError, and what `migrate` does.
    """
    many = settings.read().migrations_at_once if at_once is None else at_once
    applied = await _bring_up_to_date(database, many, tell)
    for other in database.clusters.values():
        try:
            await other.open(OPEN_S)
            applied += await _bring_up_to_date(other, many, tell)
            await placement.christen(database, other)
        except DatabaseUnavailableError:
            logger.warning("the cluster %s does not answer: its portals are not served, nor migrated", other.name)
    await placement.find(database)
    return applied


async def _bring_up_to_date(cluster: Database, many: int, tell: rollout.Tell | None) -> int:
    """The same of one cluster."""
    await requirement.check(cluster)
    applied = await migration.migrate(cluster, at_once=many, tell=tell or _log())
    await register.load.load_bundled(cluster)
    if await provisioning.behind(cluster):
        from jobs import republication  # It loads H3, which commands start without.

        await republication.republish(cluster)
    return applied


def _log() -> rollout.Tell:
    """Says in the log how far a rollout is, now and then."""
    told_at = monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told_at
        if monotonic() - told_at >= LOG_EVERY_S:
            told_at = monotonic()
            logger.info("%d of %d tenants are migrated", done, total)

    return tell


async def prepare(
    reached: Cluster, within_s: float | None = OPEN_S, at_once: int | None = None, tell: rollout.Tell | None = None
) -> int:
    """The same for a database that is not open yet; what the cluster will soon lack is told."""

    async def act(database: Database) -> int:
        applied = await bring_up_to_date(database, at_once, tell)
        await advise(database)
        return applied

    return await opened(reached, act, within_s)


async def advise(database: Database) -> None:
    """Tell what the cluster will soon lack."""
    for each in database.everywhere:
        with suppress(DatabaseUnavailableError):
            if (said := await requirement.advice(each)) is not None:
                logger.warning(said)
