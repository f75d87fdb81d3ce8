"""Silence: connections that wait for an answer the database is not working on are ended long before the deadline.

A firewall that forgot a connection says nothing: what is sent over it is never answered, and whoever asked holds a
connection, a turn or a group until the deadline. The database itself knows what its backends are doing: so once an
answer is late, it is asked over a new connection. A slow statement is never mistaken for silence.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, LiteralString

import psycopg

from database.wire import WireConnection

LOOK_S = 2.0
"""What one look at the database may take."""

LOOK_AGAIN_S = 0.2
"""After one that failed, while anybody still waits."""

IDLE: Final[LiteralString] = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE state LIKE 'idle%' AND state_change < clock_timestamp() - interval '500 milliseconds'"
)
"""The backends that have had nothing to do for so long that their last answer would have arrived."""


class Silence:
    """The connections of one pool that have waited for long."""

    def __init__(
        self, connect: Callable[[], Awaitable[WireConnection]], on_found: Callable[[], Awaitable[None]]
    ) -> None:
        """`connect` makes a connection; `on_found` is called when one was silent: others may be, too."""
        self._connect = connect
        self._on_found = on_found
        self._waiting: dict[WireConnection, asyncio.Future[None]] = {}
        """And what each of them waits for."""
        self._looking: asyncio.Task[None] | None = None

    def suspect(self, connection: WireConnection, awaited: asyncio.Future[None]) -> None:
        """Find out whether a connection waits in vain."""
        self._waiting[connection] = awaited
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_until_known())
            self._looking.add_done_callback(self._rest)

    def _rest(self, _done: asyncio.Task[None]) -> None:
        self._looking = None

    async def _look_until_known(self) -> None:
        """Look until the database has told, or nobody waits any more."""
        while self._waiting:
            if not await self._look():
                await asyncio.sleep(LOOK_AGAIN_S)
            self._waiting = {one: awaited for one, awaited in self._waiting.items() if not awaited.done()}

    async def _look(self) -> bool:
        """End those for which the database does nothing. Whether it told."""
        looked_at = dict(self._waiting)
        try:
            async with asyncio.timeout(LOOK_S):
                idle = await self._idle()
        except (psycopg.OperationalError, OSError, TimeoutError):
            return False
        silent = [one for one, awaited in looked_at.items() if one.end_silent(awaited, idle)]
        for one, awaited in looked_at.items():
            if self._waiting.get(one) is awaited:
                del self._waiting[one]
        if silent:
            await self._on_found()
        return True

    async def _idle(self) -> set[int]:
        connection = await self._connect()
        try:
            cursor = await connection.execute(IDLE)
            return {int(str(pid)) for (pid,) in await cursor.fetchall()}
        finally:
            await connection.close()
