"""Planning: the caches of documents and plans that all scopes of a process share, and the threads that fill them.

Parsing and planning a new document takes 1 ms to 1 s of Python. It runs in a thread beside the event loop, so that
requests with cached plans do not wait for it, and one document at a time, so that it takes only a part of the process.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, TypeVar

from database import deadline
from database.kept import Kept
from planner.document import Document
from planner.prepared import Prepared

MAX_BYTES = 24 * 1024 * 1024
"""Size of the caches of documents and plans together."""

REFUSED_BYTES = 1024 * 1024
"""Size of the cache of refused documents' errors: small, because refusing again is cheap."""

COLLECT_ALL_AFTER = 1_000
"""After so many documents or plans, frozen objects are collected, too, which takes some 50 ms."""

MAX_WAITING = 64
"""New documents in the queue of a lane: more would wait for longer than a few seconds."""

T = TypeVar("T")

Payer = Callable[[int], None]
"""Called with 0 before a document is parsed or planned, when it may raise `PlanningExhaustedError`, and with the
milliseconds of processor time afterwards."""


class PlanningBusyError(Exception):
    """Too many new documents at once; nothing ran. Try again after a while."""


class Planning:
    """The caches and threads that the engines of all scopes share."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.documents: Kept[Document] = Kept("document", max_bytes // 3, lambda document: document.size)
        self.plans: Kept[Prepared] = Kept("plan", max_bytes * 2 // 3, lambda prepared: prepared.size)
        self.refused: Kept[Document] = Kept("refused_document", REFUSED_BYTES, lambda document: document.size)
        self.trusted, self.public = Lane("trusted"), Lane("public")
        self.scopes = count(1)

    async def beside(self, key: Hashable, make: Callable[[], T], payer: Payer | None) -> T:
        """The result of `make`, which runs in a thread. Concurrent calls with one key share a run; the first one pays.

        Trusted documents (no `payer`) are free and have a thread of their own. Raises what `make` raises, and
        PlanningBusyError.
        """
        lane = self.trusted if payer is None else self.public
        with deadline.paused():
            return await lane.run(key, make, payer or _for_nothing)

    def forget(self, scope: int) -> None:
        """Drop everything made for a scope whose schema is gone."""
        for kept in (self.documents, self.plans, self.refused):
            kept.drop(lambda key: isinstance(key, tuple) and key[0] == scope)


class Lane:
    """One thread and its queue."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, f"planning {name}")
        self._making: dict[Hashable, asyncio.Future[Any]] = {}
        self.made = 0
        self.milliseconds = 0

    async def run(self, key: Hashable, make: Callable[[], T], payer: Payer) -> T:
        """The result of `make`, or of the run under the same key that is under way. It is completed even when every
        caller has gone."""
        making = self._making.get(key)
        if making is None:
            payer(0)
            if len(self._making) >= MAX_WAITING:
                raise PlanningBusyError
            making = asyncio.ensure_future(self._make(key, make, payer))
            making.add_done_callback(_retrieved)
            self._making[key] = making
        made: T = await asyncio.shield(making)
        return made

    async def _make(self, key: Hashable, make: Callable[[], T], payer: Payer) -> T:
        took_ms: list[int] = []
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._timed, make, took_ms)
        finally:
            del self._making[key]
            self.milliseconds += sum(took_ms)
            payer(sum(took_ms))

    def _timed(self, make: Callable[[], T], took_ms: list[int]) -> T:
        """The result of `make`; appends the processor time that it took, at least one millisecond."""
        began = time.thread_time()
        try:
            return make()
        finally:
            self.made += 1
            _collect(everything=self.made % COLLECT_ALL_AFTER == 0)
            took_ms.append(max(1, round((time.thread_time() - began) * 1000)))


def _collect(*, everything: bool) -> None:
    """Free the reference cycles that planning leaves, before the garbage collector promotes them to its oldest
    generation, which it would visit only after millions of objects, at 100 MB or more.

    Cached documents and plans hold no cycles; they are frozen, so that the collector need not traverse them.
    """
    if everything:
        gc.unfreeze()
    gc.collect(2 if everything else 1)
    gc.freeze()


def _for_nothing(_milliseconds: int) -> None:
    """The payer of trusted documents, which are free."""


def _retrieved(made: asyncio.Future[Any]) -> None:
    """Marks an error as seen: every caller may be gone."""
    if not made.cancelled():
        made.exception()
