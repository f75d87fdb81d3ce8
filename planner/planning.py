"""Planning: what all scopes of a process share: kept documents and plans, and the threads that make new ones.

To read and to plan a new document takes 1 ms to 1 s of Python. It runs beside the event loop, so that whoever asks for
what is known does not wait for it, one piece after the other, so that it never takes more than a part of the process.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, TypeVar

from database.kept import Kept
from planner.document import Document
from planner.prepared import Prepared

MAX_BYTES = 24 * 1024 * 1024
"""Of documents and plans together."""

REFUSED_BYTES = 1024 * 1024
"""Of what is told of refused documents, which are cheap to refuse again."""

COLLECT_ALL_AFTER = 1_000
"""Pieces, until also what the collector was told to leave alone is looked through, which takes some 50 ms."""

MAX_WAITING = 64
"""New documents that wait for their turn: more would wait for more than some seconds."""

T = TypeVar("T")

Payer = Callable[[int], None]
"""Told 0 before something new is made, and how many milliseconds of processor time it took afterwards. May raise
`PlanningExhaustedError` before."""


class PlanningBusyError(Exception):
    """Too much that is new was asked for at once; nothing ran. Try again after a while."""


class Planning:
    """Shared by the engines of all scopes."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.documents: Kept[Document] = Kept("document", max_bytes // 3, lambda document: document.size)
        self.plans: Kept[Prepared] = Kept("plan", max_bytes * 2 // 3, lambda prepared: prepared.size)
        self.refused: Kept[Document] = Kept("refused_document", REFUSED_BYTES, lambda document: document.size)
        self.trusted, self.public = Lane("trusted"), Lane("public")
        self.scopes = count(1)

    async def beside(self, key: Hashable, make: Callable[[], T], payer: Payer | None) -> T:
        """What `make` gives, which runs in a thread; equal keys at once are made once, and the first one pays.

        Nobody pays for trusted documents, which never wait for the others. Raises what `make` raises, and
        PlanningBusyError.
        """
        lane = self.trusted if payer is None else self.public
        return await lane.run(key, make, payer or _for_nothing)

    def forget(self, scope: int) -> None:
        """A scope's schema is gone, and what was made for it."""
        for kept in (self.documents, self.plans, self.refused):
            kept.drop(lambda key: isinstance(key, tuple) and key[0] == scope)


class Lane:
    """A thread and what waits for it."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, f"planning {name}")
        self._making: dict[Hashable, asyncio.Future[Any]] = {}
        self.made = 0
        self.milliseconds = 0

    async def run(self, key: Hashable, make: Callable[[], T], payer: Payer) -> T:
        """What `make` gives, or who makes the same now. It is made to the end also when nobody waits any more."""
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
        """What is made; says how much of the processor's time that took, at least one millisecond."""
        began = time.thread_time()
        try:
            return make()
        finally:
            self.made += 1
            _collect(everything=self.made % COLLECT_ALL_AFTER == 0)
            took_ms.append(max(1, round((time.thread_time() - began) * 1000)))


def _collect(*, everything: bool) -> None:
    """Remove what a piece of planning leaves behind, which goes round in circles, before the collector takes it for
    something that stays: it would look for it again only after millions of objects, at 100 MB or more.

    What is kept goes round in none, so that the collector need not walk through it.
    """
    if everything:
        gc.unfreeze()
    gc.collect(2 if everything else 1)
    gc.freeze()


def _for_nothing(_milliseconds: int) -> None:
    """What is trusted is paid by nobody."""


def _retrieved(made: asyncio.Future[Any]) -> None:
    """Whoever asked may be gone; then an error is nobody's."""
    if not made.cancelled():
        made.exception()
