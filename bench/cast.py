"""`python -m bench.cast`: what a proof, limits and a receipt cost a vote, in one run, the ways in turn.

Through the endpoint of a server of its own, at 16 and at 200 clients: a bare vote; the same where a proof is asked; a
whole ballot with proof, limits and receipt, of one project and of three (goal: 0.6 of the bare vote). In the database,
200 voters at once on one project: the limit, which is one insert of nothing but the row by a connection each; Parvis'
door, which commits in groups, with the deciding statement (goal: 0.7 of the limit) and with nothing but the row.
Ratios are of medians. The peers' vote is `python -m bench --works vote`.
"""

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import click
import psycopg
from psycopg.pq.abc import PGconn
from sqlalchemy import ClauseElement, func, insert

import register.load
from bench import load, run, voters
from bench.__main__ import SETTINGS
from bench.process import Window
from bench.server import Place, Server
from bench.work import Id
from database import naming, statement
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models.base import new_id, table
from models.vote import Vote
from planner.act import value
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

ACTORS, PROJECTS = 100_000, 64
AT_DOOR = 4_000
"""Votes on one project in one round at the door."""

CLIENTS = (16, 200)
WARM_S, BURST_S = 0.3, 1.0
HOST, SLUG = "cast.example", "cast"
VOTE = """mutation($contribution: ID!) { voteCast(input: {contribution: $contribution, choice: SUPPORT}) {
  vote { choice } userErrors { code } } }"""
BALLOT = """mutation($activity: ID!, $votes: [BallotVoteInput!]!) {
  ballotCast(input: {activity: $activity, votes: $votes}) { ballot { receipt } userErrors { code } } }"""
SPACE = """INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)
  VALUES (%s, 'cast', 'Vote', '', 'PUBLIC', 'yesterday', now())"""
ACTIVITY = """INSERT INTO __tenant__.activity
  (id, space_id, kind, title, description, rank, opens_at, vote_method, location_rule, vote_least, vote_most,
    proof_levels)
  VALUES (%s, %s, %s, 'Vote', '', 1, 'yesterday', %s, 'OPTIONAL', %s, %s, %s)"""
MANY_ACTORS = """INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
  SELECT gen_random_uuid(), 'CITIZEN', 'MEMBER', 'Voisin ' || n, now() FROM generate_series(1, %s) AS n"""
ACCOUNTS = """INSERT INTO __tenant__.account (id, actor_id, email, created_at)
  SELECT gen_random_uuid(), id, id || '@cast.example', now() FROM __tenant__.actor"""
MANY_PROJECTS = """INSERT INTO __tenant__.contribution
  (id, activity_id, kind, author_id, title, body, status, published_at, search_text, cost_euros, is_anonymous,
    support_count)
  SELECT gen_random_uuid(), %s, 'PROPOSAL', (SELECT id FROM __tenant__.actor LIMIT 1), 'Un banc', 'À l''ombre.', 'OPEN',
    now(), '', 1000, false, 0 FROM generate_series(1, %s)"""
PROOFS = """INSERT INTO __tenant__.proof (id, activity_id, actor_id, level, digest, given_at)
  SELECT gen_random_uuid(), %s, id, 'CODE', md5(id::text), now() FROM __tenant__.actor"""


class VotedActivity:
    """An activity with projects; `asks`: a code is asked for, and everybody has one."""

    def __init__(self, connection: psycopg.Connection[Any], tenant: int, space: UUID, *, is_whole: bool, asks: bool):
        self.id = new_id()

        def put(text: str, *values: object) -> None:
            connection.execute(naming.qualify(text, tenant).encode(), values)

        kind, method = ("PARTICIPATORY_BUDGET", "APPROVAL") if is_whole else ("PETITION", "SUPPORT")
        limits = (1, 3) if is_whole else (None, None)
        put(ACTIVITY, self.id, space, kind, method, *limits, ["CODE"] if asks else None)
        put(MANY_PROJECTS, self.id, PROJECTS)
        if asks:
            put(PROOFS, self.id)
        query = naming.qualify("SELECT id FROM __tenant__.contribution WHERE activity_id = %s ORDER BY id", tenant)
        self.projects = [row[0] for row in connection.execute(query.encode(), [self.id])]


