"""Groups of commands that are loaded when they are called, so that none waits for what another one needs."""

import gc
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType, TracebackType
from typing import Any, NamedTuple

import click


class Lazy(NamedTuple):
    """Where a command is defined, and its first sentence, which the group's help shows."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """Knows its commands by name; says what is wrong in one sentence, without a stack trace."""

    def __init__(self, *given: Any, lazy: Mapping[str, Lazy], **options: Any) -> None:
        super().__init__(*given, **options)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name, loaded now."""
        if cmd_name not in self.lazy:
            return None
        module, _, name = self.lazy[cmd_name].place.partition(":")
        command = getattr(sys.modules.get(module) or _loaded(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their first sentences, without loading any."""
        rows: Sequence[tuple[str, str]] = [(name, self.lazy[name].summary) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        with _Told():
            return super().invoke(ctx)


def _loaded(module: str) -> ModuleType:
    """Import it. What is imported stays: looking for garbage in it, then or afterwards, takes a third of the time."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


class _Told:
    """Turns the errors that a person can do something about into a sentence."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None or isinstance(error, (click.ClickException, click.exceptions.Exit, click.Abort)):
            return
        from server.command import error as command_error  # Only now: it knows the errors of everything.

        sentence = command_error.sentence(error)
        if sentence is not None:
            raise click.ClickException(sentence) from error
