"""The pool: connections to one cluster, last used first out, and the turns of reads."""

import asyncio
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

from database import engine, naming
from database.duration import Durations
from database.host import Hosts
from database.outage import Outage
from database.silence import Silence
from database.slow import SlowStatement, SlowStatements
from database.statement import Statement
from database.turn import Turns
from database.wire import WireConnection

STATEMENT_TIMEOUT_MS = 4_000
"""PostgreSQL stops a statement after this time; the rest of `deadline.TOTAL_S` is for its error to arrive."""

LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000

ABANDONED_MS = 500
"""How soon PostgreSQL notices that the client of a statement is gone. A cancellation stops only one statement of a
pipeline; the next one would go on waiting for a lock."""

CONNECT: Final[dict[str, Any]] = {"autocommit": True, "prepare_threshold": None}
"""Psycopg's own statements are rare and not prepared; `database.wire` prepares all others."""

CONNECT_TIMEOUT_S = 2.0
RETRY_EVERY_S = 0.2
"""How often a request that waits for a connection tries again: the first success ends an outage."""

CONNECTING = 3
"""How many connections are opened at once: a hanging cluster should not get a queue to work off."""

RENEW_AFTER_S = 3_600.0
"""An older connection is closed when it is given back."""

_PLANNED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE")

IDLE_S = 600.0
"""A connection that was idle for so long is closed."""


KEPT_ROLES = 4
"""Where schemas are spread over machines, each role that a connection has had holds connections of the cluster's own to
another machine: one that is to have more is replaced, so that a process holds `PARVIS_CONNECTIONS` times as many."""


class PoolError(Exception):
    """There was no connection in time."""


class PooledConnection(WireConnection):
    """A connection that knows its current role."""

    role = naming.LOGIN
    generation = 0
    """Its pool's generation when it was opened."""
    made_at = 0.0
    idle_since = 0.0

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._slow: SlowStatements | None = None
        self.roles: set[str] = set()
        """All roles that it has had: its backend caches the catalogs of each tenant."""

    async def become(self, role: str) -> None:
        """Switch to a role, in a round trip unless it is the current one. Call it outside transactions, whose rollback
        would undo it.

        Statements name the schema of each table, so under a wrong role they fail rather than read another tenant's
        rows. Raises InvalidParameterValue for a role that does not exist.
        """
        if role != self.role:
            self.roles.add(role)
            self.role = ""  # Not known until the database has answered.
            await self.tell(f"SET ROLE {role}")
            self.role = role

    def has_room_for(self, role: str) -> bool:
        """Whether it has had the role, or may have one more."""
        return not self.is_spread or role == naming.LOGIN or role in self.roles or self._tenants < KEPT_ROLES

    @property
    def is_overfull(self) -> bool:
        """Whether it has had more roles than it may: a transaction of two tenants takes both."""
        return self.is_spread and self._tenants > KEPT_ROLES

    @property
    def _tenants(self) -> int:
        return len(self.roles) - (naming.LOGIN in self.roles)

    def tell_slow(self, slow: SlowStatements) -> None:
        """Tell of slow statements from now on."""
        self._slow, self.slow_s = slow, slow.bound_s

    def note_slow(self, asked: Sequence[tuple[Statement, str]], seconds: float) -> None:
        """Tell of those that have a plan, as BEGIN and COMMIT have not, with the role under which they ran."""
        for statement, text in asked:
            if self._slow is not None and text.startswith(_PLANNED):
                self._slow.note(SlowStatement(self.role, text, statement.oids, seconds))


