"""`parvis zone`: moves of zones into portals of their own, agreed to by both, and the way back."""

from uuid import UUID

import click

from database.door import Database
from jobs import zone_consent, zone_move
from server.command.example import examples
from server.command.run import run


@click.command(
    epilog=examples(
        'parvis zone move deux-sevres "Parthenay" parthenay --agreed-from "Mme Roy, 79" --agreed-to "M. Petit, maire"'
    )
)
@click.argument("slug")
@click.argument("zone")
@click.argument("to")
@click.option("--agreed-from", required=True, help="Who agreed for the portal that has the zone: kept with the move.")
@click.option("--agreed-to", required=True, help="Who agreed for the portal to which it moves: kept with the move.")
def move(slug: str, zone: str, to: str, agreed_from: str, agreed_to: str) -> None:
    """Move a zone's contributions to another portal, with the consent of both. Cut off, say it again."""

    async def act(database: Database) -> str:
        agreed = await zone_consent.agree(database, slug, zone, to, (agreed_from, agreed_to))
        return f"{agreed}: {await zone_move.run(database, agreed):,} contributions moved"

    click.echo(run(act))


@click.command("list", epilog=examples("parvis zone list"))
def list_() -> None:
    """List the moves of zones, the newest first."""

    async def act(database: Database) -> str:
        lines = [
            f"{move.id}  {move.state.lower():9}  {move.from_slug} → {move.to_slug}  {move.zone_name}  {move.count:,}"
            for move in await zone_consent.told(database)
        ]
        return "\n".join(lines) or "no zone has moved"

    click.echo(run(act))


@click.command(epilog=examples("parvis zone revert 0199c0de-0000-7000-8000-000000000000"))
@click.argument("move_id", metavar="MOVE", type=click.UUID)
def revert(move_id: UUID) -> None:
    """Move everything back, with what was said of it since."""

    async def act(database: Database) -> str:
        await zone_consent.turn_back(database, move_id)
        return f"{await zone_move.run(database, move_id):,} contributions came back"

    click.echo(run(act))


@click.command(epilog=examples("parvis zone settle 0199c0de-0000-7000-8000-000000000000"))
@click.argument("move_id", metavar="MOVE", type=click.UUID)
def settle(move_id: UUID) -> None:
    """Forget who was who on the two portals: the move can be taken back no more. Old ids still lead to the new."""

    async def act(database: Database) -> str:
        await zone_move.settle(database, move_id)
        return "settled"

    click.echo(run(act))
