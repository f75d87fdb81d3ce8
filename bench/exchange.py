"""`python -m bench.exchange`: how long importing 100,000 rows and exporting a million take, and in how much memory.

Each measurement is a process of its own, whose largest resident set is printed beside what it had after its first rows:
where both are alike, memory does not grow with the file.
"""

import asyncio
import csv
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
from sqlalchemy import select

import register.load
from auth.viewer import ANONYMOUS
from bench import city, data
from bench.data import Size
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from intake.import_run import CONFIRM, UNDO
from jobs import importing, upload
from models.activity import Activity
from models.base import table
from models.import_run import ImportRun
from register import record
from schema.scoped import ScopedContract
from server.api import open_data
from server.api.column import CONTRIBUTIONS
from server.api.export import written
from server.api.feed import Feed
from tenants import migration, provisioning
from tenants.provisioning import NewTenant
from tenants.registry import TenantRegistry
from transfer.csv_writer import PROGRAMS, CsvWriter
from transfer.xlsx_writer import XlsxWriter

MB = 1024 * 1024
SLUG = "exchange"
ACTIVITY = (
    "INSERT INTO __tenant__.activity SELECT gen_random_uuid(), id, 'IDEA_BOX', 'Idées', '', 1, now(), NULL, NULL,"
    " 'OPTIONAL', NULL FROM __tenant__.participatory_space LIMIT 1"
)
COUNT = select(table(ImportRun).c.state, table(ImportRun).c.accepted_count, table(ImportRun).c.refused_count)


def resident_mb() -> float:
    """What this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB


def peak_mb() -> float:
    """What it held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(path: Path, rows: int) -> None:
    """A file as a city's old platform would export it: semicolons, French dates, decimal commas, a place each."""
    chance = Random(7)
    with path.open("w", encoding="cp1252", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for n in range(rows):
            lat, lng = city.point(chance, 4_000)
            text = " ".join(chance.choices(WORDS, k=60))
            day = f"{1 + n % 28:02}/{1 + n % 12:02}/{2015 + n % 9}"
            place = (f"{lat:.5f}".replace(".", ","), f"{lng:.5f}".replace(".", ","))
            link = f"https://ancien.example/projets/{n}"
            writer.writerow((f"P-{n}", f"Projet {n} {text[:40]}", text, day, f"Thème {n % 12}", *place, n % 500, link))


HEADER = ("Référence", "Titre", "Description", "Date", "Catégorie", "Latitude", "Longitude", "Votes", "Lien")
WORDS = ("un", "une", "banc", "jardin", "arbre", "école", "place", "rue", "vélo", "piste", "fontaine", "marché", "été")


async def step_import(url: str, path: Path) -> None:
    """Try a file and import it as a job does, then undo it."""
    database = Database(url, connections=8)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    number = next(found.number for found in registry.tenants if found.slug == SLUG)
    [[activity]] = await database.rows(select(table(Activity).c.id).where(table(Activity).c.title == "Idées"), number)
    started = time.monotonic()
    async with database.transaction(number) as transaction:
        with path.open("rb") as file:
            run = await upload.store(transaction, file, name=path.name, source="bench", activity=activity, actor=None)  # type: ignore[arg-type]
    for name, statement in (("tried", None), ("imported", CONFIRM), ("undone", UNDO)):
        if statement is not None:
            started = time.monotonic()
            async with database.transaction(number) as transaction:
                await transaction.execute(statement, id=run)
        before = resident_mb()
        await importing.work(database, number)
        [[state, accepted, refused]] = await database.rows(COUNT, number)
        took = time.monotonic() - started
        click.echo(
            f"{name}: {state}, {accepted:,} rows, {refused:,} refused, {took:.1f} s;"
            f" {before:.0f} MB before, {peak_mb():.0f} MB at most"
        )
    await database.close()


async def step_export(url: str, kind: str) -> None:
    """Export all that a tenant has."""
    database = Database(url, connections=4)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    tenant = next(found for found in registry.tenants if found.slug != SLUG)
    feed = Feed(ScopedContract(), database, tenant, ANONYMOUS)
    streams: dict[str, AsyncIterator[bytes]] = {
        "csv": written(feed.contributions(), CONTRIBUTIONS, CsvWriter(PROGRAMS), None),
        "xlsx": written(feed.contributions(), CONTRIBUTIONS, XlsxWriter(), None),
        "geojson": open_data._features(feed),
    }
    started, size, early, chunks, first = time.monotonic(), 0, 0.0, 0, 0.0
    async for chunk in streams[kind]:
        size += len(chunk)
        chunks += 1
        first = first or time.monotonic() - started
        if chunks == 100:
            early = resident_mb()
    took = time.monotonic() - started
    click.echo(
        f"{kind}: {size / MB:,.0f} MB in {took:.0f} s, the first byte after {first:.2f} s;"
        f" {early:.0f} MB after 10,000 rows, {peak_mb():.0f} MB at most"
    )
    await database.close()


async def prepare(url: str) -> None:
    """A tenant to import into."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", SLUG, ("exchange.example",)))
    async with database.administration() as connection:
        await connection.execute(naming.qualify(ACTIVITY, number).encode())
    await database.close()


async def fill(url: str, rows: int) -> None:
    """A tenant to export from."""
    database = Database(url, connections=4)
    await database.open()
    await data.provide(database, Size(rows, has_replies=False), click.echo)
    await database.close()


def child(*arguments: str) -> None:
    """Run one measurement in a process of its own."""
    subprocess.run([sys.executable, "-m", "bench.exchange", *arguments], check=True)


@click.command()
@click.option("--rows", default=100_000, show_default=True, help="Rows to import.")
@click.option("--exported", default=1_000_000, show_default=True, help="Rows to export.")
@click.option("--only", type=click.Choice(["import", "export"]), help="Measure one of them.")
@click.option("--step", hidden=True)
@click.option("--url", hidden=True)
def main(rows: int, exported: int, only: str | None, step: str | None, url: str | None) -> None:
    """Measure in a PostgreSQL of its own."""
    if step and url:
        kind, _, path = step.partition(":")
        asyncio.run(step_import(url, Path(path)) if kind == "import" else step_export(url, path))
        return
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        if only != "export":
            asyncio.run(prepare(postgres.url))
            table = Path(folder) / "projets.csv"
            write(table, rows)
            click.echo(f"importing {rows:,} rows, {table.stat().st_size / MB:.0f} MB")
            child("--step", f"import:{table}", "--url", postgres.url)
        if only != "import":
            asyncio.run(fill(postgres.url, exported))
            click.echo(f"exporting {exported:,} contributions")
            for kind in ("csv", "xlsx", "geojson"):
                child("--step", f"export:{kind}", "--url", postgres.url)


if __name__ == "__main__":
    main()
