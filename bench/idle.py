"""`python -m bench.idle`: how many round trips a second the workers of several processes cost while nobody does
anything."""

import asyncio
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import register.load
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from database.wire import WireConnection
from jobs import worker
from register import record
from tenants import migration, provisioning, work
from tenants.provisioning import NewTenant
from tenants.registry import TenantRegistry

COMMUNE = "commune-35238"
trips: Counter[str] = Counter()


def count(name: str) -> None:
    """Count what a connection does under a method's name."""
    method = getattr(WireConnection, name)

    async def counted(self: WireConnection, *given: object) -> object:
        trips[name] += 1
        return await method(self, *given)

    setattr(WireConnection, name, counted)


async def provision(url: str, many: int) -> None:
    """So many tenants, each noted as one that changed."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    for number in range(many):
        new = NewTenant(COMMUNE, f"idle-{number}", (f"idle-{number}.example",))
        await provisioning.create(database, new)
        await work.note(database, [number + 1])
    await database.close()


async def process(url: str, seconds: float) -> None:
    """What runs beside the requests of one process."""
    database = Database(url, connections=4)
    await database.open()
    registry = TenantRegistry(database, local_suffix=None)
    await registry.refresh()
    running = [asyncio.ensure_future(job.run()) for job in worker.jobs(database, registry)]
    await asyncio.sleep(seconds)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await database.close()


@click.command()
@click.option("--tenants", "many", default=1_000, show_default=True)
@click.option("--processes", default=4, show_default=True)
@click.option("--seconds", default=60.0, show_default=True, help="After the visits of the start.")
@click.option("--start", default=310.0, show_default=True, help="Seconds that the visits of the start may take.")
def main(many: int, processes: int, seconds: float, start: float) -> None:
    """Provision tenants, let the workers start, and count."""
    for name in ("ask", "ask_all", "tell"):
        count(name)
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(provision(postgres.url, many))
        asyncio.run(measured(postgres.url, processes, seconds, start))


async def measured(url: str, processes: int, seconds: float, start: float) -> None:
    """The rate while the workers start, and afterwards the rate that lasts."""
    both = asyncio.gather(*(process(url, start + seconds) for _ in range(processes)))
    await asyncio.sleep(start)
    click.echo(f"start: {sum(trips.values()) / start:.1f} round trips a second")
    trips.clear()
    await both
    click.echo(f"then:  {sum(trips.values()) / seconds:.1f} round trips a second: {dict(trips)}")


if __name__ == "__main__":
    main()
