"""Sides: one statement at several sizes of the data, asked in turn, so that a busy machine slows all alike."""

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg

import register.load
from bench import proximity
from database.door import Database
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

ROUNDS = 5
"""Rounds that count, after one that reads everything in; a figure is the median of theirs."""

EXPLAINED = 40
"""So many questions are explained, one after another."""


@dataclass(frozen=True, slots=True)
class Side:
    """One size: how many rows there are, and the statements with their parameters."""

    rows: int
    statements: Sequence[proximity.Statement]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one question: milliseconds over one connection, and how many pages of 8 kB its plan touches, at the median and
    at most, and how many of them are not in PostgreSQL's own memory, at the median."""

    rows: int
    p50_ms: float
    p95_ms: float
    pages: int
    most_pages: int
    pages_read: int


def tenants(url: str, code: str, name: str, count: int) -> list[int]:
    """The numbers of as many new tenants of one collectivité, in an empty cluster."""
    return asyncio.run(_made(url, code, name, count))


async def _made(url: str, code: str, name: str, count: int) -> list[int]:
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    new = (NewTenant(code, f"{name}-{rank}", (f"{name}-{rank}.example",)) for rank in range(count))
    numbers = [(await provisioning.create(database, one))[0] for one in new]
    await database.close()
    return numbers


def compared(url: str, sides: Sequence[Side]) -> list[Figures]:
    """Each side's figures: a question of each in turn, over a connection of its own, its statement prepared."""
    with ExitStack() as stack:
        connections = [stack.enter_context(proximity.connected(url)) for _ in sides]
        asked = [_round(connections, sides) for _ in range(1 + ROUNDS)][1:]
        pages = [_pages(connection, side.statements) for connection, side in zip(connections, sides, strict=True)]
    return [
        Figures(
            side.rows,
            statistics.median(_quantile(taken[place], 0.5) for taken in asked),
            statistics.median(_quantile(taken[place], 0.95) for taken in asked),
            int(statistics.median(hit + read for hit, read in pages[place])),
            max(hit + read for hit, read in pages[place]),
            int(statistics.median(read for _, read in pages[place])),
        )
        for place, side in enumerate(sides)
    ]


def _round(connections: Sequence[psycopg.Connection[Any]], sides: Sequence[Side]) -> list[list[float]]:
    """Milliseconds of every question, by side."""
    cursors = [psycopg.RawCursor(connection) for connection in connections]
    taken: list[list[float]] = [[] for _ in sides]
    for statements in zip(*(side.statements for side in sides), strict=True):
        for cursor, (text, parameters), times in zip(cursors, statements, taken, strict=True):
            started = time.perf_counter()
            cursor.execute(text, parameters, prepare=True)
            times.append((time.perf_counter() - started) * 1_000)
    return taken


def _pages(connection: psycopg.Connection[Any], statements: Sequence[proximity.Statement]) -> list[tuple[int, int]]:
    """How many pages the plan of each question touches, of tables and of indexes: in memory, and read in."""
    counted = []
    for text, parameters in statements[:EXPLAINED]:
        explained = psycopg.RawCursor(connection).execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", parameters)
        [told] = explained.fetchone() or ("",)
        [whole] = json.loads(told) if isinstance(told, str | bytes) else told
        counted.append((int(whole["Plan"]["Shared Hit Blocks"]), int(whole["Plan"]["Shared Read Blocks"])))
    return counted


def _quantile(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def table(what: str, sides: Sequence[Figures]) -> str:
    """The figures side by side, in Markdown."""
    lines = [f"| rows of {what} | p50, ms | p95, ms | pages, median | most | read in, median |", "|---:" * 6 + "|"]
    for one in sides:
        times, pages = (one.p50_ms, one.p95_ms), (one.rows, one.pages, one.most_pages, one.pages_read)
        rows, *touched = (f"{count:,}" for count in pages)
        lines.append(f"| {' | '.join((rows, *(f'{ms:.2f}' for ms in times), *touched))} |")
    return "\n".join(lines)
