"""The command that fills the register of collectivités."""

from pathlib import Path

import click

import register.load
from register import official
from server.command.run import examples, run


@click.command("import", epilog=examples("parvis collectivites import communes.json"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Fill what the register lacks from the State's file: communes of geo.api.gouv.fr with `centre`, or Etalab's."""
    records = official.read(file)
    added, completed = run(lambda database: register.load.fill(database, records))
    click.echo(f"{len(records)} read, {added} added, {completed} completed")