class Ways(Server):
    """Parvis, asked to vote in each way by somebody who has not yet."""

    name = "cast"
    documents: Mapping[str, str] = {"vote": VOTE, "vote, proved": VOTE, "ballot of 1": BALLOT, "ballot of 3": BALLOT}

    def __init__(self, place: Place, activities: Mapping[str, VotedActivity], actors: list[UUID]) -> None:
        super().__init__(place)
        self._activities = activities
        self._left = {name: self._requests(name, actors) for name in self.documents}

    def next(self, way: str) -> Iterator[bytes]:
        """Requests of a way, which nobody sent before."""
        return self._left[way]

    def _requests(self, way: str, actors: list[UUID]) -> Iterator[bytes]:
        activity = self._activities[way]
        if not way.startswith("ballot"):
            for project, actor in itertools.product(activity.projects, actors):
                yield self.request(way, {"contribution": Id("contribution", project)}, actor)
            return
        count = int(way[-1])
        for place, actor in enumerate(actors):
            chosen = (activity.projects[(place + more) % PROJECTS] for more in range(count))
            votes = [{"contribution": Id("contribution", project), "choice": "SUPPORT"} for project in chosen]
            yield self.request(way, {"activity": Id("activity", activity.id), "votes": votes}, actor)


def _print(title: str, rates: Mapping[str, list[float]], first: str, more: Mapping[str, str]) -> None:
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        ratio = medians[name] / medians[first]
        told = f"{medians[name]:8,.0f}/s ({min(values):,.0f} to {max(values):,.0f}), {ratio:.2f} of {first}"
        click.echo(f"{title}, {name}: {told}{more.get(name, '')}")


async def _served(server: Ways, rounds: int, clients: tuple[int, ...], postgres: int) -> None:
    for count in clients:
        rates: dict[str, list[float]] = {way: [] for way in server.documents}
        spent: dict[str, list[tuple[float, float]]] = {way: [] for way in server.documents}
        for turn in range(rounds + 1):
            for way in list(rates)[:: 1 if turn % 2 else -1]:
                assert server.child is not None
                window = Window(server.child.pid, postgres)
                burst = await load.burst(server.port, server.next(way), count, WARM_S, BURST_S, window)
                if turn:
                    count_ = len(burst.latencies)
                    rates[way].append(count_ / burst.duration_s)
                    spent[way].append((window.server_s / count_, window.postgres_s / count_))
        _print(f"{count} clients", rates, "vote", {way: _cpu(each) for way, each in spent.items()})


def _cpu(spent: list[tuple[float, float]]) -> str:
    server, postgres = (statistics.median(each) * 1_000 for each in zip(*spent, strict=True))
    return f", CPU {server:.2f} ms here and {postgres:.2f} ms of PostgreSQL each"


def _row() -> ClauseElement:
    """Nothing but the row of a vote."""
    names = ("id", "contribution_id", "actor_id", "choice", "amount")
    vote = table(Vote)
    return insert(vote).values(**{name: value(Vote, name) for name in names}, cast_at=func.now()).returning(vote.c.id)


ROW_ALONE = _row()
ROW = statement.cached(ROW_ALONE)


async def _at_door(
    database: Database,
    connections: Sequence[PGconn],
    tenant: int,
    proved: VotedActivity,
    actors: list[UUID],
    rounds: int,
) -> None:
    rates: dict[str, list[float]] = {
        "one insert, a connection each": [],
        "door, the row": [],
        "door, a vote, proved": [],
    }
    projects = iter(proved.projects[::-1])

    def bare(ballot: Mapping[str, object]) -> Mapping[str, object]:
        names = ("actor_id", "choice", "amount")
        return {"id": ballot["vote_id"], "contribution_id": ballot["id"], **{name: ballot[name] for name in names}}

    def whole(ballot: Mapping[str, object]) -> Mapping[str, object]:
        return {**ballot, "viewer": ballot["actor_id"]}

    ways: dict[str, tuple[ClauseElement, Callable[[Mapping[str, object]], Mapping[str, object]]]] = {
        "door, the row": (ROW_ALONE, bare),
        "door, a vote, proved": (voters.CASTING, whole),
    }
    for turn in range(rounds + 1):
        for name in list(rates)[:: 1 if turn % 2 else -1]:
            project = next(projects)
            if name in ways:
                seconds = await _voted(database, tenant, *ways[name], project, actors[:AT_DOOR])
            else:
                found = voters.Round("", 1, AT_DOOR)
                ballots = [ROW.encoded(bare(ballot)) for ballot in voters.ballots(project, actors[:AT_DOOR], found)]
                seconds = await voters.at_once(connections, ballots, ROW, found)
            if turn:
                rates[name].append(AT_DOOR / seconds)
    _print(f"{voters.AT_ONCE} at once on one project", rates, "one insert, a connection each", {})


