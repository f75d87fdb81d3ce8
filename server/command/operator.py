"""Commands for operators of the platform: their tokens."""

from datetime import UTC, datetime
from uuid import UUID

import click

from auth import operator_token
from auth.operator_token import MAX_DAYS, MAX_NAME, KnownToken
from server.command.example import examples
from server.command.listing import show
from server.command.run import run


@click.group()
def operator() -> None:
    """Operators of the platform, who may see and decide at every tenant what its administrators may."""


@operator.group()
def token() -> None:
    """Create, list and revoke operators' tokens."""


@token.command(epilog=examples("parvis operator token create astreinte --days 30"))
@click.argument("name")
@click.option(
    "--days", default=90, show_default=True, type=click.IntRange(1, MAX_DAYS), help="After how many days it expires."
)
def create(name: str, days: int) -> None:
    """Create a token and print it: it is shown here and never again."""
    kept = " ".join(name.split())
    if not 1 <= len(kept) <= MAX_NAME:
        raise click.UsageError(f"a name has 1 to {MAX_NAME} characters")
    id_, text = run(lambda database: operator_token.create(database, kept, days))
    click.echo(f"token {id_} ({kept}), good for {days} days; keep it where others cannot read it:", err=True)
    click.echo(text)


@token.command("list", epilog=examples("parvis operator token list"))
def list_() -> None:
    """List all tokens with their state and last use, the oldest first; never their texts."""
    now = datetime.now(UTC)
    show((_line(token, now) for token in run(operator_token.listed)), "no token yet")


@token.command(epilog=examples("parvis operator token revoke 0199c0de-0000-7000-8000-000000000001"))
@click.argument("id_", metavar="ID", type=click.UUID)
def revoke(id_: UUID) -> None:
    """End a token; servers follow within a second."""
    if not run(lambda database: operator_token.revoke(database, id_)):
        raise click.ClickException(f"no token {id_}")
    click.echo(f"{id_} is revoked")


def _line(token: KnownToken, now: datetime) -> str:
    used = f"last used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
    return f"{token.id}  {_state(token, now):<8}  until {token.expires_at:%Y-%m-%d}  {used}  {token.name}"


def _state(token: KnownToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "REVOKED"
    return "EXPIRED" if token.expires_at <= now else "ACTIVE"
