"""The command that migrates, for those who want to see it happen."""

import asyncio

import click

from server import cluster, settings
from server.command.example import examples
from server.command.run import prepare


@click.command(epilog=examples("parvis migrate"))
def migrate() -> None:
    """Bring the platform's and every tenant's schema up to date, and load the register at the first time."""
    with cluster.shared(settings.read()) as reached:
        applied = asyncio.run(prepare(reached))
        click.echo(f"{applied} migrations applied")