class Pool:
    """One cluster's connections, and the turns of reads.

    A request that finds no idle connection opens one itself, if there is room, and retries until its deadline: no
    background task and no growing back-off delay the first answer after an outage. The connection that was given back
    last is taken first, because its backend's caches are warm.
    """

    def __init__(self, url: str, connections: int, called: str = "the database") -> None:
        """`called` is how the log names the cluster."""
        self._hosts = Hosts(url)
        self._outage = Outage(called)
        self.most = connections
        self._open = 0
        """Connections in use, idle and being opened."""
        self._idle: list[PooledConnection] = []
        self._waiting: deque[asyncio.Future[PooledConnection | None]] = deque()
        """Requests that wait. Each gets a connection, or with None the right to open one."""
        self._making = asyncio.Semaphore(CONNECTING)
        self._generation = 0
        self._silence = Silence(self._connected, self._close_idle, is_moved=self._hosts.is_one_alone)
        self.turns = Turns()
        self.statements, self.waits = Durations(), Durations()
        """How long statements took, and how long requests waited for a connection; reads after their turn had come."""
        self.slow: SlowStatements | None = None
        """Where connections that are opened from now on tell of slow statements."""
        self.closed = False
        self._spread: tuple[int, bool] | None = None
        """The generation in which the cluster was asked what it is, and what it said."""
        self.heard_at = 0.0
        """When a connection was last given back intact, by the event loop's clock."""

    async def take(self, until: float, role: str = naming.LOGIN) -> PooledConnection:
        """A connection for a role, to be given back. Raises PoolError when there is none by then."""
        if (began := monotonic()) >= until:
            raise PoolError  # Without time left, the statement would be cancelled and the connection closed.
        connection = None if self.closed else self._from_idle(role)
        if connection is not None and connection.has_room_for(role):
            self.waits.at_once += 1
            return connection
        try:
            return await self._take(asyncio.get_running_loop(), until, role, connection)
        except PoolError:
            if not self.closed:
                self._outage.note_crowd(self.most)
            raise
        finally:
            self.waits.add(monotonic() - began)

    async def _take(
        self, loop: asyncio.AbstractEventLoop, until: float, role: str, given: PooledConnection | None
    ) -> PooledConnection:
        """A connection that another request gives back, or a new one, also in the place of one without room."""
        while not self.closed:
            if given is None and (given := self._from_idle(role)) is None:
                if self._open >= self.most:
                    given = await self._wait(loop, until)
                else:
                    self._open += 1
            if given is not None:
                if given.has_room_for(role):
                    return given
                await given.close()
                given = None
            if (made := await self._make(loop, until)) is not None:
                return made
            if monotonic() + RETRY_EVERY_S >= until:
                raise PoolError
            await asyncio.sleep(RETRY_EVERY_S)
        raise PoolError

    async def give_back(self, connection: PooledConnection) -> None:
        """Hand a connection to the next request; close it when it is broken, old or in the middle of something."""
        now = monotonic()
        if (
            self.closed
            or connection.generation != self._generation
            or now - connection.made_at > RENEW_AFTER_S
            or connection.is_overfull
            or connection.pgconn.transaction_status != TransactionStatus.IDLE  # Also when it is closed.
        ):
            await connection.close()
            self._make_room()
            return
        self.heard_at = connection.idle_since = now
        if not (self._waiting and self._hand_on(connection)):
            self._idle.append(connection)
            if now - self._idle[0].idle_since > IDLE_S:
                await self._idle.pop(0).close()
                self._open -= 1

    async def renew(self) -> None:
        """Replace all connections, because what the cluster reported when they were opened is no longer true."""
        self._generation += 1
        await self._close_idle()

    async def close(self) -> None:
        """Close all connections, those in use when they are given back, and refuse further requests."""
        self.closed = True
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(PoolError())
        await self.renew()

    def figures(self) -> dict[str, int]:
        """The numbers of connections, of idle ones, and of requests that wait."""
        idle = sum(not connection.closed for connection in self._idle)
        waiting = sum(not given.done() for given in self._waiting) + self.turns.waiting
        return {"open": self._open - len(self._idle) + idle, "idle": idle, "waited_for": waiting}

    async def _close_idle(self) -> None:
        idle, self._idle = self._idle, []
        self._open -= len(idle)
        for connection in idle:
            await connection.close()

    def _from_idle(self, role: str) -> PooledConnection | None:
        """The last used connection that is still open; `database.wire` notices when the server closes one."""
        while self._idle:
            place = self._place(role) if self._idle[-1].is_spread else -1
            if place is None:
                return None
            connection = self._idle.pop(place)
            if not connection.closed:
                return connection
            self._open -= 1
        return None

    def _place(self, role: str) -> int | None:
        """Where schemas are spread: the last used that has had the role, or has room for it, or else the one that is
        idle for longest, once no more may be opened."""
        last = range(len(self._idle) - 1, -1, -1)
        for place in last:
            if role in self._idle[place].roles:
                return place
        for place in last:
            if self._idle[place].has_room_for(role):
                return place
        return 0 if self._open >= self.most else None

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
        """A new connection, whose place is already counted; None when it failed, and its place is given up."""
        generation, made = self._generation, None
        try:
            async with asyncio.timeout_at(until), self._making:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    made = await self._connected()
                    await configure(made)
                    made.is_spread = await self._is_spread(made)
            self._outage.end()
            made.generation, made.made_at = generation, monotonic()
            made.suspect = self._silence.suspect
            made.durations = self.statements
            if self.slow is not None:
                made.tell_slow(self.slow)
            return made
        except BaseException as error:
            if made is not None:
                await made.close()
            self._make_room()
            if isinstance(error, psycopg.OperationalError | OSError | TimeoutError):
                self._outage.note(error)
                return None
            raise

    async def _is_spread(self, connection: PooledConnection) -> bool:
        """Whether the cluster spreads schemas over machines; asked at the first connection of each generation."""
        if self._spread is None or self._spread[0] != self._generation:
            self._spread = self._generation, await engine.is_distributed(connection)
        return self._spread[1]

    async def _connected(self) -> PooledConnection:
        return await self._hosts.connected(connect)

    def _hand_on(self, given: PooledConnection | None) -> bool:
        """Give a connection, or the right to open one, to a waiting request; whether there was one."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(given)
                return True
        return False

    def _make_room(self) -> None:
        """A connection is gone: a waiting request may open one."""
        if not self._hand_on(None):
            self._open -= 1


async def connect(url: str) -> PooledConnection:
    """A connection that is not set up yet."""
    return await PooledConnection.connect(url, **CONNECT)


def _give_up(given: "asyncio.Future[PooledConnection | None]") -> None:
    if not given.done():
        given.set_exception(PoolError())


async def configure(connection: PooledConnection, **more: object) -> None:
    """Set timeouts and planner settings in one round trip. `more` overrides them, under PostgreSQL's own names."""
    settings = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "client_connection_check_interval": ABANDONED_MS,
        "timezone": "UTC",
        "jit": "off",
    }
    await connection.tell("; ".join(f"SET {name} = '{value}'" for name, value in (settings | more).items()))
