"""The replica's lag: how old what it answers is, measured by the positions of the write-ahead log."""

import asyncio
import logging
import math
from collections import deque
from time import monotonic

import psycopg
from sqlalchemy import BigInteger, Select, literal_column, select

from database import deadline
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from database.replica import TIMEOUT_S, Replica
from database.wire import Row

MEASURE_EVERY_S = 0.25
"""What is too far behind is left so soon."""

SAMPLES = 2_400
"""Of the cluster's positions; what is further behind than the oldest is as far behind as that."""

_SEEN = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END"


def _bytes(position: str) -> Select[tuple[int]]:
    return select(literal_column(f"pg_wal_lsn_diff({position}, '0/0')::bigint", BigInteger))


WRITTEN, REPLAYED = _bytes("pg_current_wal_lsn()"), _bytes(_SEEN)

logger = logging.getLogger("parvis.replica")


class ReplicaLag:
    """Notes when the cluster had written how much, and finds the latest of those moments that the replica has seen.

    A cluster that nobody writes to has no lag, however long ago its last change was.
    """

    def __init__(self, database: Database, replica: Replica) -> None:
        self._database = database
        self._replica = replica
        self._samples: deque[tuple[float, int]] = deque(maxlen=SAMPLES)
        """The time and the position; the first is the last that the replica is known to have seen."""

    async def measure(self) -> None:
        """Measure once. A cluster that is away writes nothing: then the replica is as far behind as before.

        Raises DatabaseUnavailableError and StatementTimeoutError.
        """
        now = monotonic()
        try:
            self._samples.append((now, _position(await self._database.rows(WRITTEN))))
            self._forget(await self._replayed())
            self._note()
        except psycopg.Error:  # Another engine, which has no such positions.
            self._replica.lag_s = math.inf
        except DatabaseUnavailableError:
            self._note()
            raise

    async def _replayed(self) -> int:
        """What the replica has seen, within its time; one that says nothing rests."""
        began = monotonic()
        try:
            with deadline.within(TIMEOUT_S):
                return _position(await self._database.replica_rows(REPLAYED))
        except (DatabaseUnavailableError, StatementTimeoutError):
            self._replica.note_silence(began)
            raise

    def _forget(self, replayed: int) -> None:
        """Let go of the moments before the last one that the replica has seen."""
        while len(self._samples) > 1 and self._samples[1][1] <= replayed:
            self._samples.popleft()

    def _note(self) -> None:
        if self._samples:
            self._replica.lag_s = self._samples[-1][0] - self._samples[0][0]

    async def follow(self) -> None:
        """Measure for ever; the log is told when it begins to fail."""
        is_failing = False
        while True:
            try:
                await self.measure()
                is_failing = False
            except (DatabaseUnavailableError, StatementTimeoutError):
                if not is_failing:
                    logger.warning("the lag of %s cannot be measured", self._replica.called)
                is_failing = True
            await asyncio.sleep(MEASURE_EVERY_S)


def _position(rows: list[Row]) -> int:
    [[position]] = rows
    return int(str(position))
