"""The command that moves a tenant to another cluster."""

import click

from database.door import Database
from server.command.example import examples
from server.command.run import run
from tenants import tenant_move


@click.command(
    "move",
    epilog=examples(
        "parvis tenant move rennes --to east",
        "parvis tenant move 12 --to east --closed",
        "parvis tenant move rennes --revert",
        "parvis tenant move rennes --clean",
    ),
)
@click.argument("tenant")
@click.option("--to", help="The cluster's name in PARVIS_CLUSTERS; main is DATABASE_URL's.")
@click.option("--closed", is_flag=True, help="Copy while it is closed to changes, also where it could be followed.")
@click.option("--revert", is_flag=True, help="Take back a move that is not switched yet.")
@click.option("--clean", is_flag=True, help="Remove the former copy of a tenant that has moved.")
def move(tenant: str, to: str | None, closed: bool, revert: bool, clean: bool) -> None:
    """Move a tenant to another cluster; it is named by its slug or number.

    Where both clusters can, it is followed by logical replication while it stays open, and closed for some seconds;
    elsewhere it is closed for as long as it takes to copy it. The command says which. While it is closed visitors read
    on, and who writes is told to try again. Given again, the command goes on where it was cut off. The former copy
    stays until it is removed with --clean.
    """
    if (to is not None) + revert + clean != 1 or (closed and to is None):
        raise click.UsageError("give exactly one of --to, --revert and --clean, and --closed with --to alone")
    named: str | int = int(tenant) if tenant.isdecimal() else tenant
    click.echo(run(lambda database: _done(database, named, to, is_closed=closed, is_revert=revert)))


async def _done(database: Database, tenant: str | int, to: str | None, *, is_closed: bool, is_revert: bool) -> str:
    if to is not None:
        moved = await tenant_move.move(
            database, tenant, to, lambda said: click.echo(said, err=True), is_closed=is_closed
        )
        return (
            f"{moved.slug} is in {moved.to}: {moved.rows:,} rows copied in {moved.copied_s:.1f} s, closed to changes"
            f" for {moved.closed_s:.1f} s; --clean removes the former copy"
        )
    if is_revert:
        return f"{await tenant_move.revert(database, tenant)} stays where it is"
    return f"the former copy of {await tenant_move.clean(database, tenant)} is removed"
