"""Answers that are already known: to anonymous queries, as long as nothing of the tenant changed, bounded in bytes.

Whoever changes something is signed in, and answers to who is signed in are never kept. So nobody reads a stale answer
after one's own write, and nobody reads another viewer's.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from planner.engine import Answer

ENTRY_BYTES = 500
"""What an answer takes beside its body: key, tag and bookkeeping."""

MAX_AGE_S = 10.0
"""Answers hold what changes with the clock alone (what is open, what has expired): they are made anew this often."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer with its entity tag and the tenant's version that it was made under."""

    answer: Answer
    tag: bytes
    version: int
    made_at: float

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return len(self.answer.body) + ENTRY_BYTES


class _Pending:
    """An answer in the making and how many wait for it."""

    def __init__(self, task: asyncio.Task[Known]) -> None:
        self._task = task
        self._waiting = 0

    async def wait(self) -> Known:
        self._waiting += 1
        try:
            return await asyncio.shield(self._task)
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._task.cancel()  # Without effect when it is done.


class AnswerCache:
    """Kept answers by key, the longest unused ones go first; equal questions at once are asked once."""

    def __init__(self, max_bytes: int) -> None:
        self._known: OrderedDict[Hashable, Known] = OrderedDict()
        self._asked: dict[Hashable, _Pending] = {}
        self._max_bytes = max_bytes
        self.bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, key: Hashable, version: int) -> Known | None:
        """The answer under a key, if it was made under this version and not too long ago."""
        known = self._known.get(key)
        if known is None or known.version != version or time.monotonic() - known.made_at > MAX_AGE_S:
            return None
        self._known.move_to_end(key)
        self.hits += 1
        return known

    async def ask(self, key: Hashable, version: int, make: Callable[[], Awaitable[Answer]]) -> Known:
        """Make the answer, or wait for who is making it under the same version. Raises what `make` raises.

        When all who wait are cancelled, the making is too. Answers with errors are given to who waits and not kept.
        """
        asked = (key, version)
        pending = self._asked.get(asked)
        if pending is None:
            self.misses += 1
            task = asyncio.ensure_future(self._make(key, version, make))
            task.add_done_callback(lambda _: self._asked.pop(asked, None))
            pending = self._asked[asked] = _Pending(task)
        return await pending.wait()

    async def _make(self, key: Hashable, version: int, make: Callable[[], Awaitable[Answer]]) -> Known:
        answer = await make()
        tag = b'"' + hashlib.blake2b(answer.body, digest_size=12).hexdigest().encode() + b'"'
        known = Known(answer, tag, version, time.monotonic())
        if answer.is_whole:
            self._keep(key, known)
        return known

    def _keep(self, key: Hashable, known: Known) -> None:
        if known.size > self._max_bytes:
            return
        before = self._known.pop(key, None)
        self._known[key] = known
        self.bytes += known.size - (before.size if before else 0)
        while self.bytes > self._max_bytes:
            _, gone = self._known.popitem(last=False)
            self.bytes -= gone.size
