"""The command that writes the contract."""

from pathlib import Path

import click

import schema.root
from server.command.run import examples


@click.command("export", epilog=examples("parvis schema export", "parvis schema export schema/schema.graphql"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export_(file: Path | None) -> None:
    """Write the contract as SDL to a file, or to standard output."""
    if file is None:
        click.echo(schema.root.sdl(), nl=False)
    else:
        file.write_text(schema.root.sdl(), "utf-8")
