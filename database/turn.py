"""Turns: short reads go to the database a few at a time, so that the same few backends, with warm caches, serve all.

Sixteen backends on two cores evict each other's data from the processor's caches: a statement takes them a quarter
longer than four. Long statements hold nobody up, because they soon no longer count.
"""

import asyncio
from collections import deque
from contextlib import suppress
from time import monotonic

from database import deadline
from database.duration import Durations

AT_ONCE = 4
"""Short reads of a process at once: while two are executed, one is on its way there and one on its way back."""

SHORT_S = 0.01
"""A read that takes longer no longer counts. So even when all reads are long, 400 others a second can begin, as far as
there are connections."""


class Turns:
    """The reads that run and those that wait; first come, first served."""

    def __init__(self, at_once: int = AT_ONCE, *, short_s: float = SHORT_S) -> None:
        self._free = at_once
        self._short_s = short_s
        self._last = 0
        self._running: dict[int, float] = {}
        """The turns that count, in order, each with its start."""
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.waits = Durations()

    @property
    def waiting(self) -> int:
        """How many reads wait."""
        return len(self._waiting)

    async def begin(self) -> int:
        """Wait for a turn, to be ended by the returned number. Raises TimeoutError when none comes by the deadline."""
        if self._free:
            self._free -= 1
            self.waits.at_once += 1
        else:
            began = monotonic()
            try:
                await self._wait(asyncio.get_running_loop(), deadline.queue_until())
            finally:
                self.waits.add(monotonic() - began)
        self._last += 1
        self._running[self._last] = monotonic()
        return self._last

    def end(self, turn: int) -> None:
        """End a turn: the next read may begin."""
        if self._running.pop(turn, None) is not None:  # A long one has made room before.
            self._make_room()

    async def _wait(self, loop: asyncio.AbstractEventLoop, until: float) -> None:
        let_in = loop.create_future()
        self._waiting.append(let_in)
        patience = loop.call_at(until, _give_up, let_in)
        if self._timer is None:
            self._timer = loop.call_later(self._short_s, self._look, loop)
        try:
            await let_in
        except BaseException:
            if let_in.cancelled() or let_in.exception() is not None:
                with suppress(ValueError):  # Who made room looked at it meanwhile.
                    self._waiting.remove(let_in)
            else:  # It gave up at the moment when it was let in.
                self._make_room()
            raise
        finally:
            patience.cancel()

    def _make_room(self) -> None:
        while self._waiting:
            let_in = self._waiting.popleft()
            if not let_in.done():
                let_in.set_result(None)
                return
        self._free += 1

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Find turns that have become long, while any read waits."""
        now = monotonic()
        for turn, began in list(self._running.items()):
            if now - began < self._short_s:
                break
            self.end(turn)
        self._timer = loop.call_later(self._short_s, self._look, loop) if self._waiting else None


def _give_up(let_in: "asyncio.Future[None]") -> None:
    if not let_in.done():
        let_in.set_exception(TimeoutError())
