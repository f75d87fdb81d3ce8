"""Listening: one connection of a process on which PostgreSQL tells what other processes announce."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import psycopg

from database.host import Hosts
from database.pool import CONNECT_TIMEOUT_S

CHANNEL = "parvis_live"

LOOK_EVERY_S = 5.0
"""After so long without a word the connection is tried, because one that is silent may be dead."""

LOOK_S = 2.0
"""How long that may take."""

PAUSES_S = (0.2, 5.0)
"""Between two tries to connect: the first pause, doubled up to the last."""


class Listening:
    """Hears for ever; connects anew when the connection is lost."""

    def __init__(self, url: str) -> None:
        """`url` leads to the cluster itself: a pooler that lends connections by the transaction hears nothing."""
        self._hosts = Hosts(url)
        self.is_heard = False
        """Whether there is a connection."""

    async def heard(self) -> AsyncIterator[str | None]:
        """What is announced. None: it may have missed something, or has heard nothing for LOOK_EVERY_S."""
        pause = PAUSES_S[0]
        while True:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    connection = await self._hosts.connected(_connect)
                    await connection.execute(f"LISTEN {CHANNEL}")
            except (psycopg.Error, OSError, TimeoutError):
                yield None
                await asyncio.sleep(pause)
                pause = min(2 * pause, PAUSES_S[1])
                continue
            pause, self.is_heard = PAUSES_S[0], True
            try:
                async for payload in _payloads(connection):
                    yield payload
            finally:
                self.is_heard = False
                await _closed(connection)


async def _connect(url: str) -> psycopg.AsyncConnection:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)


async def _payloads(connection: psycopg.AsyncConnection) -> AsyncIterator[str | None]:
    """What one connection hears, until it is lost."""
    with suppress(psycopg.Error, OSError, TimeoutError):
        while True:
            yield None
            async for notify in connection.notifies(timeout=LOOK_EVERY_S):
                yield notify.payload
            async with asyncio.timeout(LOOK_S):
                await connection.execute("SELECT 1")


async def _closed(connection: psycopg.AsyncConnection) -> None:
    with suppress(psycopg.Error, OSError, TimeoutError):
        async with asyncio.timeout(LOOK_S):
            await connection.close()
