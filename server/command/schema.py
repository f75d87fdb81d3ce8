"""The commands that write the contract, and the table schemas of open data."""

import json
import sys
from pathlib import Path

import click

import schema.evolution
import schema.root
from server.api.table_schema import TABLES
from server.command.example import examples


@click.command("export", epilog=examples("parvis schema export", "parvis schema export schema/schema.graphql"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export_(file: Path | None) -> None:
    """Write the contract as SDL to a file, or to standard output."""
    if file is None:
        click.echo(schema.root.sdl(), nl=False)
    else:
        file.write_text(schema.root.sdl(), "utf-8")


@click.command("tables", epilog=examples("parvis schema tables ."))
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
def tables(folder: Path) -> None:
    """Write the table schemas of open data to a folder, a file each."""
    for name, table in TABLES.items():
        text = json.dumps(table.described(), ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(f"{text}\n", "utf-8")


@click.command("compare", epilog=examples("parvis schema compare old.graphql"))
@click.argument("old", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.argument("new", type=click.Path(dir_okay=False, exists=True, path_type=Path), required=False)
def compare(old: Path, new: Path | None) -> None:
    """Name what a contract breaks of an older one; fail where it does. NEW is the present one unless it is given."""
    later = schema.root.sdl() if new is None else new.read_text("utf-8")
    told = schema.evolution.breaks(old.read_text("utf-8"), later)
    for sentence in told:
        click.echo(sentence)
    sys.exit(1 if told else 0)
