"""`python -m bench.journal`: how long sealing and verifying a journal of a million events takes."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import register.load
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from jobs import audit, journal
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

FILL = (
    "INSERT INTO __tenant__.event SELECT gen_random_uuid(), 'CONTRIBUTION_PUBLISHED', gen_random_uuid(),"
    " gen_random_uuid(), jsonb_build_object('kind', 'PROPOSAL'), now(), NULL FROM generate_series(1, %s)"
)


async def measured(url: str, events: int) -> None:
    """Fill, seal and verify."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", "journal", ("journal.example",)))
    async with database.administration() as connection:
        await connection.execute(naming.qualify(FILL, number), [events])
    started = time.monotonic()
    while await journal.seal(database, number):
        pass
    click.echo(f"sealed {events:,} events in {time.monotonic() - started:.1f} s")
    started = time.monotonic()
    found = await audit.verify(database, number)
    click.echo(f"verified {found.count:,} in {time.monotonic() - started:.1f} s: {found.faults or 'whole'}")
    await database.close()


@click.command()
@click.option("--events", default=1_000_000, show_default=True)
def main(events: int) -> None:
    """Measure in a PostgreSQL of its own."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(measured(postgres.url, events))


if __name__ == "__main__":
    main()
