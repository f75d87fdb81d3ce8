"""Ending: a process that is asked to stop is gone within END_S, whatever its jobs and answers wait for."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from socket import socket
from types import FrameType
from typing import Any

import uvicorn

END_S = 20.0
"""From the signal on: ten seconds for answers under way (`serve.GRACE_S`), the rest for jobs and connections."""

STEP_S = 1.0
"""What each step of the end may take."""

LAST_WORDS_S = 0.3
"""For the thread that writes the log."""

JOBS_S = (5.5, STEP_S)
"""How long jobs are waited for, each time after they were told to end: the mails that are being handed over have five
seconds (`jobs.mail`), and one that was about to answer somebody may have missed the first time."""

logger = logging.getLogger("parvis.ending")


async def stop(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel jobs, and leave those behind that do not end."""
    left = set(tasks)
    for seconds in JOBS_S:
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=seconds)
    for task in left:
        logger.error("a background job does not end: %s", task.get_coro())


async def within(closing: Awaitable[None]) -> None:
    """Close something, or leave it open when that takes longer than STEP_S."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STEP_S):
            await closing


class EndingServer(uvicorn.Server):
    """A server that does not outlive its signal by more than END_S: threads and libraries may wait without a limit."""

    def __init__(self, at_end: Callable[[], None], config: uvicorn.Config) -> None:
        """`at_end` runs first, in the event loop: it ends what would last as long as a client likes."""
        super().__init__(config)
        self._at_end = at_end
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        if not self.should_exit:
            threading.Thread(target=_end_in, args=(END_S,), daemon=True).start()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._at_end)
        super().handle_exit(sig, frame)


def _end_in(seconds: float) -> None:
    """End the process without asking anybody; Linux then stops the embedded PostgreSQL, which is tied to it."""
    time.sleep(seconds)
    logger.error("the process did not end in %s s and is stopped", seconds)
    time.sleep(LAST_WORDS_S)
    os._exit(1)
