"""The worker: runs the jobs of all tenants beside the server, for as long as it lasts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from jobs import expiry, fold, idempotency
from tenants.door import Database, DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from tenants.registry import TenantRegistry

FOLD_EVERY_S = 1.0
EXPIRE_EVERY_S = 60.0

logger = logging.getLogger("parvis.worker")


async def run(database: Database, registry: TenantRegistry) -> None:
    """Fold what this process changed every second; expire, forget and fold what others left behind every minute."""
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
        database.changed.discard(tenant)  # Before, so that what is written meanwhile is seen the next time.
        with suppress(TenantGoneError):
            while await fold.fold(database, tenant):
                pass


async def _expire(database: Database, registry: TenantRegistry) -> None:
    numbers = {tenant.number for tenant in registry.tenants if tenant.is_active}
    for tenant in sorted(numbers):
        with suppress(TenantGoneError):
            marked = expiry.BATCH
            while marked == expiry.BATCH:
                marked = await expiry.expire(database, tenant)
                if marked:
                    database.note_change(tenant)
            await idempotency.forget(database, tenant)
    await _fold(database, numbers)
