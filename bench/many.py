"""`python -m bench.many`: what an operator waits for at an installation of many tenants."""

import asyncio
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import func, select

import register.load
from bench import data
from bench.server import CONNECTIONS, ROOT
from database import engine, naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from database.pool import PooledConnection
from models.tenant import Feature
from register import record
from tenants import migration, provisioning, rollout
from tenants.provisioning import NewTenant
from tenants.registry import TenantRegistry
from tenants.script import Script

SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
REPEATED = 5
READY_WITHIN_S = 120
ASKED = 20_000
BACKEND = select(func.pg_backend_pid())
MAIN = "from server.command.main import main; main()"

RELEASE = (
    "ALTER TABLE __tenant__.contribution ADD COLUMN bench_{0} text",
    "ALTER TABLE __tenant__.activity ADD COLUMN bench_{0} integer DEFAULT 0 NOT NULL",
    "ALTER TABLE __tenant__.actor ADD COLUMN bench_{0} timestamptz",
    "CREATE INDEX contribution_bench_{0} ON __tenant__.contribution (bench_{0}) WHERE bench_{0} IS NOT NULL",
    "ALTER TABLE __tenant__.activity ADD CONSTRAINT bench_{0}_known CHECK (bench_{0} >= 0) NOT VALID",
    "ALTER TABLE __tenant__.activity VALIDATE CONSTRAINT bench_{0}_known",
    "CREATE TABLE __tenant__.bench_{0} (id uuid NOT NULL, actor_id uuid, at timestamptz NOT NULL, note text,"
    " PRIMARY KEY (id))",
    "ALTER TABLE __tenant__.bench_{0} ADD CONSTRAINT bench_{0}_actor FOREIGN KEY (actor_id)"
    " REFERENCES __tenant__.actor (id)",
    "CREATE INDEX bench_{0}_at ON __tenant__.bench_{0} (at)",
    "UPDATE __tenant__.activity SET bench_{0} = 1 WHERE bench_{0} = 0",
)
"""What a release changes in a schema: columns, a table, indexes, a constraint in two steps, and what is there."""

UNDO = (
    "DROP TABLE __tenant__.bench_{0}",
    "ALTER TABLE __tenant__.contribution DROP COLUMN bench_{0}",
    "ALTER TABLE __tenant__.activity DROP COLUMN bench_{0}",
    "ALTER TABLE __tenant__.actor DROP COLUMN bench_{0}",
)


@click.command()
@click.option("--tenants", "many", default=1_000, show_default=True)
@click.option("--at-once", default=f"1,{rollout.AT_ONCE}", show_default=True, help="Tenants that are migrated at once.")
@click.option("--data", "folder", type=click.Path(path_type=Path), default=Path(".parvis/many"), show_default=True)
def main(many: int, at_once: str, folder: Path) -> None:
    """Make so many tenants, if they are not there yet (some ten minutes, 10 GB), and measure."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(folder / "postgres", settings=SETTINGS) as postgres:
        asyncio.run(_provide(postgres.url, many))
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),  # An installation has its modules compiled.
            "DATABASE_URL": postgres.serving_url,
            "DATABASE_ADMIN_URL": postgres.url,
            "PARVIS_DATA": str(folder),
            "PARVIS_SECRET": "secret of the bench",
        }
        click.echo(f"{many:,} tenants, median of {REPEATED}: seconds, and processor seconds of the process\n")
        _serve(environment)
        for words in (("--help",), ("tenant", "list")):
            _say(f"parvis {' '.join(words)}", [_command(words, environment) for _ in range(REPEATED)])
        _say("parvis serve, until /readyz is 200", [_serve(environment) for _ in range(REPEATED)])
        asyncio.run(_follow(postgres.url))
        for spread in (False, True):
            asyncio.run(_keep_roles(postgres.url, many, spread))
        asyncio.run(_migrate(postgres.url, [int(number) for number in at_once.split(",")]))


def _say(title: str, taken: Sequence[tuple[float, float]]) -> None:
    wall, own = (statistics.median(times) for times in zip(*taken, strict=True))
    click.echo(f"{title:<60} {wall:8.3f} {own:8.3f}")


def _command(words: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and processor seconds."""
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", MAIN, *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    assert status == 0
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def _serve(environment: dict[str, str]) -> tuple[float, float]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.perf_counter()
    words = [sys.executable, "-c", MAIN, "serve", "--port", str(port)]
    child = subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        while not _is_ready(port):
            assert time.perf_counter() - began < READY_WITHIN_S
            time.sleep(0.01)
        wall = time.perf_counter() - began
        ticks = Path(f"/proc/{child.pid}/stat").read_text("ascii").rpartition(") ")[2].split()[11:13]
        return wall, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    finally:
        child.terminate()
        child.wait()


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