async def _voted(
    database: Database,
    tenant: int,
    clause: ClauseElement,
    given: Callable[[Mapping[str, object]], Mapping[str, object]],
    project: UUID,
    actors: list[UUID],
) -> float:
    """The seconds in which all of them have voted on one project."""
    ballots = iter([given(ballot) for ballot in voters.ballots(project, actors, voters.Round("", 1, 0))])

    async def voter() -> None:
        for ballot in ballots:
            answer, _ = await database.change_and_read(tenant, clause, ballot, voters.NOTHING, {})
            assert answer is not None

    async with voters.folded(database, tenant):
        started = time.perf_counter()
        await asyncio.gather(*(voter() for _ in range(voters.AT_ONCE)))
        return time.perf_counter() - started


async def _made(url: str) -> int:
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", SLUG, (HOST,), first_space=False))
    await database.close()
    return number


def _filled(url: str, tenant: int) -> tuple[dict[str, VotedActivity], list[UUID]]:
    with psycopg.connect(url, autocommit=True) as connection:
        space = new_id()
        connection.execute(naming.qualify(SPACE, tenant).encode(), [space])
        connection.execute(naming.qualify(MANY_ACTORS, tenant).encode(), [ACTORS])
        connection.execute(naming.qualify(ACCOUNTS, tenant).encode())
        ways = {
            "vote": (False, False),
            "vote, proved": (False, True),
            "ballot of 1": (True, True),
            "ballot of 3": (True, True),
        }
        made = {
            way: VotedActivity(connection, tenant, space, is_whole=is_whole, asks=asks)
            for way, (is_whole, asks) in ways.items()
        }
        actors = [
            row[0] for row in connection.execute(naming.qualify("SELECT id FROM __tenant__.actor", tenant).encode())
        ]
        connection.execute(b"VACUUM ANALYZE")
    return made, actors


async def _door(url: str, tenant: int, proved: VotedActivity, actors: list[UUID], rounds: int) -> None:
    database = Database(url, connections=16)
    await database.open()
    connections = [voters.connected(url, tenant, ROW) for _ in range(voters.AT_ONCE)]
    await _at_door(database, [connection.pgconn for connection in connections], tenant, proved, actors, rounds)
    for connection in connections:
        connection.close()
    await database.close()


@click.command()
@click.option("--rounds", default=7, help="How often each way has its turn.")
@click.option("--clients", multiple=True, type=int, default=CLIENTS, help="How many at once; several.")
@click.option("--door/--no-door", default=True, help="Also through the door alone.")
def main(rounds: int, clients: tuple[int, ...], door: bool) -> None:
    """Fill, vote, print."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", settings=SETTINGS) as postgres:
        assert postgres.pid is not None
        tenant = asyncio.run(_made(postgres.url))
        activities, actors = _filled(postgres.url, tenant)
        server = Ways(Place(postgres.url, postgres.serving_url, tenant, HOST, Path(folder)), activities, actors)
        core, own = run.cores()[:2]
        try:
            server.start(core)
            server.wait()
            os.sched_setaffinity(0, {own})
            asyncio.run(_served(server, rounds, clients, postgres.pid))
        finally:
            server.stop()
        if door:
            os.sched_setaffinity(0, set(run.cores()))
            asyncio.run(_door(postgres.url, tenant, activities["vote, proved"], actors, rounds))


if __name__ == "__main__":
    main()
