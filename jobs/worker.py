"""The worker: runs the jobs of all tenants beside the server."""

from collections.abc import Sequence
from pathlib import Path

from database.door import Database
from jobs import deliver, fold, journal, petition
from jobs.analysis import Analyses
from jobs.courier import Courier
from jobs.importing import Imports
from jobs.job import Job
from jobs.mail import Post
from jobs.visit import Visits, Woken
from jobs.wording import LanguageModel, Wordings
from tenants import announcement
from tenants.registry import TenantRegistry

FOLD_EVERY_S = 1.0
BUSY_EVERY_S = 0.1
SEAL_EVERY_S = 0.1
"""How long subscribers wait for what a request did."""

BUSY = 250
"""After so many changes, a tenant's hot contributions are folded at once."""


def jobs(
    database: Database,
    registry: TenantRegistry,
    post: Post | None = None,
    courier: Courier | None = None,
    folder: Path | None = None,
    model: LanguageModel | None = None,
) -> list[Job]:
    """The jobs of a process. For what it changed itself: fold every second, hot contributions sooner, seal events, send
    queued mails, tell webhooks. For all tenants: visit those that are due, one process at each.

    `post` is None if the installation sends no mail, `folder` (of the installation's data) if it analyses nothing;
    without a `model` none is asked, and what was asked for says so.
    """
    imports = Imports(database)
    analyses = Analyses(database, registry, folder) if folder is not None else None
    wordings = Wordings(database, registry, model)
    woken = (courier, analyses, wordings)
    folding = Folding(database, registry, post, (imports, *woken))
    visits = Visits(database, registry, folding.fold_whole, post, imports, woken)
    sealing = Sealing(database)
    others = [part.job for part in (post, *woken) if part is not None]
    all_ = [folding.job, sealing.job, visits.job, imports.job, *others]
    for job in all_:
        job.cluster_of = database.cluster_of
    return all_


class Folding:
    """Folds what requests of this process changed, and wakes those who do what it queued."""

    def __init__(
        self,
        database: Database,
        registry: TenantRegistry,
        post: Post | None = None,
        others: Sequence[Woken | None] = (),
    ) -> None:
        self.job = Job("fold", BUSY_EVERY_S, self.fold)
        self._database = database
        self._registry = registry
        self._woken = [part for part in (post, *others) if part is not None]
        self._seen: dict[int, int] = {}
        """The version of each tenant at its last fold."""
        self._turns = 0

    async def fold(self) -> None:
        """One turn: fold hot contributions of busy tenants; in every tenth turn, everything of all tenants."""
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
        """Fold everything of these tenants; a tenant where that fails is folded the next time."""
        self._database.changed -= due  # Before folding, so that changes made meanwhile are folded the next time.
        left = due
        try:
            left = await self.job.each(due, self._fold)
        finally:
            self._database.changed |= left & {tenant.number for tenant in self._registry.tenants}
            for tenant in due:
                for part in self._woken:
                    part.wake(tenant)

    async def _fold_hot(self, tenant: int) -> None:
        while await fold.fold_hot(self._database, tenant):
            pass

    async def fold_whole(self, tenant: int) -> None:
        """Fold everything of a tenant, whichever process changed it."""
        await fold.lengthen(self._database, tenant)
        await self._fold(tenant)
        while await deliver.deliver(self._database, tenant):  # What a process had sealed, and ended.
            pass

    async def _fold(self, tenant: int) -> None:
        while await fold.fold(self._database, tenant):
            pass
        await petition.tend(self._database, tenant)
        await follow(self._database, tenant)


class Sealing:
    """Seals soon what requests of this process did, because subscribers wait for it."""

    def __init__(self, database: Database) -> None:
        self.job = Job("seal", SEAL_EVERY_S, self.seal)
        self._database = database

    async def seal(self) -> None:
        """Seal the events of the tenants in which there may be any."""
        due = set(self._database.eventful)
        self._database.eventful -= due
        if due:
            left = due
            try:
                left = await self.job.each(due, self._seal)
            finally:
                self._database.eventful |= left

    async def _seal(self, tenant: int) -> None:
        if await journal.seal(self._database, tenant):
            await announcement.events(self._database, tenant)


async def follow(database: Database, tenant: int) -> None:
    """Seal a tenant's events and deliver them to their consumers."""
    while sealed := await journal.seal(database, tenant):
        await announcement.events(database, tenant)
        if sealed < journal.BATCH:
            break
    while await deliver.deliver(database, tenant):  # Also of what `Sealing` has sealed.
        pass
