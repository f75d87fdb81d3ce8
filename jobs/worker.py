"""The worker: the jobs of all tenants, which run beside the server for as long as it lasts."""

from database.door import Database
from jobs import expiry, fold, idempotency, sign_in
from jobs.job import Job
from jobs.mail import Post
from tenants.registry import TenantRegistry

FOLD_EVERY_S = 1.0
BUSY_EVERY_S = 0.1
BUSY = 250
"""After so many changes a tenant's hot contributions are folded at once."""

TIDY_EVERY_S = 60.0


def jobs(database: Database, registry: TenantRegistry, post: Post | None = None) -> list[Job]:
    """Fold what this process changed every second, what is hot sooner, and mail what it queued; every minute expire,
    forget, fold and mail what others left.

    `post` is None where the installation sends no mail.
    """
    folding = Folding(database, registry, post)
    tidying = Tidying(database, registry, folding, post)
    return [folding.job, tidying.job, *([post.job] if post else [])]


class Folding:
    """Folds what requests of this process changed, and lets the post look there for what they queued."""

    def __init__(self, database: Database, registry: TenantRegistry, post: Post | None = None) -> None:
        self.job = Job("fold", BUSY_EVERY_S, self.fold)
        self._database = database
        self._registry = registry
        self._post = post
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
            await self.fold_all(due)
        elif due:
            await self.job.each(due, self._fold_hot)

    async def fold_all(self, due: set[int]) -> None:
        """Fold all that tenants have; where that fails it stays to be done."""
        self._database.changed -= due  # Before, so that what is written meanwhile is seen the next time.
        left = due
        try:
            left = await self.job.each(due, self._fold)
        finally:
            self._database.changed |= left & {tenant.number for tenant in self._registry.tenants}
            if self._post is not None:
                for tenant in due:
                    self._post.wake(tenant)

    async def _fold_hot(self, tenant: int) -> None:
        while await fold.fold_hot(self._database, tenant):
            pass

    async def _fold(self, tenant: int) -> None:
        while await fold.fold(self._database, tenant):
            pass


class Tidying:
    """Every minute, in every active tenant: what is over is marked or removed, and what was left is done."""

    def __init__(
        self, database: Database, registry: TenantRegistry, folding: Folding, post: Post | None = None
    ) -> None:
        self.job = Job("tidy", TIDY_EVERY_S, self.tidy)
        self._database = database
        self._registry = registry
        self._folding = folding
        self._post = post

    async def tidy(self) -> None:
        """A round through all tenants."""
        numbers = {tenant.number for tenant in self._registry.tenants if tenant.is_active}
        self.job.keep(numbers)
        self._folding.job.keep(numbers)
        if self._post is not None:
            self._post.keep(numbers)
        await self.job.each(numbers, self._tidy)
        await self._folding.fold_all(numbers)

    async def _tidy(self, tenant: int) -> None:
        marked = expiry.BATCH
        while marked == expiry.BATCH:
            marked = await expiry.expire(self._database, tenant)
            if marked:
                self._database.note_change(tenant)
        await idempotency.forget(self._database, tenant)
        await sign_in.forget(self._database, tenant)
        if self._post is not None:
            await self._post.give_up(tenant)
