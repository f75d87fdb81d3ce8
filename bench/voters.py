"""Voters: two hundred at once on one contribution, in the database, by the statement with which Parvis votes.

Over a connection each; through Parvis' own door, which commits in groups what comes at once; and as they do in truth,
each being told the tally that holds its vote.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from uuid import UUID

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy import Uuid, bindparam, text

from bench import data
from bench.load import LoadError
from database import naming, statement
from database.door import Database
from database.pool import PooledConnection
from database.statement import Statement
from jobs import fold, worker
from models.actor import Role
from models.base import new_id
from models.tenant import Feature
from models.vote import Choice, VoteMethod
from planner.sight import VIEWER, Sight
from resolvers import vote

AT_ONCE = 200
CHECK_EVERY_S = 0.1
WARMING = 10
"""Votes of each connection on another petition before: a pool's connections have their plans on closing night."""
NAME = b"cast"
Ballot = Mapping[str, object]

CASTING = vote._cast_where_open(Sight(Role.MEMBER, frozenset(Feature), lambda: VIEWER), 1)
CAST = statement.cached(CASTING)
WAS_CAST = 3
"""The column of its row that says whether a vote was cast."""

NOTHING = statement.build(text("SELECT 1"))
TALLY = statement.build(
    text(
        "SELECT sum(count) FROM (SELECT count FROM __tenant__.tally WHERE contribution_id = :id"
        " UNION ALL SELECT delta FROM __tenant__.tally_delta WHERE contribution_id = :id) told"
    ).bindparams(bindparam("id", type_=Uuid()))
)
"""What a voter is told."""

ACTORS = "SELECT id FROM __tenant__.actor ORDER BY id"
PETITIONS = "SELECT id FROM __tenant__.contribution WHERE activity_id = %s ORDER BY id DESC LIMIT 7"
COUNTED_BOTH_WAYS = """
SELECT (SELECT coalesce(sum(count), 0) FROM (
            SELECT count FROM __tenant__.tally WHERE contribution_id = %(id)s
            UNION ALL SELECT delta FROM __tenant__.tally_delta WHERE contribution_id = %(id)s) told),
       (SELECT count(*) FROM __tenant__.vote WHERE contribution_id = %(id)s)
"""
VOTED = "SELECT count(*), count(DISTINCT actor_id) FROM __tenant__.vote WHERE contribution_id = %s"


Way = Callable[[UUID, Sequence[UUID], "Round"], Awaitable[None]]
"""Has all actors vote on a contribution."""


@dataclass(slots=True)
class Round:
    """What one round found: `times` tells how often each actor tried at the same time."""

    way: str
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
        tries, cast = self.actors * self.times / self.seconds, self.cast / self.seconds
        wrong = f"{self.checks.count(False)} of {len(self.checks):,}"
        return f"| {self.way} | {self.times} | {tries:,.0f} | {cast:,.0f} | {lost} | {double} | {wrong} |"


async def measure(database: Database, url: str, tenant: int) -> str:
    """In each way every actor votes on one petition once, and on another twice at once; a table in Markdown."""
    async with database.administration() as watching:
        actors = [UUID(str(found)) for found in await _column(watching, naming.qualify(ACTORS, tenant))]
        petition = data.activity_id(len(data.ACTIVITIES))
        chosen = await _column(watching, naming.qualify(PETITIONS, tenant), petition)
        connections = [connected(url, tenant) for _ in range(AT_ONCE)]
        ways: dict[str, Way] = {
            f"{AT_ONCE} connections": partial(_vote, [found.pgconn for found in connections]),
            "the door": partial(_vote_by_door, database, tenant, NOTHING),
            "the door, told the tally": partial(_vote_by_door, database, tenant, TALLY),
        }
        try:
            other, rounds = UUID(str(chosen.pop())), []
            for index, vote_ in enumerate(ways.values()):
                warming = actors[index * WARMING * AT_ONCE : (index + 1) * WARMING * AT_ONCE]
                await vote_(other, warming, Round("", 1, 0))
            for (name, vote_), times in product(ways.items(), (1, 2)):
                contribution, found = UUID(str(chosen.pop())), Round(name, times, len(actors))
                async with folded(database, tenant), _checked(watching, tenant, contribution, found):
                    await vote_(contribution, actors, found)
                cursor = await watching.execute(naming.qualify(VOTED, tenant).encode(), [contribution])
                found.rows, found.voters = (int(str(number)) for number in (await cursor.fetchone()) or (0, 0))
                rounds.append(found)
        finally:
            for connection in connections:
                connection.close()
    return _table(rounds)


