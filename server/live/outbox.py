"""Outbox: what a subscriber is still to be sent, bounded in bytes; a reader that is too slow loses its place."""

import asyncio
from collections import deque
from typing import NamedTuple

MAX_BYTES = 65_536
"""Of one subscriber: some fifty messages."""

MAX_BYTES_OF_ALL = 64 * 1024 * 1024
"""Of all subscribers of the process."""


class Outgoing(NamedTuple):
    """What a subscriber is told: the answer's `data` as JSON, and the event's position; or, at the end, an error."""

    data: bytes
    position: int | None = None
    error: tuple[str, str] | None = None
    """A message and its code, after which nothing comes; without them an end is a friendly one."""

    is_last: bool = False


class Backlog:
    """The bytes that wait for all subscribers of a process."""

    def __init__(self) -> None:
        self.bytes = 0


class Outbox:
    """What waits for one subscriber."""

    __slots__ = ("_backlog", "_filled", "_waiting", "bytes", "is_closed")

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog
        self._waiting: deque[Outgoing] = deque()
        self._filled = asyncio.Event()
        self.bytes = 0
        self.is_closed = False
        """Whether nothing is taken any more."""

    def put(self, told: Outgoing) -> bool:
        """Have something sent; False where there is no room."""
        size = len(told.data)
        if self.is_closed or self.bytes + size > MAX_BYTES or self._backlog.bytes + size > MAX_BYTES_OF_ALL:
            return False
        self._take(told, size)
        return True

    def end(self, error: tuple[str, str] | None = None) -> None:
        """Nothing comes after this. Where it ends by an error, what still waits is not sent."""
        if self.is_closed:
            return
        if error is not None:
            self.empty()
        self._take(Outgoing(b"null", error=error, is_last=True), 0)
        self.is_closed = True

    def empty(self) -> None:
        """Forget what waits."""
        self._backlog.bytes -= self.bytes
        self.bytes = 0
        self._waiting.clear()

    async def next(self, within_s: float) -> Outgoing | None:
        """The next to send; None when there is nothing so long."""
        if not self._waiting:
            self._filled.clear()
            try:
                async with asyncio.timeout(within_s):
                    await self._filled.wait()
            except TimeoutError:
                return None
        told = self._waiting.popleft()
        size = 0 if told.is_last else len(told.data)
        self.bytes -= size
        self._backlog.bytes -= size
        return told

    def _take(self, told: Outgoing, size: int) -> None:
        self._waiting.append(told)
        self.bytes += size
        self._backlog.bytes += size
        self._filled.set()
