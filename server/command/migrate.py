"""The command that migrates, for those who want to see it happen."""

import asyncio
import sys
from contextlib import ExitStack
from typing import Any

import click

from server import cluster, settings
from server.command.example import examples
from server.command.run import prepare


class _Bar:
    """A bar on a terminal, a line every tenth of the way elsewhere; nothing where no tenant is behind."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._bar: Any = None
        self._said = 0

    def tell(self, done: int, total: int) -> None:
        """So many of the tenants that were behind are done."""
        if not sys.stderr.isatty():
            if (tenths := done * 10 // total) > self._said:
                self._said = tenths
                click.echo(f"{done} of {total} tenants", err=True)
            return
        if self._bar is None:
            self._bar = self._stack.enter_context(
                click.progressbar(length=total, label="Migrating tenants", file=sys.stderr, show_pos=True)
            )
        self._bar.update(done - self._bar.pos)


@click.command(epilog=examples("parvis migrate", "parvis migrate --at-once 8"))
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    help="Tenants that are migrated at once, each over a connection of its own; as PARVIS_MIGRATIONS_AT_ONCE says.",
)
def migrate(at_once: int | None) -> None:
    """Bring the platform's and every tenant's schema up to date, and load the register at the first time.

    It may be interrupted: what is done stays done, and the next run goes on from there.
    """
    with cluster.shared(settings.read()) as reached, ExitStack() as stack:
        applied = asyncio.run(prepare(reached, at_once=at_once, tell=_Bar(stack).tell))
    click.echo(f"{applied} migrations applied")
