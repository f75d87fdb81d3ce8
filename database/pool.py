"""The pool: connections to one cluster, those that were used last at hand, and the turns of those who read."""

import time
from collections import Counter
from typing import Any, Final

from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool

from database import naming
from database.turn import AT_ONCE, Turns
from database.wire import WireConnection

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000

CONNECT: Final[dict[str, Any]] = {"autocommit": True, "prepare_threshold": None}
"""Psycopg's own statements are rare and prepare nothing; the others are prepared by `database.wire`."""

AT_HAND = AT_ONCE
"""As many connections wait outside of psycopg's pool for the next request: all that short reads need."""

AT_HAND_S = 60.0
"""A connection that was taken longer ago goes back: psycopg's pool may renew it, or close one too many."""


class Connection(WireConnection):
    """A connection that knows whose role it has taken."""

    role = naming.LOGIN
    taken_at = 0.0
    """When it last left psycopg's pool."""

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


class Pool(AsyncConnectionPool[Connection]):
    """One cluster's connections, and the turns of those who read.

    The few that were given back last stay at hand, the last one first: its backend's caches are warm, and psycopg's
    pool, two dozen calls and a lock a request, is asked only for more.
    """

    def __init__(self, url: str, connections: int, timeout_s: float) -> None:
        super().__init__(
            url,
            connection_class=Connection,
            min_size=min(2, connections),
            max_size=connections,
            open=False,
            timeout=timeout_s,
            configure=configure,
            reconnect_timeout=60,
            kwargs=CONNECT,
        )
        self.turns = Turns()
        self._at_hand: list[Connection] = []
        self._asking = 0
        """How many ask psycopg's pool; what is given back is theirs."""

    async def take(self) -> Connection:
        """A connection, to be given back. Raises PoolTimeout."""
        if self._at_hand:
            return self._at_hand.pop()
        self._asking += 1
        try:
            connection = await self.getconn()
        finally:
            self._asking -= 1
        connection.taken_at = time.monotonic()
        return connection

    async def give_back(self, connection: Connection) -> None:
        """Let the next have a connection; a broken one, or one in the middle of something, is put right or replaced."""
        if (
            not self._asking
            and len(self._at_hand) < AT_HAND
            and connection.pgconn.transaction_status == TransactionStatus.IDLE
            and time.monotonic() - connection.taken_at < AT_HAND_S
            and not self.closed
        ):
            self._at_hand.append(connection)
        else:
            await self.putconn(connection)

    async def check(self) -> None:
        """Look which idle connections are broken, and replace them."""
        await self._put_all()
        await super().check()

    async def close(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 (as it is inherited)
        """Close all connections, and take no more requests."""
        await super().close(timeout)
        await self._put_all()

    async def _put_all(self) -> None:
        at_hand, self._at_hand = self._at_hand, []
        for connection in at_hand:
            await self.putconn(connection)

    def figures(self) -> dict[str, int]:
        """How many connections there are, and how many are idle; how many requests wait for one."""
        found = Counter(self.get_stats())
        idle = found["pool_available"] + len(self._at_hand)
        return {"open": found["pool_size"], "idle": idle, "waited_for": found["requests_waiting"] + self.turns.waiting}


async def configure(connection: Connection) -> None:
    """Set what statements may take, and how they are planned."""
    settings = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "timezone": "UTC",
        "jit": "off",
        "enable_seqscan": "off",  # Plans are kept: those made while a table is empty would read it from end to end.
    }
    for name, value in settings.items():
        await connection.tell(f"SET {name} = '{value}'")
