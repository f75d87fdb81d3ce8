"""Visits: one of all processes looks after each tenant that is due: it expires and removes rows, and finishes what a
process that ended had left."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select

from counting import rule_version, vote_file, vote_result
from database.door import Database
from intake import import_work
from jobs import (
    call,
    digest,
    exchange,
    expiry,
    idempotency,
    importing,
    nudge,
    petition,
    reminder,
    retention,
    sign_in,
    territory,
    wave,
    webhook,
    wording,
    zoning,
)
from jobs.importing import Imports
from jobs.job import Job
from jobs.mail import Post
from models.base import table
from models.mail import Mail
from models.sign_in import SignInCode
from office import analysis_work
from office import wording as office_wording
from resolvers import life
from tenants import work
from tenants.registry import TenantRegistry
from tenants.work import TenantClaim

LOOK_EVERY_S = 2.0

NEXT = select(
    func.least(
        life.NEXT_EXPIRY.scalar_subquery(),
        select(func.min(table(SignInCode).c.expires_at)).scalar_subquery(),
        select(func.min(table(Mail).c.good_until)).scalar_subquery(),
        import_work.NEXT.scalar_subquery(),
        vote_result.NEXT.scalar_subquery(),
        zoning.NEXT.scalar_subquery(),
        exchange.NEXT_DUE.scalar_subquery(),
        wave.NEXT_DUE.scalar_subquery(),
        petition.NEXT.scalar_subquery(),
        vote_file.NEXT.scalar_subquery(),
        webhook.NEXT.scalar_subquery(),
        analysis_work.NEXT.scalar_subquery(),
        office_wording.NEXT.scalar_subquery(),
        digest.NEXT.scalar_subquery(),
        reminder.NEXT.scalar_subquery(),
    )
)
"""When something in a tenant expires or is due next."""


class Woken(Protocol):
    """Does what was queued of tenants that it is told of."""

    def wake(self, tenant: int) -> None:
        """Have a tenant looked at."""


Fold = Callable[[int], Awaitable[None]]
"""Folds a tenant's deltas, and seals and delivers its events."""


class Visits:
    """Visits tenants that are due."""

    def __init__(
        self,
        database: Database,
        registry: TenantRegistry,
        fold: Fold,
        post: Post | None = None,
        imports: Imports | None = None,
        others: Sequence[Woken | None] = (),
    ) -> None:
        self.job = Job("tidy", LOOK_EVERY_S, self.look)
        self._database = database
        self._registry = registry
        self._fold = fold
        self._post = post
        self._imports = imports
        self._others = [part for part in others if part is not None]
        self._has_begun = False
        self._claims: dict[int, TenantClaim] = {}

    async def look(self) -> None:
        """Claim and visit tenants until none is due."""
        if not self._has_begun:
            await work.start(self._database)
            self._has_begun = True
        tenants = {tenant.number: tenant.is_active for tenant in self._registry.tenants}
        self.job.keep(tenants)
        while claims := await work.claim(self._database):
            self._claims = {claim.tenant: claim for claim in claims}
            if gone := self._claims.keys() - tenants.keys():
                await work.forget(self._database, gone)
            served = {tenant for tenant in self._claims if tenants.get(tenant)}
            for tenant in self._claims.keys() & tenants.keys() - served:
                await work.settle(self._database, self._claims[tenant], None)
            await self.job.each(served, self._visit)

    async def _visit(self, tenant: int) -> None:
        await self._expire(tenant)
        await nudge.ask(self._database, tenant)
        await reminder.remind(self._database, tenant)
        await call.call(self._database, tenant)
        await wave.send(self._database, tenant)
        if await exchange.tend(self._database, tenant):
            self._database.note_change(tenant)
        if await rule_version.open_votes(self._database, tenant) + await vote_result.count(self._database, tenant):
            self._database.note_change(tenant)
        await idempotency.forget(self._database, tenant)
        await sign_in.forget(self._database, tenant)
        await retention.keep(self._database, tenant)
        await wording.forget(self._database, tenant)
        await self._fold(tenant)
        await territory.compare(self._database, tenant)
        await digest.cut(self._database, tenant)
        if self._post is not None:
            await self._post.give_up(tenant)
            self._post.wake(tenant)
        if self._imports is not None:
            await importing.forget(self._database, tenant)
            self._imports.wake(tenant)
        for part in self._others:
            part.wake(tenant)
        await work.settle(self._database, self._claims[tenant], await self._next(tenant))

    async def _expire(self, tenant: int) -> None:
        marked = expiry.BATCH
        while marked == expiry.BATCH:
            marked = await expiry.expire(self._database, tenant)
            if marked:
                self._database.note_change(tenant)

    async def _next(self, tenant: int) -> datetime | None:
        async with self._database.transaction(tenant) as transaction:
            [(due,)] = await transaction.all(NEXT, tenant=tenant, now=None)
        return due if isinstance(due, datetime) else None
