"""Usage: how much of the database one operation used, counted where its statements are answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from psycopg.pq.abc import PGresult


@dataclass(slots=True)
class Usage:
    """Statements (without BEGIN and COMMIT), the rows that they returned or changed, and the seconds that they took."""

    statements: int = 0
    rows: int = 0
    seconds: float = 0.0

    def add(self, statements: int, rows: int, seconds: float) -> None:
        """Count some statements that were answered together."""
        self.statements += statements
        self.rows += rows
        self.seconds += seconds


_usage: ContextVar[Usage | None] = ContextVar("usage", default=None)


def begin() -> Usage:
    """Count what this task asks of the database from now on, until it begins anew."""
    usage = Usage()
    _usage.set(usage)
    return usage


@contextmanager
def counted(usage: Usage | None) -> Iterator[None]:
    """Within the block, count what this task asks of the database there; None: count nothing, as where one statement
    serves several operations."""
    token = _usage.set(usage)
    try:
        yield
    finally:
        _usage.reset(token)


def current() -> Usage | None:
    """Where this task's statements are counted."""
    return _usage.get()


def note(results: Sequence[PGresult], seconds: float) -> None:
    """Count answers; takes less than a microsecond."""
    usage = _usage.get()
    if usage is None:
        return
    usage.seconds += seconds
    for result in results:
        if (touched := result.command_tuples) is not None:
            usage.statements += 1
            usage.rows += touched
