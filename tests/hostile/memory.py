"""`python -m tests.hostile.memory`: one anonymous client sends thousands of different documents, valid and refused; what
that does to the memory of the server and of PostgreSQL, and to whoever asks something else meanwhile."""

import asyncio
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import httpx

from bench import process
from bench.server import Place, Server
from database.embedded.launcher import EmbeddedPostgres
from tests.conftest import SLUGS, _fill
from tests.hostile.kept import documents
from tests.own import serving

AT_ONCE = 8
MAX_SERVER_MB, MAX_POSTGRES_MB, MAX_P99_MS = 50.0, 100.0, 50.0
PROBE_EVERY_S = 0.02


@dataclass
class Outcome:
    """What a flood did."""

    server_mb: float = 0.0
    postgres_mb: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits_ms: list[float] = field(default_factory=list)

    def wait_ms(self, part: float) -> float:
        """What `/healthz` took at most in a part of all cases."""
        return sorted(self.waits_ms)[math.ceil(len(self.waits_ms) * part) - 1]

    @property
    def is_good(self) -> bool:
        """Whether it is what decision 0025 promises."""
        grew_little = self.server_mb <= MAX_SERVER_MB and self.postgres_mb <= MAX_POSTGRES_MB
        return grew_little and self.wait_ms(0.99) <= MAX_P99_MS

    def __str__(self) -> str:
        waits = ", ".join(f"p{part:.0%} {self.wait_ms(part):.1f} ms".replace("%", "") for part in (0.5, 0.9, 0.99, 1))
        return (
            f"answers: {dict(sorted(self.statuses.items()))}\nserver {self.server_mb:+.0f} MB, PostgreSQL's backends "
            f"{self.postgres_mb:+.0f} MB\n/healthz {len(self.waits_ms)} times: {waits}"
        )


async def flood(url: str, host: str, texts: Iterator[str]) -> Outcome:
    """Send all documents, so many at once, and ask for `/healthz` all the time."""
    outcome = Outcome()
    async with httpx.AsyncClient(base_url=url, headers={"host": host}, timeout=60) as client:

        async def send() -> None:
            for text in texts:
                answer = await client.post("/graphql", json={"query": text})
                outcome.statuses[answer.status_code] += 1

        probing = asyncio.create_task(_probe(url, outcome))
        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        probing.cancel()
    return outcome


async def _probe(url: str, outcome: Outcome) -> None:
    """As a load balancer would, by a bare connection."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    while True:
        await asyncio.sleep(PROBE_EVERY_S)
        began = time.perf_counter()
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
        outcome.waits_ms.append((time.perf_counter() - began) * 1000)


class Limited(Server):
    """Parvis with the limits of an operator, or none."""

    def __init__(self, place: Place, limit_ms: int) -> None:
        super().__init__(place)
        self._limits = {"PARVIS_COST_PER_MINUTE": "6000000", "PARVIS_PLANNING_MS_PER_MINUTE": str(limit_ms)}

    def environment(self) -> dict[str, str]:
        """With the usual memory for answers."""
        usual = super().environment()
        del usual["PARVIS_ANSWER_CACHE_MB"]
        return usual | self._limits


def measured(place: Place, postgres: int, count: int, limit_ms: int) -> Outcome:
    """What a flood of `count` documents does to a server that is started for it."""
    server = Limited(place, limit_ms)
    server.start(0)
    try:
        server.wait()
        url = f"http://127.0.0.1:{server.port}"
        asyncio.run(flood(url, place.host, documents(6)))  # What every server comes to hold is there.
        assert server.child is not None
        before = process.rss_mb(server.child.pid), _backends_mb(postgres)
        outcome = asyncio.run(flood(url, place.host, (f"{text} # again" for text in documents(count))))
        outcome.server_mb = process.rss_mb(server.child.pid) - before[0]
        outcome.postgres_mb = _backends_mb(postgres) - before[1]
    finally:
        server.stop()
    return outcome


def _backends_mb(postmaster: int) -> float:
    """Memory of PostgreSQL's processes without what they share."""
    return sum(process.anonymous_mb(child) for child in process.children(postmaster))


@click.command()
@click.option("--documents", "count", default=10_000, help="How many, all different.")
@click.option("--limit-ms", default=3_000, help="PARVIS_PLANNING_MS_PER_MINUTE; 0 for no limit.")
def main(count: int, limit_ms: int) -> None:
    """Print what it did; 1 where it is more than decision 0025 promises."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "pg", durable=False) as postgres:
        asyncio.run(_fill(postgres.url))
        host = f"{SLUGS[0]}.localhost"
        place = Place(postgres.url, serving(postgres.url), 1, host, Path(folder))
        outcome = measured(place, postgres.pid, count, limit_ms)
    click.echo(outcome)
    sys.exit(not outcome.is_good)


if __name__ == "__main__":
    main()
