"""Deadlines: how long a request waits for the database, over all its statements together."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

TOTAL_S = 5.0
"""How long a request may wait in all for its turn, a connection and answers. After that it fails with 503."""

QUEUE_SHARE = 0.8
"""The part of TOTAL_S that a request may queue: later a connection would leave no time to use it."""

_until: ContextVar[tuple[float, float] | None] = ContextVar("until", default=None)
"""When a task gives up queueing, and when it gives up waiting for an answer, by the event loop's clock."""


def begin(within_s: float | None = None) -> None:
    """Start the deadline for everything that this task asks of the database from now on."""
    _until.set(_after(TOTAL_S if within_s is None else within_s))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Shorten the deadline to so many seconds within the block; it is never lengthened."""
    (queue, answer), (most_queue, most_answer) = _after(seconds), (queue_until(), answer_until())
    token = _until.set((min(queue, most_queue), min(answer, most_answer)))
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def paused() -> Iterator[None]:
    """What is done within the block does not count: it asks nothing of the database, as planning and sending do."""
    began = monotonic()
    try:
        yield
    finally:
        if (until := _until.get()) is not None:
            took = monotonic() - began
            _until.set((until[0] + took, until[1] + took))


def queue_until() -> float:
    """When to give up waiting for a turn or a connection. Without `begin`, as in jobs, each wait has a new deadline."""
    return (_until.get() or _after(TOTAL_S))[0]


def answer_until() -> float:
    """When to give up waiting for an answer."""
    return (_until.get() or _after(TOTAL_S))[1]


def _after(seconds: float) -> tuple[float, float]:
    now = monotonic()
    return now + seconds * QUEUE_SHARE, now + seconds
