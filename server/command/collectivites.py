"""The command that fills the register of collectivités."""

from pathlib import Path

import click

import register.load
from database.door import Database
from register import official
from register.load import Filled
from server.command.example import examples
from server.command.run import run

NAMED = 20
"""So many of the communes that are left out are named."""


@click.command("import", epilog=examples("parvis collectivites import communes.json"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--add", is_flag=True, help="Add what the register does not have, too.")
def import_(file: Path, add: bool) -> None:
    """Fill what the register lacks from the State's file: communes of geo.api.gouv.fr with `centre`, or Etalab's.

    What the register does not have is left out and named: in an older file it has been merged since.
    """
    records = official.read(file)

    async def act(database: Database) -> Filled:
        for cluster in database.clusters.values():
            await register.load.fill(cluster, records, is_adding=add)
        return await register.load.fill(database, records, is_adding=add)

    filled = run(act)
    click.echo(f"{len(records)} read, {filled.added} added, {filled.completed} completed")
    if filled.unknown:
        named = ", ".join(filled.unknown[:NAMED]) + (", …" if len(filled.unknown) > NAMED else "")
        click.echo(
            f"{len(filled.unknown)} left out, which the register does not have (merged or renumbered since?): {named}."
            " --add takes them all the same.",
            err=True,
        )
