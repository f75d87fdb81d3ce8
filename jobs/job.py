"""A job: periodic work beside the requests, which no error ends."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeGuard

from database.failure import OF_ONE_TENANT, DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from database.naming import HOME

LONGEST_PAUSE_S = 60.0
TOLD_EVERY_S = 60.0
"""How often the log repeats an error that is expected."""

OVERDUE_S = 60.0
"""A job that has failed for so long is reported by /readyz."""

CALM_S = 30.0
"""An endless job counts as healthy again when it has run for so long."""

KNOWN = (DatabaseUnavailableError, StatementTimeoutError, TenantGoneError)
"""Errors that are expected: retried each second, and logged without a stack trace."""

WHOLE = 0
"""Stands for the job itself among tenants' numbers, which begin at 1."""

logger = logging.getLogger("parvis.job")


@dataclass(slots=True)
class Failure:
    """Since when something fails, how often, and when it is retried, by the monotonic clock."""

    since: float
    again_at: float = 0.0
    count: int = 0
    told_at: float = float("-inf")


@dataclass(slots=True, eq=False)
class Job:
    """Runs `act` every `every_s` seconds, in `at_once` parallel loops."""

    name: str
    every_s: float
    act: Callable[[], Awaitable[object]]
    at_once: int = 1
    is_endless: bool = False
    """Whether `act` returns only when it fails."""

    done: int = 0
    """How many attempts succeeded."""

    failed: int = 0
    """How many attempts failed."""

    is_running: bool = False
    """Whether its loops live."""

    moved_at: float = 0.0
    """When an attempt ended last, by the clock."""

    failing: dict[int, Failure] = field(default_factory=dict)
    """The tenants for which it fails now, and WHOLE if the job itself fails."""

    cluster_of: Callable[[int], str | None] = lambda _tenant: HOME
    """Where tenants are: a cluster that is away keeps nothing from those of others."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _began_at: float = 0.0

    async def run(self) -> None:
        """Run until cancelled. After any error it retries, with a pause that grows up to a minute."""
        self.is_running, self.moved_at = True, self.clock()
        try:
            async with asyncio.TaskGroup() as loops:  # Which, cancelled, waits for all of them to end.
                for _ in range(self.at_once):
                    loops.create_task(self._loop())
        finally:
            self.is_running = False

    @property
    def idle_s(self) -> float:
        """How long ago an attempt ended; 0 for a job that runs without an end, or waits until it is called."""
        return 0.0 if self.is_endless or not self.every_s else self.clock() - self.moved_at

    async def each(self, tenants: Iterable[int], act: Callable[[int], Awaitable[object]]) -> set[int]:
        """Run something for each tenant, those for which it fails last; a failure does not stop the others, unless
        their cluster is away, too. Returns the tenants that were left out.

        Raises DatabaseUnavailableError where the first cluster is away, once those of others had their turn.
        """
        left: set[int] = set()
        away: dict[str | None, DatabaseUnavailableError] = {}
        for tenant in sorted(tenants, key=lambda number: (number in self.failing, number)):
            cluster = self.cluster_of(tenant)
            try:
                is_done = cluster not in away and await self._attempt(tenant, partial(act, tenant))
            except DatabaseUnavailableError as error:
                away[cluster], is_done = error, False
                if cluster != HOME:
                    self._note(tenant, error)
            if not is_done:
                left.add(tenant)
        if HOME in away:
            raise away[HOME]
        return left

    def keep(self, tenants: Iterable[int]) -> None:
        """Forget the failures of all other tenants, which were deleted or suspended."""
        wanted = {WHOLE, *tenants}
        self.failing = {key: failure for key, failure in self.failing.items() if key in wanted}

    def overdue(self) -> set[int]:
        """The tenants for which it has failed for OVERDUE_S or longer; WHOLE if the job itself has."""
        now = self.clock()
        if self.is_endless and WHOLE in self.failing and 0 < self._began_at < now - CALM_S:
            del self.failing[WHOLE]
        return {key for key, failure in self.failing.items() if now - failure.since >= OVERDUE_S}

    async def _loop(self) -> None:
        while True:
            self._began_at = self.clock()
            await self._attempt(WHOLE, self.act)
            self.moved_at = self.clock()
            failure = self.failing.get(WHOLE)
            await self.sleep(max(failure.again_at - self.clock(), 0) if failure else self.every_s)

    async def _attempt(self, key: int, act: Callable[[], Awaitable[object]]) -> bool:
        """Run it, unless it failed a moment ago; whether it succeeded."""
        failure = self.failing.get(key)
        if failure is not None and self.clock() < failure.again_at:
            return False
        [outcome] = await asyncio.gather(_awaited(act), return_exceptions=True)
        if _is_away(outcome) and key != WHOLE:
            raise outcome
        if isinstance(outcome, BaseException):
            self._note(key, outcome)
            return False
        self.failing.pop(key, None)
        self.done += 1
        return True

    def _note(self, key: int, error: BaseException) -> None:
        now = self.clock()
        failure = self.failing.setdefault(key, Failure(now))
        self.failed, failure.count, self._began_at = self.failed + 1, failure.count + 1, 0.0
        is_known = isinstance(error, KNOWN)
        failure.again_at = now + (1.0 if is_known else min(2.0 ** (failure.count - 1), LONGEST_PAUSE_S))
        if _is_away(error) or (is_known and now - failure.told_at < TOLD_EVERY_S):
            return  # The database's pool tells that it is away, once for all.
        failure.told_at = now
        what = f"the job {self.name!r} failed{f' for tenant {key}' if key else ''}"
        if is_known:
            logger.warning("%s: %s; it is tried again", what, type(error).__name__)
        else:
            logger.error("%s %d times; it is tried again", what, failure.count, exc_info=error)


def _is_away(error: object) -> TypeGuard[DatabaseUnavailableError]:
    """Whether a cluster as a whole cannot be asked."""
    return isinstance(error, DatabaseUnavailableError) and not isinstance(error, OF_ONE_TENANT)


async def _awaited(act: Callable[[], Awaitable[object]]) -> object:
    return await act()


def reasons(jobs: Iterable[Job], tenants: Iterable[int]) -> list[str]:
    """The jobs that have failed for a minute for all of the `tenants`. A fault in one tenant's tables is no reason to
    take the process away from the others."""
    active = set(tenants)
    return [job.name for job in jobs if WHOLE in (overdue := job.overdue()) or (active and overdue >= active)]
