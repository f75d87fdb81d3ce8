"""The worker: runs the jobs of all tenants beside the server, for as long as it lasts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from jobs import expiry, fold
from tenants.door import Database, DatabaseUnavailableError, StatementTimeoutError
from tenants.registry import TenantRegistry

FOLD_EVERY_S = 1.0
EXPIRE_EVERY_S = 60.0

logger = logging.getLogger("parvis.worker")


async def run(database: Database, registry: TenantRegistry) -> None:
    """Fold what this process changed every second, and what others left behind with each round of expiry."""
    await asyncio.gather(
        _every(FOLD_EVERY_S, lambda: _fold(database, database.changed)),
        _every(EXPIRE_EVERY_S, lambda: _expire(database, registry)),
    )


async def _every(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await job()
        except (DatabaseUnavailableError, StatementTimeoutError):
            logger.warning("a job could not run; it is tried again")
        await asyncio.sleep(seconds)


async def _fold(database: Database, tenants: set[int]) -> None:
    for tenant in sorted(tenants):
        while await fold.fold(database, tenant):
            pass
        database.changed.discard(tenant)


async def _expire(database: Database, registry: TenantRegistry) -> None:
    numbers = {tenant.number for tenant in registry.tenants if tenant.is_active}
    for tenant in sorted(numbers):
        while await expiry.expire(database, tenant) == expiry.BATCH:
            pass
    await _fold(database, numbers)
