"""Night: the last hours of a vote, `python -m bench.night` (`make night`).

A tenant among others is filled; three server processes and a cluster with a copy serve crowds of 64 to 2,000 people who
read (70 %) and write. One process is killed and started again, and in the middle the cluster is lost and its copy
promoted. What was acknowledged is looked for afterwards. Beside it the paper model: what each operation costs alone,
measured before in the same run, times their number, compared with what was spent.
"""

import asyncio
import os
import resource
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import click

import register.load
from bench import data, document, load, paper, run, work
from bench.crowd import Asked, Crowd, Told
from bench.paper import UnitCost
from bench.process import Window, tree_cpu_s
from bench.server import Place, Server
from bench.standby import Loss, Pair
from bench.work import Id, Work
from database import naming
from database.door import Database
from tenants import provisioning
from tenants.provisioning import NewTenant

SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "wal_keep_size": "256MB"}
PROCESSES = 3
CROWDS = ((64, 0.0), (200, 0.0), (500, 1.0), (2_000, 4.0))
"""How many people, and the mean of their pauses in seconds: few who never rest, or many who read what they see."""

MIX = {
    "list": 18, "detail": 28, "map": 8, "search": 5, "statistics": 4, "home": 7, "vote": 27, "comment": 3,
}  # fmt: skip
"""Of a hundred operations; `home` is asked of the other tenants."""

READS = ("list", "detail", "map", "search", "statistics", "home")
HOME = "{ portal { title } contributions(first: 20) { nodes { title author { name } } } }"
COMMENT = """mutation($contribution: ID!, $body: String!) {
  commentPublish(input: {contribution: $contribution, body: $body}) { comment { id } userErrors { code } } }"""
VOTABLE = 0.34
"""Of contributions: those of the idea box and the consultation."""

BYTES_EACH = 16_000
"""A contribution with its replies and votes, in the cluster, its copy and the log between them; roughly."""

AFTER_S = 5.0
"""So long after the beginning of their crowds the process is killed and the cluster lost."""

AGAIN_S = 2.0
"""After that the killed process is started again, as systemd does."""

UNIT_CLIENTS, UNIT_WARM_S, UNIT_S = 8, 0.5, 2.0
TICK_S = 0.5
REST_S = 5.0
"""So long nobody asks, to see what is spent then."""

COUNTED = """SELECT contribution_id, actor_id FROM __tenant__.vote WHERE contribution_id = ANY(%s)"""
TALLIED = """SELECT coalesce(sum(count), 0) FROM (
  SELECT count FROM __tenant__.tally WHERE contribution_id = ANY(%(ids)s)
  UNION ALL SELECT delta FROM __tenant__.tally_delta WHERE contribution_id = ANY(%(ids)s)) told"""


