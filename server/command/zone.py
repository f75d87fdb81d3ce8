"""`parvis tenant zones`: draws a tenant's zones, and says of each feature of the file what is wrong with it."""

import sys
from pathlib import Path

import click

from server.command.example import examples
from server.command.run import run
from tenants import zone

LEFT_OUT = 3
"""The exit code when zones were drawn, but not all of the file's."""


@click.command(epilog=examples("parvis tenant zones paris quartiers.geojson --name-property l_qu"))
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name-property", default="name", show_default=True, help="The features' property that names a zone.")
def zones(slug: str, file: Path, name_property: str) -> None:
    """Make the polygons of a GeoJSON file the tenant's zones, and give each contribution its zone.

    Each feature is judged by itself. Those that cannot be drawn are named, and zones that have their names stay as they
    are; the exit code is 3 then. Zones that the file does not name are removed.
    """
    given = zone.read(file, name_property)
    drawn, changed = run(lambda database: zone.draw(database, slug, given))
    for doubt in drawn.doubts:
        click.echo(f"look at {doubt}", err=True)
    for reason in drawn.left_out:
        click.echo(f"left out: {reason}", err=True)
    click.echo(f"{len(drawn.zones)} zones, {changed} contributions have another zone than before")
    if drawn.left_out:
        sys.exit(LEFT_OUT)
