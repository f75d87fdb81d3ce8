"""Tenancy: many tenants in one database behind one server: what each costs to make, to touch first, and to keep."""

import asyncio
import http.client
import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import register.load
from bench import data
from bench.load import LoadError
from bench.process import children, private_memory_mb, rss_mb, title
from bench.server import Place, Server
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

TOURS = 4
"""Through all tenants: the first touches each for the first time; what a later one adds would add up for ever."""

CONNECTIONS = 2
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
QUERY = "{ contributions { nodes { id title author { name } } pageInfo { hasNextPage } } spaces { nodes { id } } }"


class FewConnections(Server):
    """Parvis with so few connections that each of them sees every tenant."""

    def environment(self) -> dict[str, str]:
        """As in the other works, but for the connections."""
        return super().environment() | {"PARVIS_CONNECTIONS": str(CONNECTIONS)}


@dataclass(slots=True)
class Tour:
    """One query after the other on each tenant, and the memory afterwards."""

    first_ms: list[float] = field(default_factory=list)
    second_ms: list[float] = field(default_factory=list)
    server_mb: float = 0.0
    connection_mb: float = 0.0
    """PostgreSQL's memory for one connection of the server, shared parts left out."""

    def remember(self, server: int, postgres: int) -> "Tour":
        """Note the memory of both."""
        clients = [private_memory_mb(pid) for pid in children(postgres) if "[local]" in title(pid)]
        self.server_mb, self.connection_mb = rss_mb(server), max(clients, default=0.0)
        return self


def measure(folder: Path, count: int, core: int, say: Callable[[str], None]) -> str:
    """Make so many tenants in a cluster of their own, which is thrown away, and ask each; tables in Markdown."""
    own = folder / "tenancy"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    try:
        with EmbeddedPostgres(own / "postgres", settings=SETTINGS) as postgres:
            assert postgres.pid is not None
            created = asyncio.run(_created(postgres.url, count, say))
            server = FewConnections(Place(postgres.url, postgres.serving_url, 1, _host(0), own))
            server.start(core)
            try:
                server.wait()
                assert server.child is not None
                start = Tour().remember(server.child.pid, postgres.pid)
                tours = []
                for number in range(TOURS):
                    say(f"tour {number + 1} of {TOURS} through {count:,} tenants")
                    tours.append(_tour(server.port, count).remember(server.child.pid, postgres.pid))
            finally:
                server.stop()
    finally:
        shutil.rmtree(own, ignore_errors=True)
    return _table(created, start, tours)


def _host(place: int) -> str:
    return f"commune-{place}.localhost"


async def _created(url: str, count: int, say: Callable[[str], None]) -> list[float]:
    """The milliseconds that each tenant took."""
    say(f"making {count:,} tenants")
    database = Database(url, connections=2)
    await database.open()
    try:
        await migration.migrate(database)
        await register.load.load(database, record.bundled())
        times = []
        for place in range(count):
            new = NewTenant(data.RENNES, f"commune-{place}", (_host(place),))
            started = time.perf_counter()
            await provisioning.create(database, new)
            times.append((time.perf_counter() - started) * 1_000)
        return times
    finally:
        await database.close()


def _tour(port: int, count: int) -> Tour:
    found, body = Tour(), json.dumps({"query": QUERY}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for place in range(count):
        for times in (found.first_ms, found.second_ms):
            headers = {"host": _host(place), "content-type": "application/json"}
            started = time.perf_counter()
            connection.request("POST", "/graphql", body, headers)
            answer = connection.getresponse().read()
            times.append((time.perf_counter() - started) * 1_000)
            if b'"errors"' in answer or b'"data"' not in answer:
                raise LoadError(f"{_host(place)}: {answer[:600].decode('utf-8', 'replace')}")
    connection.close()
    return found


def _table(created: Sequence[float], start: Tour, tours: Sequence[Tour]) -> str:
    first, *_, last = tours
    times = {
        "making a tenant, the first hundred": created[:100],
        "making a tenant, the last hundred": created[-100:],
        "the first query on a tenant": first.first_ms,
        "the second query on it": first.second_ms,
        f"a query, tour {len(tours)}": last.first_ms,
        f"the next query, tour {len(tours)}": last.second_ms,
    }
    lines = [
        f"## Tenancy ({len(created):,} tenants, one worker, {CONNECTIONS} connections, one client)\n",
        "| what | median ms | p99 ms |",
        "|---|---|---|",
        *(f"| {name} | {median(found):.1f} | {_p99(found):.1f} |" for name, found in times.items()),
        "",
        "| after | server MB | PostgreSQL's MB a connection |",
        "|---|---|---|",
        f"| start | {start.server_mb:.0f} | {start.connection_mb:.1f} |",
        *(f"| tour {n} | {found.server_mb:.0f} | {found.connection_mb:.1f} |" for n, found in enumerate(tours, 1)),
    ]
    return "\n".join((*lines, ""))


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
