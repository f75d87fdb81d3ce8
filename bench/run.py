"""Run: the servers side by side, in short bursts that take turns, after their answers were found equal."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from http.client import HTTPResponse
from itertools import chain, count, islice
from typing import Any
from uuid import UUID

import orjson

from bench import answer, data, load, voters
from bench.libpq import Database as Libpq
from bench.process import Window, rss_mb
from bench.result import Sample, sample
from bench.server import Server
from bench.work import Id, Work
from database import naming
from database.door import Database
from jobs import fold

CHECKED = 12
"""Variants of a read whose answers are compared before anything is timed."""

PREPARED_VOTES = 6_000
"""Votes written before a burst begins: as many as the fastest server takes in about a second."""

FORGET = (
    "DELETE FROM __tenant__.vote v USING __tenant__.contribution c"
    " WHERE c.id = v.contribution_id AND c.activity_id = %s",
    "DELETE FROM __tenant__.tally v USING __tenant__.contribution c"
    " WHERE c.id = v.contribution_id AND c.activity_id = %s",
    "DELETE FROM __tenant__.tally_delta v USING __tenant__.contribution c"
    " WHERE c.id = v.contribution_id AND c.activity_id = %s",
    "UPDATE __tenant__.contribution c SET support_count = 0 WHERE c.activity_id = %s AND c.support_count <> 0",
)


class DifferentAnswersError(Exception):
    """Two servers answered differently: there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured how long."""

    works: tuple[str, ...]
    clients: tuple[int, ...]
    rounds: int
    warm_s: float
    burst_s: float

    def duration_s(self, servers: Sequence[Server | Libpq]) -> float:
        """About how long it takes."""
        bursts = sum(name in server.works for server in servers for name in self.works)
        return self.rounds * bursts * len(self.clients) * (self.warm_s + self.burst_s + 0.15)


class Voters:
    """Pairs of a petition and an actor, none twice, spread over all petitions."""

    def __init__(self, petitions: Sequence[Id], actors: Sequence[UUID]) -> None:
        self._petitions, self._actors = petitions, actors
        self._turn = count()

    def __iter__(self) -> Iterator[tuple[Id, UUID]]:
        size = len(self._actors)
        for turn in self._turn:
            if turn >= size * len(self._petitions):
                raise RuntimeError("every actor has voted on every petition: ask for fewer rounds")
            yield self._petitions[(turn + turn // size) % len(self._petitions)], self._actors[turn % size]


class Bench:
    """The running servers and the tenant's works."""

    def __init__(
        self,
        database: Database,
        tenant: int,
        postgres: int,
        servers: Sequence[Server],
        libpq: Libpq | None,
        works: Mapping[str, Work],
        actors: Sequence[UUID],
    ) -> None:
        self._database, self._tenant, self._postgres = database, tenant, postgres
        self._servers, self._libpq, self._works = servers, libpq, works
        self._voters = Voters([found["contribution"] for found in works["vote"].variants], actors)
        self._by_name: dict[str, Server | Libpq] = {server.name: server for server in servers}
        if libpq is not None:
            self._by_name[libpq.name] = libpq

    # Equal answers ---------------------------------------------------------------------------------------------------

    def check(self, names: Sequence[str], say: Callable[[str], None]) -> None:
        """Compare all servers' answers to the same requests. Raises DifferentAnswersError."""
        for name in names:
            if name == "vote":
                self._check_votes()
            if name in ("vote", "cached"):
                continue
            for given in self._works[name].variants[:CHECKED]:
                self._check_read(name, given)
        compared = ", ".join(name for name in names if name != "cached")
        say(f"{len(self._servers)} servers give equal answers: {compared}")

    def _check_read(self, name: str, given: Mapping[str, Any]) -> None:
        first, *others = (server for server in self._servers if name in server.works)
        wanted = first.understood(name, _ask(first, first.request(name, given)))
        for other in others:
            found = other.understood(name, _ask(other, other.request(name, given)))
            if (differs := answer.difference(wanted, found)) is not None:
                raise DifferentAnswersError(f"{name}: {first.name} and {other.name} differ at {differs}")

    def _check_votes(self) -> None:
        """Each server's vote is counted in its own answer and in the next server's."""
        petition = self._works["vote"].variants[0]["contribution"]
        servers = [server for server in self._servers if "vote" in server.works]
        voters = (actor for found, actor in self._voters if found == petition)
        for place, (server, actor) in enumerate(zip(servers, voters, strict=False), 1):
            found = _ask(server, server.request("vote", {"contribution": petition}, actor))
            tally = {"totalCount": place, "supportCount": place}
            wanted = {"voteCast": {"contribution": {"id": str(petition.uuid), "tally": tally}, "userErrors": []}}
            if (differs := answer.difference(wanted, server.understood("vote", found))) is not None:
                raise DifferentAnswersError(f"vote: {server.name} differs at {differs}")

    # Bursts ----------------------------------------------------------------------------------------------------------

    async def measure(self, plan: Plan, names: Sequence[str], say: Callable[[str], None]) -> list[Sample]:
        """All rounds; the servers take turns in another order each round."""
        samples: list[Sample] = []
        for turn in range(plan.rounds):
            for work in plan.works:
                order = [*names[turn % len(names) :], *names[: turn % len(names)]]
                for clients in plan.clients:
                    asked = [name for name in order if name in self._by_name and work in self._by_name[name].works]
                    samples += [await self._burst(plan, work, name, clients) for name in asked]
                say(f"round {turn + 1}: {work} done")
        return sorted(samples, key=lambda found: names.index(found.server))

    async def _burst(self, plan: Plan, work: str, name: str, clients: int) -> Sample:
        server = self._by_name[name]
        times = (clients, plan.warm_s, plan.burst_s)
        try:
            if isinstance(server, Libpq):
                window = Window(None, self._postgres)
                asked = self._libpq_requests(server, work)
                return sample(work, name, clients, await server.burst(work, asked, *times, window), window, 0.0)
            assert server.child is not None
            window = Window(server.child.pid, self._postgres)
            async with self._worker(work, name):
                found = await load.burst(server.port, self._requests(server, work), *times, window)
            return sample(work, name, clients, found, window, rss_mb(server.child.pid))
        except load.LoadError as error:
            raise load.LoadError(f"{work} on {name}: {error}") from error
        finally:
            if work == "vote":
                await self._fold()

    def _requests(self, server: Server, work: str) -> Iterator[bytes]:
        if work != "vote":
            return server.reads(self._works[work])
        lazily = (server.request(work, {"contribution": petition}, actor) for petition, actor in self._voters)
        return chain(list(islice(lazily, PREPARED_VOTES)), lazily)

    def _libpq_requests(self, libpq: Libpq, work: str) -> Iterator[Any]:
        if work != "vote":
            return libpq.reads(self._works[work])
        return (libpq.vote(petition, actor) for petition, actor in self._voters)

    def _worker(self, work: str, name: str) -> AbstractAsyncContextManager[None]:
        """What Parvis' own worker does beside its votes is done beside the others' as well."""
        needs_one = work == "vote" and name != Server.name
        return voters.folded(self._database, self._tenant) if needs_one else nullcontext()

    async def _fold(self) -> None:
        """No one reads another's unfolded votes."""
        while await fold.fold(self._database, self._tenant):
            pass

    async def forget(self) -> None:
        """Take back the votes of this run, or of one that was interrupted."""
        petition = data.activity_id(len(data.ACTIVITIES))
        async with self._database.administration() as connection:
            for statement in FORGET:
                await connection.execute(naming.qualify(statement, self._tenant).encode(), [petition])
            for table in ("vote", "tally", "tally_delta", "contribution"):
                await connection.execute(naming.qualify(f"VACUUM ANALYZE __tenant__.{table}", self._tenant).encode())


def cores() -> tuple[int, int]:
    """The core of the servers and that of the load generator; PostgreSQL is free on all."""
    found = sorted(os.sched_getaffinity(0))
    return found[0], found[1 % len(found)]


def _ask(server: Server, request: bytes) -> Any:
    """The `data` of one answer."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        body = response.read()
    if response.status != 200 or (found := orjson.loads(body)).get("errors"):
        said = body[:1_000].decode("utf-8", "replace")
        raise DifferentAnswersError(
            f"{server.name} said {response.status} after {time.monotonic() - started:.1f} s: {said}"
        )
    return found["data"]
