"""The command that serves the demonstration; apart from the one that serves, which starts without its texts."""

import asyncio
import sys
from contextlib import ExitStack

import click

from auth.token import DevelopmentTokens
from database.door import Database
from demo import tenants as demo_tenants
from demo.load import actor_id, load
from demo.territory import open_borders
from models.actor import Role
from server import cluster, listener, log, settings
from server.command import serve
from server.command.example import examples
from server.command.run import opened, prepare
from server.settings import Settings
from tenants import provisioning


@click.command(epilog=examples("parvis demo", "parvis demo --port 8080"))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.option("--load-only", is_flag=True, help="Write the demonstration data and the tokens, then stop.")
def demo(host: str, port: int, load_only: bool) -> None:
    """Serve sixteen demonstration portals, filled at the first start, and print tokens of a few actors.

    Needs PARVIS_DEMO=1, which also lets development tokens in. Never set it on a server that others reach.
    """
    config = settings.read()
    if not config.is_demo:
        raise click.ClickException("the demonstration wants PARVIS_DEMO=1, which accepts development tokens")
    with ExitStack() as stack:
        sockets = [] if load_only else stack.enter_context(listener.listening(host, port))
        log.configure(config.log_format)
        with cluster.own(config) as reached:
            asyncio.run(prepare(reached, within_s=None))
            asyncio.run(opened(reached, _fill))
            served_at = sockets[0].getsockname()[1] if sockets else port
            _print_tokens(config, asyncio.run(opened(reached, _numbers)), served_at)
            if sockets:
                click.echo(f"\nParvis is at http://localhost:{served_at}  (stop with Ctrl-C)\n", err=True)
                serve.run_server(config, reached, sockets)


async def _fill(database: Database) -> None:
    """Write the demonstration, with a progress bar where there is something to write."""
    stories = demo_tenants()
    if {story.slug for story in stories} <= {slug for _, slug, *_ in await provisioning.listed(database)}:
        return
    total = sum(len(story.contributions) for story in stories)
    with click.progressbar(length=total, label="Writing the demonstration", file=sys.stderr) as bar:
        await load(database, stories, bar.update)
        await open_borders(database)


async def _numbers(database: Database) -> dict[str, int]:
    return {slug: number for number, slug, *_ in await provisioning.listed(database)}


def _print_tokens(config: Settings, numbers: dict[str, int], port: int) -> None:
    """Tokens of one actor of each role on the first portals, to paste into GraphiQL's headers."""
    tokens = DevelopmentTokens(config.secret)
    for story in demo_tenants()[:2]:
        click.echo(f"\nTokens of {story.title} (http://{story.slug}.localhost:{port}), good for 30 days:", err=True)
        for role in Role:
            actor = next(actor for actor in story.actors if actor.role == role.value)
            token = tokens.make(numbers[story.slug], actor_id(story.slug, actor.key), role)
            click.echo(f"  {role.value:<9} {actor.name:<24} Authorization: Bearer {token}", err=True)
