"""The database's disk: when it is full, reads go on, and the log tells operators why writes fail."""

import logging
import time
from collections.abc import Callable

from database.failure import DiskFullError

FULL_FOR_S = 60.0
"""The disk counts as full for so long after a failed write; the log repeats the message as often."""

logger = logging.getLogger("parvis.database")


class Disk:
    """When a write last failed because the database's disk was full."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at = self._told_at = float("-inf")

    @property
    def is_full(self) -> bool:
        """Whether a write failed a moment ago."""
        return self._clock() - self._full_at < FULL_FOR_S

    def note(self, error: BaseException) -> None:
        """Something failed, perhaps because the disk is full. Of that the log tells once in a while."""
        if not isinstance(error, DiskFullError):
            return
        self._full_at = now = self._clock()
        if now - self._told_at >= FULL_FOR_S:
            self._told_at = now
            logger.error("the disk of the database is full (SQLSTATE 53100): nothing is written until there is room")
