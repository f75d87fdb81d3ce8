"""The pool: connections to one cluster, the one that was used last at hand, and the turns of those who read."""

import asyncio
from collections import deque
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

from database import naming
from database.duration import Durations
from database.silence import Silence
from database.turn import Turns
from database.wire import WireConnection

STATEMENT_TIMEOUT_MS = 4_000
"""PostgreSQL stops a statement then; who asked hears of it within the second that is left of `deadline.TOTAL_S`."""

LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000

ABANDONED_MS = 500
"""So soon PostgreSQL notices that nobody waits for a statement any more. A cancellation stops one of those that were
sent together; the next would wait for a lock, for nobody."""

CONNECT: Final[dict[str, Any]] = {"autocommit": True, "prepare_threshold": None}
"""Psycopg's own statements are rare and prepare nothing; the others are prepared by `database.wire`."""

CONNECT_TIMEOUT_S = 2.0
RETRY_EVERY_S = 0.2
"""Whoever waits for a connection tries again so often: the first that can be had ends an outage."""

CONNECTING = 3
"""As many connections are being made at once: a cluster that hangs is not left a queue to work off."""

RENEW_AFTER_S = 3_600.0
"""A connection that is older is closed when it is given back."""

IDLE_S = 600.0
"""One that nobody needed for so long is closed."""


class PoolError(Exception):
    """No connection can be had in time."""


class PooledConnection(WireConnection):
    """A connection that knows whose role it has taken."""

    role = naming.LOGIN
    generation = 0
    """Of its pool, when it was made."""
    made_at = 0.0
    idle_since = 0.0

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.roles: set[str] = set()
        """Those that it has taken: each tenant's tables stay in its backend's memory."""

    async def become(self, role: str) -> None:
        """Take a role and keep it; a round trip when it has another. Outside a transaction, which would put it back.

        Statements name the schema of each table, so under a wrong role they are refused: they never read another's
        rows. Raises InvalidParameterValue for a role that is not there.
        """
        if role != self.role:
            self.roles.add(role)
            self.role = ""  # Not known until the database has answered.
            await self.tell(f"SET ROLE {role}")
            self.role = role


