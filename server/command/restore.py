"""Commands for exports of tenants: written, verified, taken in, put back."""

from collections.abc import Sequence
from pathlib import Path

import click

from database import naming
from server.command.example import examples
from server.command.run import run
from tenants import archive, export, restore

TO = "The cluster's name in PARVIS_CLUSTERS; main is DATABASE_URL's."
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command("export", epilog=examples("parvis tenant export rennes rennes.zip"))
@click.argument("slug")
@FILE
def export_(slug: str, file: Path) -> None:
    """Write everything that a tenant holds to a ZIP of JSON Lines."""
    counts = run(lambda database: export.export(database, slug, file))
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables written to {file}")


@click.command(epilog=examples("parvis tenant verify rennes.zip"))
@FILE
def verify(file: Path) -> None:
    """Read an export whole, and compare it with its manifest. Needs no database."""
    with archive.opened(file) as opened:
        manifest = archive.verify(opened)
    click.echo(f"{_told(manifest)}, exported at {manifest.exported_at}, are as they were written")


@click.command(
    "import",
    epilog=examples(
        "parvis tenant import rennes.zip",
        "parvis tenant import rennes.zip --slug essai --host essai.rennes.example",
        "parvis tenant import rennes.zip --to east",
    ),
)
@FILE
@click.option("--slug", help="Another short name than the export's.")
@click.option("--host", "hosts", multiple=True, help="Host names in place of the export's; may be repeated.")
@click.option("--to", default=naming.HOME, show_default=True, help=TO)
def import_(file: Path, slug: str | None, hosts: Sequence[str], to: str) -> None:
    """Take a tenant in from an export, under a new number. Of this or of another installation, which needs the same
    PARVIS_SECRET for what was sealed and hashed with it. Nothing is left of it where it fails."""
    manifest = run(lambda database: restore.take_in(database, file, slug=slug, hosts=hosts, to=to))
    click.echo(f"{_told(manifest)} are the tenant {manifest.tenant}, number {manifest.number}{_where(manifest)}")


@click.command(
    "restore",
    epilog=examples(
        "parvis tenant restore rennes.zip --yes rennes", "parvis tenant restore rennes.zip --yes rennes --to main"
    ),
)
@FILE
@click.option("--yes", "confirmed", required=True, help="The tenant's slug: what it holds now is replaced.")
@click.option("--to", help=f"{TO} By default where it is, or where it was when it was exported.")
def restore_(file: Path, confirmed: str, to: str | None) -> None:
    """Put a tenant back as it was when it was exported. What came after is lost; its number and ids stay.

    With --to it comes back in another cluster, for example when its own is lost. What it has there stays until
    `parvis tenant move SLUG --clean` removes it.
    """
    manifest = run(lambda database: restore.put_back(database, file, confirmed, to))
    click.echo(f"{_told(manifest)} are back as at {manifest.exported_at}{_where(manifest)}")


def _where(manifest: archive.Manifest) -> str:
    return "" if manifest.database == naming.HOME else f", in {manifest.database}"


def _told(manifest: archive.Manifest) -> str:
    return f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables of {manifest.tenant}"
