"""The command that draws a tenant's zones."""

from pathlib import Path

import click

from server.command.run import examples, run
from tenants import zone


@click.command(epilog=examples("parvis tenant zones paris quartiers.geojson --name-property l_qu"))
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name-property", default="name", show_default=True, help="The features' property that names a zone.")
def zones(slug: str, file: Path, name_property: str) -> None:
    """Make the polygons of a GeoJSON file the tenant's zones, and give each contribution its zone."""
    found = zone.read(file, name_property)
    changed = run(lambda database: zone.replace(database, slug, found))
    click.echo(f"{len(found)} zones, {changed} contributions have another zone than before")