class Pool:
    """One cluster's connections, and the turns of those who read.

    Who finds none makes one itself, as far as there is room, and tries until its time is over: no background task
    and no growing pause stand between the cluster's return and the next answer. The one given back last is taken first:
    its backend's caches are warm.
    """

    def __init__(self, url: str, connections: int) -> None:
        self._url = url
        self._most = connections
        self._open = 0
        """Those in use, idle and being made."""
        self._idle: list[PooledConnection] = []
        self._waiting: deque[asyncio.Future[PooledConnection | None]] = deque()
        """They get a connection, or with None the room to make one."""
        self._making = asyncio.Semaphore(CONNECTING)
        self._generation = 0
        self._silence = Silence(self._connected, self._close_idle)
        self.turns = Turns()
        self.statements, self.waits = Durations(), Durations()
        """How long statements took, and how long requests waited for a connection, after reads had their turn."""
        self.closed = False
        self.heard_at = 0.0
        """When a connection came back whole, by the clock of the event loop."""

    async def take(self, until: float) -> PooledConnection:
        """A connection, to be given back. Raises PoolError when none can be had by then."""
        loop = asyncio.get_running_loop()
        if (began := loop.time()) >= until:
            raise PoolError  # Whoever has no time left to use a connection would spoil it.
        if not self.closed and (connection := self._from_idle()) is not None:
            self.waits.add(0.0)
            return connection
        try:
            return await self._take(loop, until)
        finally:
            self.waits.add(loop.time() - began)

    async def _take(self, loop: asyncio.AbstractEventLoop, until: float) -> PooledConnection:
        """A connection that somebody gives back, or a new one."""
        while not self.closed:
            if (connection := self._from_idle()) is not None:
                return connection
            if self._open >= self._most:
                given = await self._wait(loop, until)
                if given is not None:
                    return given
            else:
                self._open += 1
            if (made := await self._make(loop, until)) is not None:
                return made
            if loop.time() + RETRY_EVERY_S >= until:
                raise PoolError
            await asyncio.sleep(RETRY_EVERY_S)
        raise PoolError

    async def give_back(self, connection: PooledConnection) -> None:
        """Let the next have a connection; one that is broken, old or in the middle of something is closed."""
        now = asyncio.get_running_loop().time()
        if (
            self.closed
            or connection.generation != self._generation
            or now - connection.made_at > RENEW_AFTER_S
            or connection.pgconn.transaction_status != TransactionStatus.IDLE  # Also when it is closed.
        ):
            await connection.close()
            self._make_room()
            return
        self.heard_at = connection.idle_since = now
        if not self._hand_on(connection):
            self._idle.append(connection)
            if now - self._idle[0].idle_since > IDLE_S:
                await self._idle.pop(0).close()
                self._open -= 1

    async def renew(self) -> None:
        """Use none of these connections again: what the cluster told them at their beginning is not true any more."""
        self._generation += 1
        await self._close_idle()

    async def close(self) -> None:
        """Close all connections, those in use when they come back, and take no more requests."""
        self.closed = True
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(PoolError())
        await self.renew()

    def figures(self) -> dict[str, int]:
        """How many connections there are, and how many are idle; how many requests wait for one."""
        idle = sum(not connection.closed for connection in self._idle)
        waiting = sum(not given.done() for given in self._waiting) + self.turns.waiting
        return {"open": self._open - len(self._idle) + idle, "idle": idle, "waited_for": waiting}

    async def _close_idle(self) -> None:
        idle, self._idle = self._idle, []
        self._open -= len(idle)
        for connection in idle:
            await connection.close()

    def _from_idle(self) -> PooledConnection | None:
        """The connection given back last that is still open: the wire notices when the server ends one."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed:
                return connection
            self._open -= 1
        return None

    async def _wait(self, loop: asyncio.AbstractEventLoop, until: float) -> PooledConnection | None:
        given: asyncio.Future[PooledConnection | None] = loop.create_future()
        self._waiting.append(given)
        timer = loop.call_at(until, _give_up, given)
        try:
            return await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled() and given.exception() is None:  # Given at that very moment.
                await self._pass_on(given.result())
            raise
        finally:
            timer.cancel()

    async def _pass_on(self, given: PooledConnection | None) -> None:
        if given is None:
            self._make_room()
        else:
            await self.give_back(given)

    async def _make(self, loop: asyncio.AbstractEventLoop, until: float) -> PooledConnection | None:
        """A new connection, for which there is room; None, and the room is another's, when it could not be made."""
        generation, made = self._generation, None
        try:
            async with asyncio.timeout_at(until), self._making:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    made = await self._connected()
                    await configure(made)
            made.generation, made.made_at = generation, loop.time()
            made.suspect = self._silence.suspect
            made.durations = self.statements
            return made
        except BaseException as error:
            if made is not None:
                await made.close()
            self._make_room()
            if isinstance(error, psycopg.OperationalError | OSError | TimeoutError):
                return None
            raise

    async def _connected(self) -> PooledConnection:
        return await PooledConnection.connect(self._url, **CONNECT)

    def _hand_on(self, given: PooledConnection | None) -> bool:
        """Whether somebody waited for it."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(given)
                return True
        return False

    def _make_room(self) -> None:
        """A connection is no more: who waits may make one."""
        if not self._hand_on(None):
            self._open -= 1


def _give_up(given: "asyncio.Future[PooledConnection | None]") -> None:
    if not given.done():
        given.set_exception(PoolError())


async def configure(connection: PooledConnection, **more: object) -> None:
    """Set what statements may take and how they are planned, in one round trip; `more` are further settings, which win.

    PostgreSQL's own names and values.
    """
    settings = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "client_connection_check_interval": ABANDONED_MS,
        "timezone": "UTC",
        "jit": "off",
    }
    await connection.tell("; ".join(f"SET {name} = '{value}'" for name, value in (settings | more).items()))
