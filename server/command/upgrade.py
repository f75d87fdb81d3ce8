"""The command that brings the embedded PostgreSQL's data to the version that comes along."""

import asyncio
from pathlib import Path

import click

from database.embedded.upgrade import Upgrade
from server import cluster, settings
from server.command.backup import tenant_count
from server.command.example import examples
from server.command.run import opened
from server.settings import SettingsError


@click.command(
    epilog=examples("parvis upgrade --old /opt/postgres-18", "parvis upgrade --confirm", "parvis upgrade --revert")
)
@click.option(
    "--old", type=click.Path(file_okay=False, path_type=Path), help="Where the programs of the old version are."
)
@click.option("--confirm", "what", flag_value="confirm", help="All is well: remove the old data.")
@click.option("--revert", "what", flag_value="revert", help="Put the old data back, without what was written since.")
def upgrade(old: Path | None, what: str | None) -> None:
    """Bring the embedded PostgreSQL's data to another major version.

    Stop Parvis first. The old data are kept until you confirm. A cluster of your own is upgraded by its own means.
    """
    config = settings.read()
    if config.database_url:
        raise SettingsError("DATABASE_URL names a cluster of your own: upgrade it by its own means (pg_upgrade)")
    upgrading = Upgrade(config.data / "postgres")
    match what:
        case "confirm":
            removed = upgrading.confirm()
            click.echo("\n".join(f"removed {path}" for path in removed) or "no old data are kept")
        case "revert":
            click.echo(f"the old data are back; what was used until now is in {upgrading.revert()}")
        case _:
            made_by, ours, kept = upgrading.run(old)
            with cluster.own(config) as reached:
                tenants = asyncio.run(opened(reached, tenant_count))
            click.echo(f"PostgreSQL {made_by} to {ours}: {tenants} tenants; the old data are in {kept} until --confirm")
