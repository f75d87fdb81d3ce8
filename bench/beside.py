"""`python -m bench.beside`: what list requests lose while an analysis is computed beside them (goal: under 0.2).

The server answers lists, nothing kept, at 16 clients, in bursts by turns: with the analysis' process stopped, and with
it computing. It is the product's own process, on made texts. The server is held on one core, PostgreSQL and the
analysis run where the system puts them, as in production.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count, cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import orjson
import uvloop

import bench.analysis
from bench import data, load, run, work
from bench.__main__ import QUICK, SETTINGS
from bench.process import Window
from bench.server import ROOT, Place, Server
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres

TEXTS, CLIENTS, ROUNDS, WARM_S, BURST_S = 10_000, 16, 12, 0.3, 1.5


class Lists(Server):
    """Parvis, asked for lists, no two requests alike."""

    name = "beside"

    def lists(self) -> Iterator[bytes]:
        """Requests, for ever."""
        for serial, given in zip(count(), cycle(work._centers()), strict=False):
            yield self.request("list", given, serial=serial)


class Computing:
    """The analysis' process, which is begun again when it has ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self.ended = 0

    def __enter__(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGCONT)
            return
        if self._child is not None:
            if self._child.returncode:
                raise click.ClickException("the analysis failed: nothing was measured beside it")
            self.ended += 1
        command = [sys.executable, "-m", "jobs.analysis_child", str(self._folder)]
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._child = subprocess.Popen(command, cwd=ROOT, env=os.environ | one_thread, stdin=subprocess.PIPE)

    def __exit__(self, *_: object) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()


def _write(folder: Path, files: Path) -> None:
    corpus, arguments = bench.analysis.read(files)
    with (folder / "text.jsonl").open("wb") as file:
        for text in bench.analysis.made(corpus, arguments, TEXTS):
            file.write(orjson.dumps(asdict(text)) + b"\n")
    for nothing in ("vote.jsonl", "other.jsonl"):
        (folder / nothing).write_bytes(b"")


async def _measure(postgres: EmbeddedPostgres, folder: Path, computing: Computing) -> dict[str, list[load.Burst]]:
    database = Database(postgres.url, connections=4)
    await database.open()
    number = await data.provide(database, QUICK, click.echo)
    await database.close()
    server = Lists(Place(postgres.url, postgres.serving_url, number, QUICK.host, folder))
    bursts: dict[str, list[load.Burst]] = {"alone": [], "beside": []}
    try:
        server.start(run.cores()[0])
        server.wait()
        assert server.child is not None and postgres.pid is not None
        requests, window = server.lists(), Window(server.child.pid, postgres.pid)
        for turn in range(ROUNDS + 1):
            alone = await load.burst(server.port, requests, CLIENTS, WARM_S, BURST_S, window)
            with computing:
                beside = await load.burst(server.port, requests, CLIENTS, WARM_S, BURST_S, window)
            if turn:
                bursts["alone"].append(alone)
                bursts["beside"].append(beside)
    finally:
        server.stop()
    return bursts


@click.command()
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".parvis/bench"))
@click.option("--files", type=click.Path(file_okay=False, path_type=Path), default=Path("../shared/data/evaluation"))
def main(folder: Path, files: Path) -> None:
    """Measure lists alone and beside an analysis, in turns."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as texts,
        EmbeddedPostgres(folder / "postgres", settings=SETTINGS) as postgres,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        _write(Path(texts), files)
        computing = Computing(Path(texts))
        try:
            bursts = runner.run(_measure(postgres, folder, computing))
        finally:
            computing.close()
    rates = {name: [len(one.latencies) / one.duration_s for one in made] for name, made in bursts.items()}
    middles = {name: median(made) for name, made in rates.items()}
    for name, made in bursts.items():
        half, least, most = median(median(one.latencies) for one in made) * 1_000, min(rates[name]), max(rates[name])
        click.echo(f"lists {name}: {middles[name]:,.0f} a second ({least:,.0f} to {most:,.0f}), p50 {half:.1f} ms")
    lost = 1 - middles["beside"] / middles["alone"]
    click.echo(
        f"lost beside an analysis of {TEXTS:,} texts, begun {computing.ended + 1} times: {lost:.2f} (goal under 0.2)"
    )


if __name__ == "__main__":
    main()
