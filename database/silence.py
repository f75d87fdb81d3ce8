"""Silence: closes dead connections long before the deadline, by asking the database what their backends are doing.

A firewall that has dropped a connection does so silently: statements sent over it are never answered, and hold a
connection, a turn or a group until the deadline. So once an answer is late, a new connection reads
`pg_stat_activity`. A slow statement is never mistaken for a dead connection. Where the new connection leads to another
host, and only one can be written to at a time, there was a failover: whatever waits for the host before is dead.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, LiteralString

import psycopg

from database.wire import WireConnection

LOOK_S = 2.0
"""Timeout of one check."""

LOOK_AGAIN_S = 0.2
"""Pause after a failed check, while a request still waits."""

IDLE: Final[LiteralString] = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE state LIKE 'idle%' AND state_change < clock_timestamp() - interval '500 milliseconds'"
)
"""The backends that have been idle for so long that their last answer must have arrived."""


class Silence:
    """Checks the connections of one pool that have waited for long."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[WireConnection]],
        on_dead: Callable[[], Awaitable[None]],
        *,
        is_moved: bool = False,
    ) -> None:
        """`connect` opens a connection; `on_dead` is called when one was dead, because others may be, too. `is_moved`:
        where a connection leads to another host than before, the one before is lost."""
        self._connect = connect
        self._is_moved = is_moved
        self._on_dead = on_dead
        self._waiting: dict[WireConnection, asyncio.Future[None]] = {}
        """The suspected connections, each with the future of its answer."""
        self._looking: asyncio.Task[None] | None = None

    def suspect(self, connection: WireConnection, awaited: asyncio.Future[None]) -> None:
        """Start to check whether a connection is dead."""
        self._waiting[connection] = awaited
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_until_settled())
            self._looking.add_done_callback(self._rest)

    def _rest(self, _done: asyncio.Task[None]) -> None:
        self._looking = None

    async def _look_until_settled(self) -> None:
        """Check until every suspicion is settled, or no request waits any more."""
        while self._waiting:
            if not await self._look():
                await asyncio.sleep(LOOK_AGAIN_S)
            self._waiting = {one: awaited for one, awaited in self._waiting.items() if not awaited.done()}

    async def _look(self) -> bool:
        """Close the connections whose backends are idle; whether the check succeeded."""
        looked_at = dict(self._waiting)
        try:
            async with asyncio.timeout(LOOK_S):
                place, idle = await self._idle()
        except (psycopg.OperationalError, OSError, TimeoutError):
            return False
        silent = [
            one
            for one, awaited in looked_at.items()
            if (one.place == place or self._is_moved) and one.end_silent(awaited, idle if one.place == place else None)
        ]
        for one, awaited in looked_at.items():
            if self._waiting.get(one) is awaited:
                del self._waiting[one]
        if silent:
            await self._on_dead()
        return True

    async def _idle(self) -> tuple[tuple[bytes, bytes], set[int]]:
        """Where it was asked, and which backends there are idle."""
        connection = await self._connect()
        try:
            cursor = await connection.execute(IDLE)
            return connection.place, {int(str(pid)) for (pid,) in await cursor.fetchall()}
        finally:
            await connection.close()