class Night(Server):
    """One of several processes that serve the same tenants."""

    ready_within_s = 300
    documents: Mapping[str, str] = document.DOCUMENTS | {"home": HOME, "comment": COMMENT}

    def __init__(self, place: Place, number: int) -> None:
        super().__init__(place)
        self.name = f"night-{number}"

    def wait(self) -> None:
        """Wait until it takes connections; then it may run on any core."""
        super().wait()
        assert self.child is not None
        os.sched_setaffinity(self.child.pid, os.sched_getaffinity(0))

    def kill(self) -> None:
        """As `kill -9` does."""
        assert self.child is not None
        os.kill(self.child.pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much there is, and how long it lasts."""

    contributions: int
    votes: int
    tenants: int
    minutes: float

    @property
    def size(self) -> data.Size:
        """Of the tenant at whose night we look."""
        each = self.votes / (VOTABLE * self.contributions)
        return data.Size(self.contributions, has_replies=True, votes_each=each)


SMALL = Scale(20_000, 100_000, 3, 1.0)
MIDDLE = Scale(200_000, 1_000_000, 20, 10.0)
FULL = Scale(2_000_000, 10_000_000, 200, 10.0)


class Questions:
    """What is asked next, by chance; every vote once."""

    def __init__(self, server: Server, others: Sequence[Server], works: Mapping[str, Work], actors: Sequence[UUID]):
        self._server = server
        self._chance = Random(9)
        self._reads: dict[str, Iterator[bytes]] = {name: server.reads(works[name]) for name in READS if name != "home"}
        self._reads["home"] = cycle([other.request("home", {}) for other in others])
        self.petitions: list[Id] = [given["contribution"] for given in works["vote"].variants]
        self._voters = iter(run.Voters(self.petitions, actors))
        self._discussed = [given["id"] for given in works["detail"].variants]
        self._actors = actors

    def following(self) -> Asked:
        """Of the mix."""
        [kind] = self._chance.choices(list(MIX), list(MIX.values()))
        return self.of(kind)

    def of(self, kind: str) -> Asked:
        """One of a kind."""
        if kind == "vote":
            petition, actor = next(self._voters)
            return Asked(kind, self._server.request("vote", {"contribution": petition}, actor), (petition.uuid, actor))
        if kind == "comment":
            said = f"Bonne idée, {self._chance.randrange(10**9)} fois oui."
            given = {"contribution": self._chance.choice(self._discussed), "body": said}
            return Asked(kind, self._server.request(kind, given, self._chance.choice(self._actors)))
        return Asked(kind, next(self._reads[kind]))

    def requests(self, kind: str) -> Iterator[bytes]:
        """Of a kind, for ever."""
        while True:
            yield self.of(kind).request


class Meter:
    """Processor seconds, read so often that little is lost with a process that is killed."""

    def __init__(self, pair: Pair, servers: Sequence[Night]) -> None:
        self._pair, self._servers = pair, servers
        self._last: dict[int, float] = {}
        self.spent: dict[str, float] = dict.fromkeys(("server", "primary", "copy"), 0.0)
        """By who spent them: server, primary, copy."""

    def tick(self) -> None:
        """Add what was spent since the tick before."""
        roots = {server.child.pid: "server" for server in self._servers if server.child is not None}
        for place, name in ((self._pair.primary, "primary"), (self._pair.standby, "copy")):
            if place.pid is not None:
                roots[place.pid] = name
        now = {pid: tree_cpu_s(pid) for pid in roots}
        for pid, name in roots.items():
            self.spent[name] += max(0.0, now[pid] - self._last.get(pid, now[pid]))
        self._last = now

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.to_thread(self.tick)
            await asyncio.sleep(TICK_S)


async def unit_costs(questions: Questions, server: Night, postgres: int) -> dict[str, UnitCost]:
    """What each operation costs alone, by one process; the first round only warms."""
    costs = {}
    for is_counted in (False, True):
        for kind in MIX:
            assert server.child is not None
            window, length = Window(server.child.pid, postgres), UNIT_S if is_counted else UNIT_WARM_S
            burst = await load.burst(server.port, questions.requests(kind), UNIT_CLIENTS, UNIT_WARM_S, length, window)
            count = len(burst.latencies)
            costs[kind] = UnitCost(window.server_s / count, window.postgres_s / count)
    return costs


async def night(
    pair: Pair, servers: Sequence[Night], questions: Questions, minutes: float
) -> tuple[list[Told], dict[str, float]]:
    """All crowds one after the other, with the kill and the failover; and the processor seconds, of which `resting` are
    what would have been spent if nobody had asked."""
    resting = Meter(pair, servers)
    resting.tick()
    await asyncio.sleep(REST_S)
    resting.tick()
    crowd, meter = Crowd([server.port for server in servers], questions.following), Meter(pair, servers)
    crowds = [*CROWDS] * max(1, round(minutes / 2))
    metering, each_s = asyncio.create_task(meter.run()), minutes * 60 / len(crowds)
    incidents = {len(crowds) // 4: partial(_kill, servers[0]), len(crowds) // 2: partial(_fail_over, pair)}
    told, began = [], time.monotonic()
    for number, (people, pause_s) in enumerate(crowds):
        incident = asyncio.create_task(_after(incidents[number])) if number in incidents else None
        told.append(await crowd.gather(people, pause_s, each_s))
        if incident is not None:
            click.echo(await incident)
        click.echo(_crowd(people, pause_s, each_s, told[-1]))
    await asyncio.to_thread(meter.tick)
    metering.cancel()
    idle_s = (resting.spent["server"] + resting.spent["primary"]) / REST_S
    return told, meter.spent | {"resting": idle_s * (time.monotonic() - began)}


async def _after(incident: Callable[[], str]) -> str:
    await asyncio.sleep(AFTER_S)
    return await asyncio.to_thread(incident)


def _kill(server: Night) -> str:
    server.kill()
    time.sleep(AGAIN_S)
    server.stop()
    server.start(0)
    server.wait()
    return f"  {server.name} was killed, and started again after {AGAIN_S:.0f} s"


def _fail_over(pair: Pair) -> str:
    return f"  the cluster hung, its copy was promoted after {pair.fail_over(Loss.HUNG):.2f} s"


def _crowd(people: int, pause_s: float, seconds: float, told: Told) -> str:
    reads = sorted(one for kind in READS for one in told.seconds[kind])
    writes = sorted(one for kind, ones in told.seconds.items() if kind not in READS for one in ones)
    parts = [f"{people:>5} people, pauses of {pause_s:.0f} s: {(len(reads) + len(writes)) / seconds:6.0f}/s"]
    for name, ones in (("reads", reads), ("writes", writes)):
        if len(ones) > 1:
            cut = statistics.quantiles(ones, n=100, method="inclusive")
            middle, late = cut[49] * 1_000, cut[98] * 1_000
            parts.append(f"{name} p50 {middle:.0f} ms, p99 {late:.0f} ms ({late / middle:.1f} times)")
    parts.append(f"503: {told.refused}, broken {told.broken}, given up {told.given_up}")
    return "; ".join([*parts, f"unanswered {told.unanswered}, wrong {told.wrong.total()}"])


async def _counted(pair: Pair, tenant: int, petitions: list[UUID]) -> tuple[list[tuple[UUID, UUID]], int]:
    """All votes on the petitions, and what their tallies say together."""
    database = Database(pair.primary.url, connections=2)
    await database.open()
    async with database.administration(naming.LOGIN) as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor = await connection.execute(naming.qualify(COUNTED, tenant).encode(), [petitions])
        votes = [(UUID(str(petition)), UUID(str(actor))) for petition, actor in await cursor.fetchall()]
        cursor = await connection.execute(naming.qualify(TALLIED, tenant).encode(), {"ids": petitions})
        [(tally,)] = await cursor.fetchall()
    await database.close()
    return votes, int(str(tally))


async def _provided(
    url: str, scale: Scale, others: list[tuple[int, str]]
) -> tuple[int, Mapping[str, Work], list[UUID]]:
    database = Database(url, connections=4)
    await database.open()
    tenant = await data.provide(database, scale.size, click.echo)
    await register.load.load_bundled(database)
    began = time.monotonic()
    for number in range(scale.tenants - 1):
        host = f"night-{number}.example"
        others.append(
            ((await provisioning.create(database, NewTenant(data.RENNES, f"night-{number}", (host,))))[0], host)
        )
    click.echo(f"{len(others)} other tenants made in {time.monotonic() - began:.0f} s")
    async with database.administration(naming.LOGIN) as connection:
        works = await work.draw(connection, tenant)
        cursor = await connection.execute(
            naming.qualify("SELECT id FROM __tenant__.actor ORDER BY id", tenant).encode()
        )
        actors = [UUID(str(actor)) for (actor,) in await cursor.fetchall()]
    await database.close()
    return tenant, works, actors


def _report(
    costs: Mapping[str, UnitCost], told: Sequence[Told], spent: Mapping[str, float], lost: int, double: int
) -> Iterator[str]:
    counts = Counter({kind: sum(len(one.seconds[kind]) for one in told) for kind in MIX})
    yield "what an operation costs alone, in ms of a core: of the server, of PostgreSQL; and how many were answered"
    for kind, cost in costs.items():
        yield f"  {kind:<12} {cost.server_s * 1e3:6.2f} {cost.postgres_s * 1e3:6.2f} {counts[kind]:8,}"
    foretold, measured = paper.foretold_s(costs, counts, spent["resting"]), spent["server"] + spent["primary"]
    yield f"the model says {foretold:.0f} s of cores; measured {measured:.0f} s: {measured / foretold:.2f} times"
    beside = f"its copy {spent['copy']:.0f} s besides"
    yield f"  of the model, {spent['resting']:.0f} s are spent when nobody asks"
    yield f"  servers {spent['server']:.0f} s, PostgreSQL {spent['primary']:.0f} s; {beside}"
    servers, postgres = paper.cores(costs)
    asked = ", ".join(f"{kind} {rate:.0f}" for kind, rate in paper.rates().items())
    yield f"a Grand débat in its busiest minute, operations a second: {asked}"
    yield f"  wants {servers:.1f} cores for servers and {postgres:.1f} for PostgreSQL, filled to {paper.FILL:.0%}"
    votes = sum(len(one.votes) for one in told)
    ends = {name: sum(getattr(one, name) for one in told) for name in ("refused", "broken", "given_up", "unanswered")}
    yield f"answered {counts.total():,}, of which votes {votes:,}: lost {lost}, double {double}; {ends}"
    for words, times in sum((one.wrong for one in told), Counter()).most_common(5):
        yield f"  wrong, {times} times: {words}"


def _play(folder: Path, pair: Pair, scale: Scale) -> bool:
    others: list[tuple[int, str]] = []
    pair.start()
    tenant, works, actors = asyncio.run(_provided(pair.primary.url, scale, others))
    began = time.monotonic()
    pair.follow()
    click.echo(f"the copy follows after {time.monotonic() - began:.0f} s")
    place = Place(pair.admin_url, pair.serving_url, tenant, scale.size.host, folder)
    servers = [Night(place, number) for number in range(PROCESSES)]
    asides = [Night(Place("", "", number, host, folder), 0) for number, host in others]
    try:
        for server in servers:
            server.start(0)
        for server in servers:
            server.wait()
        for aside in asides:
            aside.port = servers[0].port
        questions = Questions(servers[0], asides, works, actors)
        assert pair.primary.pid is not None
        costs = asyncio.run(unit_costs(questions, servers[0], pair.primary.pid))
        told, spent = asyncio.run(night(pair, servers, questions, scale.minutes))
    finally:
        for server in servers:
            server.stop()
    votes, tally = asyncio.run(_counted(pair, tenant, [petition.uuid for petition in questions.petitions]))
    acknowledged = {vote for one in told for vote in one.votes}
    lost, double = len(acknowledged - set(votes)), len(votes) - len(set(votes)) + abs(tally - len(votes))
    for line in _report(costs, told, spent, lost, double):
        click.echo(line)
    return not (lost or double or sum(one.unanswered + one.wrong.total() for one in told))


@click.command()
@click.option("--small", is_flag=True, help="20,000 contributions, 100,000 votes, 3 tenants, a minute.")
@click.option("--full", is_flag=True, help="2,000,000 contributions, 10,000,000 votes, 200 tenants; some 35 GB.")
@click.option("--contributions", type=int, help="So many instead.")
@click.option("--votes", type=int, help="So many instead.")
@click.option("--tenants", type=int, help="So many instead.")
@click.option("--minutes", type=float, help="How long it lasts, instead of 10 minutes.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=tempfile.gettempdir)
def main(small: bool, full: bool, folder: Path, **instead: Any) -> None:
    """Fill, serve, break, count, print; exit code 1 where anything was lost, double, unanswered or wrong."""
    scale = SMALL if small else FULL if full else MIDDLE
    scale = replace(scale, **{name: value for name, value in instead.items() if value is not None})
    if shutil.disk_usage(folder).free < (wanted := scale.contributions * BYTES_EACH + 3_000_000_000):
        raise click.ClickException(f"{wanted / 1e9:.0f} GB are wanted in {folder}: name another --folder")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="night-", dir=folder) as made:
        pair = Pair(Path(made), SETTINGS)
        with closing(pair):
            is_good = _play(Path(made), pair, scale)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
