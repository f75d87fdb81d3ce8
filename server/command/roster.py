"""The command that lists tenants; it starts without SQLAlchemy, which takes longer than all that it does."""

from collections.abc import Sequence

import click

from database import naming
from server import cluster, settings
from server.command.example import examples
from server.command.listing import show
from tenants import roster


@click.command("list", epilog=examples("parvis tenant list"))
def list_() -> None:
    """List all tenants with their state and hosts."""
    show(map(_line, _tenants()), "no tenant yet; `parvis tenant create` makes one")


def _line(listed: roster.Listed) -> str:
    number, slug, state, title, hosts, place = listed
    where = "" if place == naming.HOME else f"  in {place}"
    return f"{number:>5}  {state:<9}  {slug:<20}  {title}  ({', '.join(hosts)}){where}"


def _tenants() -> Sequence[roster.Listed]:
    """From one short connection, unless the database is new, behind or away: then the long way, which mends it or says
    what is wrong."""
    with cluster.shared(settings.read()) as reached:
        if (listed := roster.read(reached.admin_url)) is not None:
            return listed
    from server.command.run import run
    from tenants import provisioning

    return run(provisioning.listed)
