"""Deadlines: until when who asks the database waits, for everything that one request asks of it together."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TOTAL_S = 5.0
"""What a request waits for the database in all: for its turn, a connection and answers. Then it is told 503."""

QUEUE_SHARE = 0.8
"""Of that it may queue for so much: nobody gets a connection who has no time left to use it."""

_until: ContextVar[tuple[float, float] | None] = ContextVar("until", default=None)
"""When a task gives up to queue, and when it gives up to wait for an answer, by the clock of the event loop."""


def begin(within_s: float | None = None) -> None:
    """From now on everything that this task asks of the database is answered, or given up, by one deadline."""
    _until.set(_after(TOTAL_S if within_s is None else within_s))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Wait for no more than so many seconds meanwhile, nor beyond the deadline that holds anyway."""
    (queue, answer), (most_queue, most_answer) = _after(seconds), (queue_until(), answer_until())
    token = _until.set((min(queue, most_queue), min(answer, most_answer)))
    try:
        yield
    finally:
        _until.reset(token)


def queue_until() -> float:
    """When to give up to wait for a turn or a connection. Where nobody has begun, as in a job, each counts anew."""
    return (_until.get() or _after(TOTAL_S))[0]


def answer_until() -> float:
    """When to give up to wait for an answer."""
    return (_until.get() or _after(TOTAL_S))[1]


def _after(seconds: float) -> tuple[float, float]:
    now = asyncio.get_running_loop().time()
    return now + seconds * QUEUE_SHARE, now + seconds