def _table(rounds: Sequence[Round]) -> str:
    lines = [
        f"## Voters ({AT_ONCE} at once on one contribution, {rounds[0].actors:,} actors, in the database)\n",
        "| by | tries each, at once | statements/s | votes/s | votes lost | votes double | tally unlike a recount |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join((*lines, *(found.row() for found in rounds), ""))


async def _column(connection: PooledConnection, query: str, *values: object) -> list[object]:
    return [row[0] for row in await (await connection.execute(query.encode(), values)).fetchall()]


def connected(url: str, tenant: int, casting: Statement = CAST) -> psycopg.Connection[tuple[object, ...]]:
    """A connection under the tenant's role that is ready to vote."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(f"SET ROLE {naming.role(tenant)}".encode())
    connection.pgconn.prepare(NAME, casting.text_for(tenant).encode(), casting.oids)
    return connection


async def _vote(connections: Sequence[PGconn], contribution: UUID, actors: Sequence[UUID], found: Round) -> None:
    """All actors vote, `times` times each on neighbouring connections."""
    encoded = [CAST.encoded(ballot) for ballot in ballots(contribution, actors, found)]
    found.seconds = await at_once(connections, encoded, CAST, found)


async def at_once(
    connections: Sequence[PGconn], ballots: Sequence[list[bytes | None]], casting: Statement, found: Round
) -> float:
    """The seconds in which all ballots are cast, each connection casting the next as soon as its last is answered."""
    left = iter(ballots)
    voters = [_Voter(connection, left, casting, found) for connection in connections]
    started = time.perf_counter()
    await asyncio.gather(*(voter.done for voter in voters))
    return time.perf_counter() - started


async def _vote_by_door(
    database: Database, tenant: int, told: Statement, contribution: UUID, actors: Sequence[UUID], found: Round
) -> None:
    """All actors vote as they do behind Parvis' endpoint, two hundred at once."""
    left = iter(ballots(contribution, actors, found))

    async def voter() -> None:
        for ballot in left:
            row, _ = await database.change_and_read(tenant, CASTING, ballot, told, {"id": contribution})
            found.cast += row is not None and bool(row[WAS_CAST])

    started = time.perf_counter()
    await asyncio.gather(*(voter() for _ in range(AT_ONCE)))
    found.seconds = time.perf_counter() - started


def ballots(contribution: UUID, actors: Sequence[UUID], found: Round) -> list[Ballot]:
    """A ballot for each time that each actor votes in a round."""
    said = {
        "id": contribution,
        "choice": Choice.SUPPORT.value,
        "amount": None,
        "accepting": [VoteMethod.SUPPORT.value],
        "key_0": Choice.SUPPORT.value,
        "delta_0": 1,
    }
    voters = (actor for actor in actors for _ in range(found.times))
    return [{**said, "actor_id": actor, "vote_id": new_id(), "id_0": new_id()} for actor in voters]


class _Voter:
    """One connection: casts the next vote as soon as the last one is answered."""

    def __init__(
        self, connection: PGconn, ballots: Iterator[list[bytes | None]], casting: Statement, found: Round
    ) -> None:
        self._connection, self._ballots, self._casting, self._found = connection, ballots, casting, found
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
        self._connection.send_query_prepared(NAME, ballot, self._casting.formats)
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
        self._found.cast += self._casting is not CAST or result.get_value(0, WAS_CAST) == b"t"
        self._next()


@asynccontextmanager
async def folded(database: Database, tenant: int) -> AsyncIterator[None]:
    """The worker's job meanwhile, and until nothing is left of it."""

    async def job() -> None:
        while True:
            for _ in range(round(worker.FOLD_EVERY_S / worker.BUSY_EVERY_S)):
                await asyncio.sleep(worker.BUSY_EVERY_S)
                await fold.fold_hot(database, tenant)
            await fold.fold(database, tenant)

    await fold.lengthen(database, tenant)
    running = asyncio.create_task(job())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        while await fold.fold(database, tenant):
            pass


@asynccontextmanager
async def _checked(connection: PooledConnection, tenant: int, contribution: UUID, found: Round) -> AsyncIterator[None]:
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
