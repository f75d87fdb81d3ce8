"""Woken: the tenants that something was asked for, looked at soon by a job; others are never queried."""

from collections.abc import Awaitable, Callable

from jobs.job import Job

LOOK_EVERY_S = 0.5


class WokenJob:
    """A job that works on each tenant that was woken. One whose work fails stays woken, and is tried again."""

    def __init__(self, name: str, work: Callable[[int], Awaitable[object]]) -> None:
        self.job = Job(name, LOOK_EVERY_S, self._look)
        self._work_on = work
        self._woken: set[int] = set()

    def wake(self, tenant: int) -> None:
        """Have a tenant looked at, which may have something to do."""
        self._woken.add(tenant)

    async def _look(self) -> None:
        due, self._woken = self._woken, set()
        left = due
        try:
            left = await self.job.each(due, self._work_on)
        finally:
            self._woken |= left
