"""The command that serves the API."""

import asyncio
import signal
import sys
from contextlib import ExitStack, suppress
from socket import socket

import click
import uvicorn

from server import app, cluster, ending, listener, log, settings
from server.cluster import Cluster
from server.command.example import examples
from server.command.run import prepare
from server.protocol import SPEAKING
from server.settings import Settings

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
            run_server(config, reached, sockets)


def run_server(config: Settings, reached: Cluster, sockets: list[socket]) -> None:
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
