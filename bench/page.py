"""Pages: what a page of the portal costs beside the API's own answer to the same document: `python -m bench.page`.

Three servers take turns with one client: Parvis that keeps nothing, asked for home and for its document; Parvis
that keeps answers and pages, asked for the page; and a Starlette route that sends as many bytes. It fills the quick
form's tenant if it has to.
"""

import asyncio
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import median

import click
import httpx
import uvloop

from auth.viewer import Audience
from bench import data, load, run
from bench.__main__ import QUICK, SETTINGS
from bench.process import Window
from bench.rival import Constant
from bench.server import Cached, Place, Server
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from portal import document, place
from portal.fit import fitted
from schema.scoped import ScopedContract
from server.page import house
from tenants.registry import TenantRecord, TenantRegistry

ROUNDS, WARM_S, BURST_S = 9, 0.2, 0.8


class CachedPages(Cached):
    """As it is set up by default: answers and pages are kept."""

    name = "kept"


class ConstantPage(Constant):
    """A constant answer of a page's length."""

    length = 0

    def environment(self) -> dict[str, str]:
        """How many bytes."""
        return super().environment() | {"BENCH_LENGTH": str(self.length)}


def _home(tenant: TenantRecord) -> bytes:
    """Home's query as its page asks it, as a request's body."""
    asked = document.named("home")
    fit = fitted(asked.text, ScopedContract().engine(tenant.features, Audience.PUBLIC).schema, asked.query)
    variables = place.around(house.of(tenant, is_demo=True), {})
    return json.dumps({"query": fit.text, "variables": dict(variables)}).encode()


def _page(server: Server) -> Iterator[bytes]:
    return cycle([f"GET / HTTP/1.1\r\nhost: {server.place.host}:{server.port}\r\n\r\n".encode()])


def _asked(server: Server, body: bytes) -> Iterator[bytes]:
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: {server.place.host}:{server.port}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return cycle([head.encode() + body])


async def _measure(postgres: EmbeddedPostgres, folder: Path) -> None:
    database = Database(postgres.url, connections=4)
    await database.open()
    number = await data.provide(database, QUICK, click.echo)
    registry = TenantRegistry(database, local_suffix="localhost")
    await registry.refresh()
    [tenant] = [one for one in registry.tenants if one.number == number]
    await database.close()
    home = _home(tenant)
    where = Place(postgres.url, postgres.serving_url, number, QUICK.host, folder)
    bare, kept, constant = Server(where), CachedPages(where), ConstantPage(where, {})
    servers: tuple[Server, ...] = (bare, kept, constant)
    try:
        for server in (bare, kept):
            server.start(run.cores()[0])
            server.wait()
        constant.length = _length(bare)
        constant.start(run.cores()[0])
        constant.wait()
        assert postgres.pid is not None
        asked = {
            "document, nothing kept": (bare, _asked(bare, home)),
            "page, nothing kept": (bare, _page(bare)),
            "page, kept": (kept, _page(kept)),
            "constant": (constant, _page(constant)),
        }
        figures: dict[str, list[load.Burst]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, (server, requests) in asked.items():
                assert server.child is not None
                window = Window(server.child.pid, postgres.pid)
                figures[name].append(await load.burst(server.port, requests, 1, WARM_S, BURST_S, window))
        _tell(figures, constant.length)
    finally:
        for server in servers:
            server.stop()


def _length(server: Server) -> int:
    page = httpx.get(f"http://127.0.0.1:{server.port}/", headers={"host": server.place.host})
    page.raise_for_status()
    return len(page.content)


def _tell(figures: dict[str, list[load.Burst]], length: int) -> None:
    rates = {name: median(len(one.latencies) / one.duration_s for one in bursts) for name, bursts in figures.items()}
    halves = {name: median(median(one.latencies) for one in bursts) * 1_000 for name, bursts in figures.items()}
    click.echo(f"home of {length:,} bytes, one client, {ROUNDS} rounds; medians")
    for name, rate in rates.items():
        click.echo(f"{name:24}  p50 {halves[name]:6.2f} ms  {rate:8.0f} a second")
    click.echo(f"page of document: {rates['page, nothing kept'] / rates['document, nothing kept']:.2f} (goal 0.5)")
    click.echo(f"kept page of constant: {rates['page, kept'] / rates['constant']:.2f} (goal 0.7)")


@click.command()
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".parvis/bench"))
def main(folder: Path) -> None:
    """Measure home's page beside its document, and a kept page beside a constant one."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        EmbeddedPostgres(folder / "postgres", settings=SETTINGS) as postgres,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_measure(postgres, folder))


if __name__ == "__main__":
    main()
