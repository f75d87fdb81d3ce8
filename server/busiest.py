"""Busiest: the few tenants for which this process worked most of late, for operators who look for the cause."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from heapq import nlargest

LISTED = 10
"""Tenants that are told at once: what is told grows with no installation."""

WINDOW_S = 300.0
"""What is told is what happened in the last one to two windows."""


@dataclass(slots=True)
class Share:
    """What a tenant's operations took: how many they were, how long the database worked for them, how many failed."""

    operations: int = 0
    database_s: float = 0.0
    failed: int = 0


class Busiest:
    """One entry a tenant that was asked for anything in two windows."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_at = clock()
        self._now: dict[int, Share] = {}
        self._before: dict[int, Share] = {}

    def note(self, tenant: int, database_s: float, *, has_failed: bool) -> None:
        """An operation of a tenant is over."""
        self._turn()
        share = self._now.get(tenant) or self._now.setdefault(tenant, Share())
        share.operations += 1
        share.database_s += database_s
        share.failed += has_failed

    def listed(self) -> dict[int, Share]:
        """Those for which the database worked longest, at most LISTED."""
        self._turn()
        both = {tenant: self._together(tenant) for tenant in self._now.keys() | self._before.keys()}
        longest = nlargest(
            LISTED, both.items(), key=lambda entry: (entry[1].database_s, entry[1].operations, -entry[0])
        )
        return dict(longest)

    def _together(self, tenant: int) -> Share:
        now, before = self._now.get(tenant, Share()), self._before.get(tenant, Share())
        return Share(now.operations + before.operations, now.database_s + before.database_s, now.failed + before.failed)

    def _turn(self) -> None:
        """Begin a window when the last one is over."""
        passed = (now := self._clock()) - self._began_at
        if passed >= WINDOW_S:
            self._before, self._now = (self._now if passed < 2 * WINDOW_S else {}), {}
            self._began_at = now
