"""`python -m bench.edition`: how long a finished vote of 100,000 ballots takes to be tried, imported, counted, undone.

Each step is a process of its own, whose largest resident set is printed.
"""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
from sqlalchemy import select

from bench.exchange import MB, SLUG, peak_mb, prepare, resident_mb
from counting import vote_result
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from intake.import_run import CONFIRM, UNDO
from jobs import importing, upload
from models.activity import Activity
from models.base import table
from models.import_run import ImportRun
from models.vote_result import VoteResult
from tenants.registry import TenantRegistry

PROJECTS, POINTS = 150, 7
ACTIVITY = (
    "UPDATE __tenant__.activity SET kind = 'PARTICIPATORY_BUDGET', vote_method = 'APPROVAL', title = 'Budget'"
    " WHERE title = 'Idées'"
)
RUN = select(*(table(ImportRun).c[name] for name in ("id", "state", "edition")))
RESULTS = select(*(table(VoteResult).c[name] for name in ("rule", "ballot_count", "winner_count")))


def write(path: Path, ballots: int) -> None:
    """A vote by points, at most three a project and seven in all; few projects have most of the votes."""
    chance = Random(11)
    meta = {"description": "Budget", "num_projects": PROJECTS, "num_votes": ballots, "budget": 5_000_000}
    meta |= {"vote_type": "cumulative", "rule": "greedy", "max_points": 3, "max_sum_points": POINTS, "currency": "EUR"}
    weights = [1 / (1 + project) for project in range(PROJECTS)]
    with path.open("w") as file:
        file.write("META\nkey;value\n" + "".join(f"{key};{value}\n" for key, value in meta.items()))
        file.write("PROJECTS\nproject_id;cost;name\n")
        for project in range(PROJECTS):
            file.write(f"{project};{chance.randrange(10, 400) * 1_000}.0;Projet numéro {project}\n")
        file.write("VOTES\nvoter_id;age;sex;vote;points\n")
        for voter in range(ballots):
            named = list(dict.fromkeys(chance.choices(range(PROJECTS), weights, k=chance.randint(0, 5))))
            points = [1 + (place == 0) for place, _ in enumerate(named)]
            said = ",".join(map(str, named)), ",".join(map(str, points))
            file.write(f"{voter};{chance.randint(16, 90)};F;{said[0]};{said[1]}\n")


async def step(url: str, kind: str, path: Path) -> None:
    """One step, as a job does it."""
    database = Database(url, connections=8)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    number = next(one.number for one in registry.tenants if one.slug == SLUG)
    before, started = resident_mb(), time.monotonic()
    if kind == "tried":
        [[activity]] = await database.rows(select(table(Activity).c.id), number)
        async with database.transaction(number) as transaction:
            with path.open("rb") as file:
                await upload.store(transaction, file, name=path.name, source="bench", activity=activity, actor=None)  # type: ignore[arg-type]
    elif kind in ("imported", "undone"):
        async with database.transaction(number) as transaction:
            [[run, *_]] = await transaction.all(RUN)
            await transaction.execute(CONFIRM if kind == "imported" else UNDO, id=run)
    if kind == "counted":
        await vote_result.count(database, number)
        said: list[object] = [tuple(row) for row in await database.rows(RESULTS, number)]
    else:
        await importing.work(database, number)
        [[_, state, edition]] = await database.rows(RUN, number)
        said = [state, edition["counts"]] if isinstance(edition, dict) else [state]
    took = time.monotonic() - started
    click.echo(f"{kind}: {took:.1f} s; {before:.0f} MB before, {peak_mb():.0f} MB at most; {said}")
    await database.close()


async def provide(url: str) -> None:
    """A tenant with a participatory budget."""
    await prepare(url)
    database = Database(url, connections=4)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    number = next(one.number for one in registry.tenants if one.slug == SLUG)
    async with database.administration() as connection:
        await connection.execute(naming.qualify(ACTIVITY, number).encode())
    await database.close()


@click.command()
@click.option("--ballots", default=100_000, show_default=True, help="Ballots of the vote.")
@click.option("--only", hidden=True)
@click.option("--url", hidden=True)
@click.option("--file", "path", type=click.Path(path_type=Path), hidden=True)
def main(ballots: int, only: str | None, url: str | None, path: Path | None) -> None:
    """Measure in a PostgreSQL of its own."""
    if only and url and path:
        asyncio.run(step(url, only, path))
        return
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(provide(postgres.url))
        file = Path(folder) / "vote.pb"
        write(file, ballots)
        click.echo(f"{ballots:,} ballots, {file.stat().st_size / MB:.1f} MB")
        for kind in ("tried", "imported", "counted", "undone"):
            asked = ("--only", kind, "--url", postgres.url, "--file", str(file))
            subprocess.run([sys.executable, "-m", "bench.edition", *asked], check=True)


if __name__ == "__main__":
    main()
