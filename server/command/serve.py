"""The commands that serve: the API, and the demonstration."""

import asyncio
import signal
import sys
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from socket import socket

import click
import uvicorn

from auth.token import DevelopmentTokens
from database.door import Database
from demo import analysing
from demo import tenants as demo_tenants
from demo.load import actor_id, load
from demo.territory import open_borders
from models.actor import Role
from server import app, cluster, ending, listener, log, settings
from server.cluster import Cluster
from server.command.run import examples, opened, prepare
from server.protocol import SPEAKING
from server.settings import Settings
from tenants import provisioning

NOT_STARTED = 3
"""The exit code of a server that said in its log why it does not start."""

GRACE_S = 10
"""How long answers under way may take when the server is asked to stop."""


@click.command(
    epilog=examples(
        "parvis serve",
        "PARVIS_DEMO=1 parvis serve --port 8000",
        "DATABASE_URL=postgresql://… parvis serve --host 0.0.0.0",
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
def serve(host: str, port: int) -> None:
    """Bring the database up to date and serve the API."""
    config = settings.read()
    with listener.listening(host, port) as sockets:
        log.configure(config.log_format)
        with cluster.own(config) as reached:
            asyncio.run(prepare(reached, within_s=None))
            _serve(config, reached, sockets)


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
            asyncio.run(opened(reached, partial(_fill, folder=config.data)))
            served_at = sockets[0].getsockname()[1] if sockets else port
            _print_tokens(config, asyncio.run(opened(reached, _numbers)), served_at)
            if sockets:
                click.echo(f"\nParvis is at http://localhost:{served_at}  (stop with Ctrl-C)\n", err=True)
                _serve(config, reached, sockets)


async def _fill(database: Database, folder: Path) -> None:
    """Write the demonstration, with a progress bar where there is something to write."""
    stories = demo_tenants()
    if {story.slug for story in stories} <= {slug for _, slug, *_ in await provisioning.listed(database)}:
        return
    total = sum(len(story.contributions) for story in stories)
    with click.progressbar(length=total, label="Writing the demonstration", file=sys.stderr) as bar:
        await load(database, stories, bar.update)
        await open_borders(database)
    numbers = await _numbers(database)
    for story in stories:
        if story.slug == analysing.CITY:
            await analysing.analyse(database, story, numbers[story.slug], folder)


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


def _serve(config: Settings, reached: Cluster, sockets: list[socket]) -> None:
    """Serve until SIGINT or SIGTERM; either way the answers under way are finished and the cluster is stopped."""
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    port = sockets[0].getsockname()[1]
    application = app.build(config, reached.database(config.connections), port)
    server = ending.EndingServer(
        application.state.end_live,
        uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            **SPEAKING,
        ),
    )
    with ExitStack() as stack:
        if config.is_demo:
            stack.enter_context(listener.noted(config.data, port))
        with suppress(KeyboardInterrupt):
            server.run(sockets=sockets)
    if not server.started:
        sys.exit(NOT_STARTED)
