"""The database's disk: when it is full, reads go on, and whoever operates the process is told why writes do not."""

import logging
import time
from collections.abc import Callable

FULL_FOR_S = 60.0
"""It counts as full so long after the last write that found it so; the log repeats it as often."""

logger = logging.getLogger("parvis.database")


class Disk:
    """When a write last found the disk of the database full."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at = self._told_at = float("-inf")

    @property
    def is_full(self) -> bool:
        """Whether it was full a moment ago."""
        return self._clock() - self._full_at < FULL_FOR_S

    def note(self) -> None:
        """A write found it full. Each is answered; the log says it once in a while."""
        self._full_at = now = self._clock()
        if now - self._told_at >= FULL_FOR_S:
            self._told_at = now
            logger.error("the disk of the database is full (SQLSTATE 53100): nothing is written until there is room")
