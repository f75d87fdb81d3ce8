"""Watch: whether a client is still there while an operation runs for it."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from starlette.types import Receive

PATIENCE_S = 0.1
"""How long an operation may run before we look whether its client is still there."""

T = TypeVar("T")


class ClientGoneError(Exception):
    """The client hung up; what ran for it was stopped."""


async def unless_gone(receive: Receive, work: Awaitable[T]) -> T:
    """Do work; when it takes its time and its client hangs up meanwhile, stop it and free its statement.

    Raises ClientGoneError.
    """
    working = asyncio.current_task()
    assert working is not None
    watch = _Watch(working, receive)
    timer = asyncio.get_running_loop().call_later(PATIENCE_S, watch.begin)
    try:
        return await work
    except asyncio.CancelledError:
        if not watch.is_gone:
            raise
        working.uncancel()
        raise ClientGoneError from None
    finally:
        timer.cancel()
        watch.end()


class _Watch:
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
