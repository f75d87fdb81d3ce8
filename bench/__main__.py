"""`python -m bench`: data, servers, equal answers, bursts in turn, medians and ratios."""

import asyncio
import hashlib
import os
import platform
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
import uvloop

from bench import data, document, install, postgis, proximity, result, run, tenancy, voters, work
from bench.data import Size
from bench.install import InstallError
from bench.libpq import Database as Libpq
from bench.load import LoadError
from bench.process import shared_memory_mb
from bench.result import Figures
from bench.rival import NAMES, NODE, made
from bench.run import Bench, DifferentAnswersError, Plan
from bench.server import Place, Server, StartError
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres, EmbeddedPostgresError

FOLDER = Path(__file__).parent
FULL, QUICK, LARGE = (
    Size(200_000, has_replies=True),
    Size(50_000, has_replies=True),
    Size(2_000_000, has_replies=False),
)
SETTINGS = {
    "shared_buffers": "1GB",
    "max_connections": "300",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
"""Everything fits in memory, and nothing runs beside the bursts: tables are vacuumed when they are filled."""

DEFINES_DATA = (
    "models/migration/platform/*.sql",
    "models/migration/tenant/*",
    "models/word.py",
    "bench/fill.sql",
    "bench/city.py",
    "bench/data.py",
)


@dataclass(frozen=True, slots=True)
class Extra:
    """What is measured beside the servers."""

    proximity: bool
    voters: bool
    tenants: int


class Choices(click.ParamType[tuple[str, ...]]):
    """Some of several names, with commas between them."""

    name = "names"

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """In the order given."""
        chosen = tuple(value.split(",")) if isinstance(value, str) else value
        if unknown := set(chosen) - set(self._names):
            self.fail(f"{', '.join(sorted(unknown))}: there are {', '.join(self._names)}", param, ctx)
        return chosen


@click.command(context_settings={"max_content_width": 110})
@click.option("--quick", is_flag=True, help="50,000 contributions and short bursts: ends within ten minutes.")
@click.option("--fresh", is_flag=True, help="Write the data anew.")
@click.option("--works", type=Choices(document.NAMES), default=",".join(document.NAMES), show_default=True)
@click.option("--servers", type=Choices(NAMES), default=",".join(NAMES), show_default=True)
@click.option("--clients", type=Choices(("1", "4", "16", "64")), default="1,16,64", show_default=True)
@click.option("--rounds", type=click.IntRange(1, 50), help="How often everything takes its turn; 9, or 2 when quick.")
@click.option("--check", "check_only", is_flag=True, help="Only compare the answers.")
@click.option(
    "--proximity/--no-proximity", "wants_proximity", default=None, help="Whether to measure nearest and newest."
)
@click.option("--voters/--no-voters", "wants_voters", default=None, help="Whether 200 vote at once; not when quick.")
@click.option("--tenants", "tenant_count", type=click.IntRange(0), help="To be made; 1,000, or 0 when quick.")
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".parvis/bench"))
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, help="For results.*.")
def main(
    quick: bool,
    fresh: bool,
    works: tuple[str, ...],
    servers: tuple[str, ...],
    clients: tuple[str, ...],
    rounds: int | None,
    check_only: bool,
    wants_proximity: bool | None,
    wants_voters: bool | None,
    tenant_count: int | None,
    folder: Path,
    output: Path,
) -> None:
    """Measure Parvis side by side with its peers. See bench/README.md."""
    if not sys.platform.startswith("linux"):
        raise click.ClickException("the bench pins processes and reads /proc: it wants Linux")
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    plan = Plan(works, tuple(map(int, clients)), rounds or (2 if quick else 9), 0.2, 0.8)
    extra = Extra(
        wants_proximity is not False,
        not quick if wants_voters is None else wants_voters,
        (0 if quick else 1_000) if tenant_count is None else tenant_count,
    )
    sizes = (QUICK,) if quick else (FULL,) if wants_proximity is False else (FULL, LARGE)
    try:
        folder = folder.resolve()
        output.mkdir(parents=True, exist_ok=True)
        _prepare(folder, servers, fresh=fresh)
        with (
            EmbeddedPostgres(folder / "postgres", settings=SETTINGS) as postgres,
            _pinned(),
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            report = runner.run(_measure(postgres, folder, sizes, plan, servers, check_only, extra, output))
        if report is not None:
            if extra.tenants:
                report.add(tenancy.measure(folder, extra.tenants, run.cores()[0], _say))
            click.echo(f"written to {output}/results.md and results.json", err=True)
    except (InstallError, StartError, DifferentAnswersError, LoadError, EmbeddedPostgresError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException("stopped") from None


class Report:
    """What was measured so far, shown and written at once: what fails later loses nothing of it."""

    def __init__(self, output: Path, head: str, figures: Figures) -> None:
        self._output, self._head, self._figures, self._tail = output, head, figures, ""
        click.echo("\n" + result.tables(figures))

    def add(self, text: str) -> None:
        """One part more."""
        click.echo("\n" + text)
        self._tail += ("\n" if self._tail else "") + text
        result.write(self._output, self._figures, self._head, self._tail)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _prepare(folder: Path, servers: Sequence[str], *, fresh: bool) -> None:
    """Install the peers; throw away data that other files than today's made."""
    folder.mkdir(parents=True, exist_ok=True)
    if set(servers) & set(NODE):
        install.node_packages(_say)
    if "strawberry" in servers:
        install.python_packages(folder / "python", _say)
    digest = hashlib.sha256()
    for pattern in DEFINES_DATA:
        for file in sorted(FOLDER.parent.glob(pattern)):
            digest.update(file.read_bytes())
    mark = folder / "made-by"
    if fresh or not mark.exists() or mark.read_text() != digest.hexdigest():
        shutil.rmtree(folder / "postgres", ignore_errors=True)
        mark.write_text(digest.hexdigest())


@contextmanager
def _pinned() -> Iterator[None]:
    """This process, which is the load generator, on its own core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {run.cores()[1]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _measure(
    postgres: EmbeddedPostgres,
    folder: Path,
    sizes: Sequence[Size],
    plan: Plan,
    names: tuple[str, ...],
    check_only: bool,
    extra: Extra,
    output: Path,
) -> Report | None:
    """Everything that runs while PostgreSQL does; servers are stopped whatever happens."""
    database = Database(postgres.url, connections=4)
    await database.open()
    servers: list[Server] = []
    libpq: Libpq | None = None
    try:
        numbers = [await data.provide(database, size, _say) for size in sizes]
        tenant = numbers[0]
        async with database.administration() as connection:
            works = await work.draw(connection, tenant)
            rows = await (await connection.execute(naming.qualify(ACTORS, tenant).encode())).fetchall()
        place = Place(postgres.url, postgres.serving_url, tenant, sizes[0].host, folder)
        if "postgraphile" in names:
            await _functions(database, tenant)
        servers = [found for found in made(names, place, works) if set(found.works) & set(plan.works)]
        core = run.cores()[0]
        for server in servers:
            server.start(core)
        for server in servers:
            server.wait()
        if "database" in names:
            libpq = Libpq(postgres.url, tenant, works, max(plan.clients))
        assert postgres.pid is not None
        bench = Bench(database, tenant, postgres.pid, servers, libpq, works, [UUID(str(row[0])) for row in rows])
        await bench.forget()
        bench.check(plan.works, _say)
        if check_only:
            return None
        measured: list[Server | Libpq] = [*servers, *([libpq] if libpq else [])]
        _say(f"about {plan.duration_s(measured) / 60:.0f} minutes of bursts")
        figures = Figures(await bench.measure(plan, [name for name in NAMES if name in names], _say))
        report = Report(output, _head(sizes), figures)
        memory = shared_memory_mb(postgres.pid)
        report.add(f"PostgreSQL's memory after the bursts, shared parts once: {memory:,.0f} MB.\n")
        for server in servers:
            server.stop()
        await bench.forget()  # Not while Parvis' worker folds the same votes: they would wait for each other.
        if extra.voters:
            report.add(await voters.measure(database, postgres.url, tenant))
            await bench.forget()
        if extra.proximity:
            report.add(_proximity(postgres.url, sizes, numbers, works))
        return report
    finally:
        for server in servers:
            server.stop()
        if libpq is not None:
            libpq.close()
        await database.close()


ACTORS = "SELECT id FROM __tenant__.actor ORDER BY hashtext(id::text), id"


async def _functions(database: Database, tenant: int) -> None:
    """PostGraphile's functions, in a schema of their own."""
    text = (install.NODE_PEERS / "postgraphile.sql").read_text("utf-8")
    async with database.administration(naming.LOGIN) as connection:
        await connection.execute(naming.qualify(text, tenant).encode(), prepare=False)  # Many statements at once.


def _proximity(url: str, sizes: Sequence[Size], numbers: Sequence[int], works: dict[str, work.Work]) -> str:
    asked = proximity.questions(works)
    found = proximity.measure(url, numbers, asked)
    beside = postgis.beside(url, numbers[-1], asked)
    return proximity.table([size.contributions for size in sizes], found, beside)


def _head(sizes: Sequence[Size]) -> str:
    """Date, machine, versions, command."""
    with Path("/proc/cpuinfo").open() as info:
        model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), "unknown")
    versions = ", ".join(f"{name} {number}" for name, number in install.versions().items())
    contributions = " and ".join(f"{size.contributions:,} contributions" for size in sizes)
    return (
        "# Parvis beside its peers\n\n"
        f"- {datetime.now(UTC):%d %B %Y %H:%M} UTC, `{shlex.join(('python', '-m', 'bench', *sys.argv[1:]))}`\n"
        f"- {contributions}; see README.md for what is measured and how to read it\n"
        f"- {os.cpu_count()} cores, {model}, {platform.system()} {platform.release()}\n"
        f"- {versions}\n"
    )


if __name__ == "__main__":
    main()
