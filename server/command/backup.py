"""The commands that copy all data of an installation with the embedded PostgreSQL, and put them back."""

import asyncio
from pathlib import Path

import click
from sqlalchemy import func, select

from database.door import Database
from database.embedded import backup as embedded
from models.base import table
from models.tenant import Tenant
from server import cluster, settings
from server.command.example import examples
from server.command.run import bring_up_to_date, opened
from server.settings import Settings, SettingsError

_TENANTS = select(func.count()).select_from(table(Tenant))


@click.command(epilog=examples("parvis backup /var/backups/parvis/2026-11-30"))
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Copy all data of the embedded PostgreSQL while it runs.

    They are written into a new FOLDER, and verified: everything, exact positions, votes and the secret among it, so
    keep it like the database. What is in PARVIS_SECRETS_DIR and in other settings is not in it.
    """
    config = _embedded(settings.read())
    with cluster.shared(config) as reached:
        embedded.back_up(reached.admin_url, config.data / "secret", folder.resolve())
    click.echo(f"all data are in {folder}, verified")


@click.command(epilog=examples("PARVIS_DATA=/var/lib/parvis-new parvis restore /var/backups/parvis/2026-11-30"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Put such a copy back where there are no data yet.

    It is put from FOLDER into PARVIS_DATA, and started once to see whether it can be used.
    """
    config = _embedded(settings.read())
    embedded.restore(folder.resolve(), config.data / "postgres", config.data / "secret")
    with cluster.own(config) as reached:
        tenants = asyncio.run(opened(reached, tenant_count))
    click.echo(f"{tenants} tenant{' is' if tenants == 1 else 's are'} back in {config.data}")


async def tenant_count(database: Database) -> int:
    """How many tenants there are, once the database is up to date."""
    await bring_up_to_date(database)
    [(tenants,)] = await database.rows(_TENANTS)
    assert isinstance(tenants, int)
    return tenants


def _embedded(config: Settings) -> Settings:
    if config.database_url:
        raise SettingsError("DATABASE_URL names a cluster of your own: back it up as docs/operations.md says")
    return config
