"""The worker: runs the jobs of all tenants beside the server, for as long as it lasts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from database.door import Database, DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from jobs import expiry, fold, idempotency, invitation, sign_in
from tenants.registry import TenantRegistry

FOLD_EVERY_S = 1.0
BUSY_EVERY_S = 0.1
BUSY = 250
"""After so many changes a tenant's hot contributions are folded at once."""

EXPIRE_EVERY_S = 60.0

logger = logging.getLogger("parvis.worker")


async def run(database: Database, registry: TenantRegistry, mail: invitation.Mail | None = None) -> None:
    """Fold and mail what this process changed every second, what is hot sooner; expire, forget and do what others
    left every minute.

    `mail` sends invitations; None where the installation sends no mail.
    """
    folded: set[int] = set()
    folding = Folding(database, folded)
    jobs = [_every(BUSY_EVERY_S, folding.fold), _every(EXPIRE_EVERY_S, lambda: _expire(database, registry, folded))]
    if mail is not None:  # On its own, because a mail server may take its time.
        jobs.append(_every(FOLD_EVERY_S, lambda: _mail(database, folded, mail)))
    await asyncio.gather(*jobs)


async def _every(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await job()
        except (DatabaseUnavailableError, StatementTimeoutError):
            logger.warning("a job could not run; it is tried again")
        await asyncio.sleep(seconds)


class Folding:
    """Folds what requests of this process changed; `folded` takes the tenants in which it did."""

    def __init__(self, database: Database, folded: set[int]) -> None:
        self._database = database
        self._folded = folded
        self._seen: dict[int, int] = {}
        """The version of each tenant when it was folded last."""
        self._turns = 0

    async def fold(self) -> None:
        """A turn: what is hot in the busy tenants; in every tenth all of all."""
        self._turns += 1
        is_all, versions = self._turns % round(FOLD_EVERY_S / BUSY_EVERY_S) == 0, self._database.versions
        due = {
            tenant
            for tenant in self._database.changed
            if is_all or versions[tenant] - self._seen.get(tenant, 0) >= BUSY
        }
        self._seen |= {tenant: versions[tenant] for tenant in due}
        if is_all:
            await _fold(self._database, due, self._folded)
        else:
            await _fold_hot(self._database, due)


async def _fold_hot(database: Database, tenants: set[int]) -> None:
    for tenant in sorted(tenants):
        with suppress(TenantGoneError):
            while await fold.fold_hot(database, tenant):
                pass


async def _fold(database: Database, tenants: set[int], folded: set[int]) -> None:
    for tenant in sorted(tenants):
        database.changed.discard(tenant)  # Before, so that what is written meanwhile is seen the next time.
        folded.add(tenant)
        with suppress(TenantGoneError):
            while await fold.fold(database, tenant):
                pass


async def _mail(database: Database, tenants: set[int], mail: invitation.Mail) -> None:
    while tenants:
        with suppress(TenantGoneError):
            await invitation.send(database, tenants.pop(), mail)


async def _expire(database: Database, registry: TenantRegistry, folded: set[int]) -> None:
    numbers = {tenant.number for tenant in registry.tenants if tenant.is_active}
    for tenant in sorted(numbers):
        with suppress(TenantGoneError):
            marked = expiry.BATCH
            while marked == expiry.BATCH:
                marked = await expiry.expire(database, tenant)
                if marked:
                    database.note_change(tenant)
            await idempotency.forget(database, tenant)
            await sign_in.forget(database, tenant)
    await _fold(database, numbers, folded)
