"""Outage: tells the log that a cluster does not answer: when it begins, each minute while it lasts, when it is over.

Whoever then waits in vain says nothing of it: a dozen jobs and each request would say the same.
"""

import logging
import time
from collections.abc import Callable

import psycopg

from database import fault

TOLD_EVERY_S = 60.0
"""How often the log repeats that a cluster does not answer, or that all connections are in use."""

logger = logging.getLogger("parvis.database")


class Outage:
    """Whether a cluster answers those who open connections to it."""

    def __init__(self, called: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._called = called
        self._clock = clock
        self._since: float | None = None
        self._told_at = self._crowded_at = float("-inf")

    @property
    def is_on(self) -> bool:
        """Whether the last attempt to open a connection failed."""
        return self._since is not None

    def note(self, error: BaseException) -> None:
        """No connection could be opened, for this reason."""
        now = self._clock()
        if self._since is None:
            self._since = now
        if now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            why = fault.said(error) if isinstance(error, psycopg.Error) else type(error).__name__
            logger.error("%s does not answer, for %.0f s now: %s", self._called, now - self._since, why)

    def end(self) -> None:
        """A connection was opened."""
        if self._since is not None:
            logger.warning("%s answers again, after %.0f s", self._called, self._clock() - self._since)
            self._since, self._told_at = None, float("-inf")

    def note_crowd(self, connections: int) -> None:
        """A request waited in vain for one of so many connections, although the cluster answers."""
        now = self._clock()
        if self._since is None and now - self._crowded_at >= TOLD_EVERY_S:
            self._crowded_at = now
            logger.warning("all %d connections to %s were in use for too long", connections, self._called)
