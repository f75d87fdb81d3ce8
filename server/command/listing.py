"""What commands that list show: a line each, and a word where there is nothing, which no pipe reads."""

from collections.abc import Iterable

import click


def show(lines: Iterable[str], nothing: str) -> None:
    """Print the lines; where there are none, say so on standard error."""
    told = list(lines)
    for line in told:
        click.echo(line)
    if not told:
        click.echo(nothing, err=True)