async def _provide(url: str, many: int) -> None:
    database = Database(url, connections=2)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    there = {slug for _, slug, *_ in await provisioning.listed(database)}
    for place in range(many):
        if (slug := f"commune-{place}") not in there:
            await provisioning.create(database, NewTenant(data.RENNES, slug, (f"{slug}.example",)))
            if place % 100 == 99:
                click.echo(f"made {place + 1:,} tenants", err=True)
    await database.close()


@contextmanager
def _taken(taken: list[tuple[float, float]]) -> Iterator[None]:
    wall, own = time.perf_counter(), time.process_time()
    yield
    taken.append((time.perf_counter() - wall, time.process_time() - own))


async def _follow(url: str) -> None:
    """What a process spends on one change of the registry, and on one that concerns all."""
    database = Database(url, connections=2)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    one: list[tuple[float, float]] = []
    every: list[tuple[float, float]] = []
    for turn in range(4 * REPEATED):
        on, off = ([Feature.DEBATE], []) if turn % 2 else ([], [Feature.DEBATE])
        await provisioning.switch(database, f"commune-{turn // 2}", on, off)
        with _taken(one):
            await registry.refresh()
        async with database.administration() as connection:
            await connection.execute("UPDATE platform.registry SET version = version + 1")
        with _taken(every):
            await registry.refresh()
    _say("a process follows a change of one tenant", one)
    _say("a process reads all tenants anew", every)
    await database.close()


async def _keep_roles(url: str, many: int, spread: bool) -> None:
    """What a process would hold of connections between machines: tenants asked as often as their rank says."""
    engine.IS_DISTRIBUTED = str(spread).lower()
    database = Database(url, connections=int(CONNECTIONS))
    await database.open()
    numbers = [number for number, *_ in await provisioning.listed(database)]
    asked = iter(random.Random(0).choices(numbers, [1 / (rank + 1) for rank in range(many)], k=ASKED))
    served: dict[object, set[int]] = {}

    async def client() -> None:
        for tenant in asked:
            [(backend,)] = await database.rows(BACKEND, tenant)
            served.setdefault(backend, set()).add(tenant)

    taken: list[tuple[float, float]] = []
    with _taken(taken):
        await asyncio.gather(*(client() for _ in range(int(CONNECTIONS) // 2)))
    pairs = sum(map(len, served.values()))
    last = sum(len(connection.roles - {naming.LOGIN}) for connection in database.pools["primary"]._idle)
    _say(f"{ASKED:,} reads of tenants by rank, {'few' if spread else 'all'} roles kept", taken)
    click.echo(f"  {len(served):,} connections opened, {pairs:,} roles taken on them, {last:,} held at the end")
    engine.IS_DISTRIBUTED = "false"
    await database.close()


async def _migrate(url: str, at_once: Sequence[int]) -> None:
    """A release over all tenants."""
    database = Database(url, connections=2)
    await database.open()
    slugs = {number: slug for number, slug, *_ in await provisioning.listed(database)}
    for run, many in enumerate(at_once):
        forth, back = (
            Script(f"9999_bench_{name}_{run}", tuple(line.format(run) for line in lines))
            for name, lines in (("forth", RELEASE), ("back", UNDO))
        )
        for script in (forth, back):

            async def act(connection: PooledConnection, number: int, script: Script = script) -> int:
                return await migration.apply(connection, naming.schema_name(number), [script], number)

            taken: list[tuple[float, float]] = []
            with _taken(taken):
                steps = await rollout.roll_out(database, slugs, act, many, rollout.untold)
            assert steps == len(slugs)
            if script is forth:
                _say(f"a release of {len(RELEASE)} statements, {many} tenants at once", taken)
    async with database.administration() as connection:
        await connection.execute("DELETE FROM platform.migration WHERE name LIKE '9999\\_bench%'")
    await database.close()


if __name__ == "__main__":
    main()
