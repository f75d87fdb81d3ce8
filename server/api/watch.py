"""Watch: whether a client is still there while an operation runs for it."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from starlette.types import Receive

PATIENCE_S = 0.1
"""How long an operation may run before we look whether its client is still there; at most twice as long."""

T = TypeVar("T")


class ClientGoneError(Exception):
    """The client hung up; what ran for it was stopped."""


class Watch:
    """The operations that run. One timer serves all: most end long before anybody would look."""

    def __init__(self) -> None:
        self._running: dict[_Watched, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def unless_gone(self, receive: Receive, work: Awaitable[T]) -> T:
        """Do work; when it takes its time and its client hangs up meanwhile, stop it and free its statement.

        Raises ClientGoneError.
        """
        working = asyncio.current_task()
        assert working is not None
        watched = _Watched(working, receive)
        self._running[watched] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._look, frozenset())
        try:
            return await work
        except asyncio.CancelledError:
            if not watched.is_gone:
                raise
            working.uncancel()
            raise ClientGoneError from None
        finally:
            self._running.pop(watched, None)
            watched.end()

    def _look(self, before: "frozenset[_Watched]") -> None:
        """Look after those that ran when the last look was taken, too; after the others at the next."""
        for watched in before & self._running.keys():
            del self._running[watched]
            watched.begin()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PATIENCE_S, self._look, frozenset(self._running)) if self._running else None


class _Watched:
    """Looks whether a client is still there, and cancels the work for it when it is not."""

    def __init__(self, working: asyncio.Task[Any], receive: Receive) -> None:
        self._working = working
        self._receive = receive
        self._looking: asyncio.Task[None] | None = None
        self.is_gone = False

    def begin(self) -> None:
        """Look from now on."""
        self._looking = asyncio.ensure_future(self._look())

    def end(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        self._working.cancel()
