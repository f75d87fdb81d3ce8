"""Answers that are already known: to anonymous queries, as long as nothing of the tenant changed, bounded in bytes.

A key holds all that decides the answer beside the tenant's version: the tenant, the token's or widget's name, because
some documents are one widget's alone, and the request's bytes.

Whoever changes something is signed in, and answers to signed-in callers are never kept. So nobody reads a stale answer
after one's own write, and nobody reads another viewer's.
"""

import asyncio
import gzip
import hashlib
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from database.failure import DatabaseUnavailableError, TenantGoneError
from database.kept import Kept
from planner.engine import Answer

MAX_AGE_S = 10.0
"""Answers hold what changes with the clock alone (what is open, what has expired): they are made anew this often."""

GZIP_LEVEL = 4
"""A third of level 9's time for 3 % more bytes on JSON."""


@dataclass(slots=True)
class KeptAnswer:
    """An answer with its entity tag and the tenant's version that it was made under."""

    answer: Answer
    tag: bytes
    version: int
    made_at: float
    packed: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes of its forms."""
        return len(self.answer.body) + len(self.packed or b"")


class AnswerCache:
    """Kept answers by key, the longest unused ones go first; equal questions at once are asked once."""

    def __init__(self, max_bytes: int) -> None:
        self.kept: Kept[KeptAnswer] = Kept("answer", max_bytes, lambda entry: entry.size)
        self._asked: dict[Hashable, asyncio.Future[KeptAnswer | None]] = {}
        self.is_on = max_bytes > 0
        self.hits = 0
        self.misses = 0

    def get(self, key: Hashable, version: int) -> KeptAnswer | None:
        """The answer under a key, if it was made under this version and not too long ago."""
        entry = self.kept.get(key)
        if entry is None or entry.version != version or time.monotonic() - entry.made_at > MAX_AGE_S:
            return None
        self.hits += 1
        return entry

    async def ask(self, key: Hashable, version: int, make: Callable[[], Awaitable[Answer]]) -> KeptAnswer:
        """Make the answer, or wait for the request that makes it under the same version. Raises what `make` raises.

        When that request is cancelled, the first that waits makes it instead. Answers with errors are given
        to those that wait, and not kept.
        """
        asked = (key, version)
        while (making := self._asked.get(asked)) is not None:
            entry = await asyncio.shield(making)
            if entry is not None:
                return entry
        self.misses += 1
        made = self._asked[asked] = asyncio.get_running_loop().create_future()
        entry = None
        try:
            entry = self._keep(key, version, await make())
            return entry
        except (DatabaseUnavailableError, TenantGoneError) as error:
            made.set_exception(error)
            made.exception()  # Nobody may be waiting: then the error is ours alone.
            raise
        finally:
            del self._asked[asked]
            if not made.done():
                made.set_result(entry)

    def packed(self, key: Hashable, entry: KeptAnswer) -> bytes:
        """The answer's body as gzip, made at the first time."""
        if entry.packed is None:
            entry.packed = gzip.compress(entry.answer.body, GZIP_LEVEL, mtime=0)
            if self.kept.get(key) is entry:
                self.kept.keep(key, entry)
        return entry.packed

    def _keep(self, key: Hashable, version: int, answer: Answer) -> KeptAnswer:
        tag = b'"' + hashlib.blake2b(answer.body, digest_size=12).hexdigest().encode() + b'"'
        entry = KeptAnswer(answer, tag, version, time.monotonic())
        return self.kept.keep(key, entry) if answer.is_whole else entry
