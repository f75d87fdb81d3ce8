"""Voters: two hundred at once on one contribution, in the database alone, by the statement with which Parvis votes."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from bench import data
from bench.load import LoadError
from jobs import fold, worker
from models.actor import Role
from models.base import new_id
from models.tenant import Feature
from models.vote import Choice
from resolvers import access, vote
from tenants import naming, statement
from tenants.door import Connection, Database

AT_ONCE = 200
CHECK_EVERY_S = 0.1
WARMING = 10
"""Votes of each connection on another petition before: a pool's connections have their plans on closing night."""
NAME = b"cast"

CAST = statement.cached(vote._cast_where_open(access.Sight(Role.MEMBER, frozenset(Feature))))
WAS_CAST = 3
"""The column of its row that says whether a vote was cast."""

ACTORS = "SELECT id FROM __tenant__.actor ORDER BY id"
PETITIONS = "SELECT id FROM __tenant__.contribution WHERE activity_id = %s ORDER BY id DESC LIMIT 3"
COUNTED_BOTH_WAYS = """
SELECT (SELECT coalesce(sum(count), 0) FROM (
            SELECT count FROM __tenant__.tally WHERE contribution_id = %(id)s
            UNION ALL SELECT delta FROM __tenant__.tally_delta WHERE contribution_id = %(id)s) told),
       (SELECT count(*) FROM __tenant__.vote WHERE contribution_id = %(id)s)
"""
VOTED = "SELECT count(*), count(DISTINCT actor_id) FROM __tenant__.vote WHERE contribution_id = %s"


@dataclass(slots=True)
class Round:
    """What one round found: `times` tells how often each actor tried at the same time."""

    times: int
    actors: int
    seconds: float = 0.0
    cast: int = 0
    """How often the database said that a vote was cast."""

    rows: int = 0
    voters: int = 0
    checks: list[bool] = field(default_factory=list)
    """Whether the tally equalled a recount, each time that it was looked at."""

    def row(self) -> str:
        """A row of the table."""
        lost, double = self.actors - self.voters, max(self.rows, self.cast) - self.voters
        return (
            f"| {self.times} | {self.actors * self.times / self.seconds:,.0f} | {self.cast / self.seconds:,.0f} "
            f"| {lost} | {double} | {self.checks.count(False)} of {len(self.checks):,} |"
        )


async def measure(database: Database, url: str, tenant: int) -> str:
    """Every actor of the tenant votes on one petition once, and on another twice at once; a table in Markdown."""
    async with database.administration() as watching:
        actors = [UUID(str(found)) for found in await _column(watching, naming.qualify(ACTORS, tenant))]
        petition = data.activity_id(len(data.ACTIVITIES))
        chosen = await _column(watching, naming.qualify(PETITIONS, tenant), petition)
        connections = [_connected(url, tenant) for _ in range(AT_ONCE)]
        try:
            rounds, other = [], UUID(str(chosen.pop()))
            await _vote([found.pgconn for found in connections], other, actors[: WARMING * AT_ONCE], Round(1, 0))
            for times, contribution in enumerate(chosen, 1):
                found = Round(times, len(actors))
                uuid = UUID(str(contribution))
                async with folded(database, tenant), _checked(watching, tenant, uuid, found):
                    await _vote([found.pgconn for found in connections], uuid, actors, found)
                cursor = await watching.execute(naming.qualify(VOTED, tenant).encode(), [uuid])
                found.rows, found.voters = (int(str(number)) for number in (await cursor.fetchone()) or (0, 0))
                rounds.append(found)
        finally:
            for connection in connections:
                connection.close()
    return _table(rounds)


def _table(rounds: Sequence[Round]) -> str:
    lines = [
        f"## Voters ({AT_ONCE} at once on one contribution, {rounds[0].actors:,} actors, in the database)\n",
        "| tries each, at once | statements/s | votes/s | votes lost | votes double | tally unlike a recount |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join((*lines, *(found.row() for found in rounds), ""))


async def _column(connection: Connection, query: str, *values: object) -> list[object]:
    return [row[0] for row in await (await connection.execute(query.encode(), values)).fetchall()]


def _connected(url: str, tenant: int) -> psycopg.Connection[tuple[object, ...]]:
    """A connection under the tenant's role that is ready to vote."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(f"SET ROLE {naming.role(tenant)}".encode())
    connection.pgconn.prepare(NAME, CAST.text_for(tenant).encode(), CAST.oids)
    return connection


async def _vote(connections: Sequence[PGconn], contribution: UUID, actors: Sequence[UUID], found: Round) -> None:
    """All actors vote, `times` times each on neighbouring connections."""
    ballots = [_ballot(contribution, actor) for actor in actors for _ in range(found.times)]
    voters = [_Voter(connection, iter_, found) for iter_ in [iter(ballots)] for connection in connections]
    started = time.perf_counter()
    await asyncio.gather(*(voter.done for voter in voters))
    found.seconds = time.perf_counter() - started


def _ballot(contribution: UUID, actor: UUID) -> list[bytes | None]:
    given = {"id": contribution, "actor": actor, "choice": Choice.SUPPORT.value, "vote": new_id(), "delta": new_id()}
    return CAST.encoded(given)


class _Voter:
    """One connection: casts the next vote as soon as the last one is answered."""

    def __init__(self, connection: PGconn, ballots: Iterator[list[bytes | None]], found: Round) -> None:
        self._connection, self._ballots, self._found = connection, ballots, found
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(connection.socket, self._answered)
        self._next()

    def _next(self) -> None:
        ballot = next(self._ballots, None)
        if ballot is None:
            self._loop.remove_reader(self._connection.socket)
            self.done.set_result(None)
            return
        self._connection.send_query_prepared(NAME, ballot, CAST.formats)
        self._connection.flush()

    def _answered(self) -> None:
        self._connection.consume_input()
        if self._connection.is_busy():
            return
        result = self._connection.get_result()
        while self._connection.get_result() is not None:
            pass
        if result is None or result.status != ExecStatus.TUPLES_OK:
            said = result.error_message.decode() if result else "nothing"
            self._loop.remove_reader(self._connection.socket)
            self.done.set_exception(LoadError(f"a vote was answered: {said}"))
            return
        self._found.cast += result.get_value(0, WAS_CAST) == b"t"
        self._next()


@asynccontextmanager
async def folded(database: Database, tenant: int) -> AsyncIterator[None]:
    """The worker's job meanwhile, and until nothing is left of it."""

    async def job() -> None:
        for _ in count():
            await asyncio.sleep(worker.FOLD_EVERY_S)
            while await fold.fold(database, tenant):
                pass

    running = asyncio.create_task(job())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        while await fold.fold(database, tenant):
            pass


@asynccontextmanager
async def _checked(connection: Connection, tenant: int, contribution: UUID, found: Round) -> AsyncIterator[None]:
    """Look again and again, in one snapshot each, whether the tally is what a recount finds."""
    query, has_ended = naming.qualify(COUNTED_BOTH_WAYS, tenant).encode(), asyncio.Event()

    async def look() -> None:
        while not has_ended.is_set():
            row = await (await connection.execute(query, {"id": contribution})).fetchone()
            found.checks.append(row is not None and row[0] == row[1])
            await asyncio.sleep(CHECK_EVERY_S)

    watching = asyncio.create_task(look())
    try:
        yield
    finally:
        has_ended.set()
        await watching
