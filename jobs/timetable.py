"""A timetable: when a job looks at which tenant, in this process alone; it sleeps until one is due."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from jobs.job import Job

AGAIN_S = 1.0
"""When a tenant is looked at again for which a job failed."""


class Timetable:
    """The tenants that are to be looked at, each once, by the monotonic clock."""

    def __init__(self) -> None:
        self._due: dict[int, float] = {}
        self._woken = asyncio.Event()

    def look(self, tenant: int, in_s: float = 0.0) -> None:
        """Look at a tenant in so many seconds, if it is not due sooner."""
        at = time.monotonic() + max(in_s, 0.0)
        if at < self._due.get(tenant, float("inf")):
            self._due[tenant] = at
            self._woken.set()

    def keep(self, tenants: Collection[int]) -> None:
        """Forget all other tenants."""
        self._due = {tenant: at for tenant, at in self._due.items() if tenant in tenants}

    async def serve(self, job: Job, act: Callable[[int], Awaitable[object]]) -> None:
        """Wait until a tenant is due, and do what a job does for it."""
        tenant, is_done = await self.next(), False
        try:
            is_done = not await job.each([tenant], act)
        finally:
            if not is_done:
                self.look(tenant, AGAIN_S)

    async def next(self) -> int:
        """The tenant that has been due for longest, once there is one; it is taken out."""
        while True:
            tenant = min(self._due, key=self._due.__getitem__, default=None)
            wait = None if tenant is None else self._due[tenant] - time.monotonic()
            if tenant is not None and wait is not None and wait <= 0:
                del self._due[tenant]
                return tenant
            self._woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
