"""Proximity: nearest, newest and map in the database alone, at two sizes, and PostGIS on the same rows beside."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg

from bench import document, statement, work
from bench.peer import bare

RADII_KM = (1, 5, 20)
ASKED = 200
AT_LEAST = 20
PATIENCE_S = 10
"""What takes longer is asked less often."""

Item = TypeVar("Item")
Statement = tuple[str, Sequence[object]]
"""A text and its parameters."""

LISTED = """\
query Proches($lat: Latitude!, $lng: Longitude!) {
  contributions(near: {lat: $lat, lng: $lng, radiusM: RADIUS}, order: ORDER, first: 20) {
    nodes { id title publishedAt }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of question and its variables; `order` and `radius_m` where it is a list."""

    name: str
    document: str
    variants: Sequence[work.Variables]
    order: str = ""
    radius_m: int = 0


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one question over one connection."""

    p50_ms: float
    p99_ms: float


def questions(works: dict[str, work.Work]) -> list[Asked]:
    """Nearest and newest within each radius, and the map of a city."""
    centers, viewports = works["list"].variants, works["map"].variants
    listed = [
        Asked(
            f"{order.lower()} 20 within {radius} km",
            LISTED.replace("RADIUS", str(radius * 1_000)).replace("ORDER", order),
            centers,
            order,
            radius * 1_000,
        )
        for order in ("NEWEST", "NEAREST")
        for radius in RADII_KM
    ]
    return [*listed, Asked("map of a city", document.MAP, viewports)]


def measure(url: str, tenants: Sequence[int], asked: Sequence[Asked]) -> list[dict[str, Times]]:
    """Each question over one connection for each tenant, its statement prepared; the tenants take turns."""
    planner = statement.Planner()
    found: list[dict[str, Times]] = [{} for _ in tenants]
    with ExitStack() as stack:
        connections = [stack.enter_context(connected(url)) for _ in tenants]
        for one in asked:
            planned = [planner.read(one.document, one.variants[0], tenant) for tenant in tenants]
            statements = ([(plan.text, plan.parameters(given)) for given in one.variants] for plan in planned)
            for times, measured in zip(found, timed(*zip(connections, statements, strict=True)), strict=True):
                times[one.name] = measured
    return found


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that sends parameters as Parvis does."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:
        bare.adapt(connection)
        for setting in ("timezone = 'UTC'", "jit = off"):
            connection.execute(f"SET {setting}".encode())
        yield connection


def timed(*sides: tuple[psycopg.Connection[Any], Iterable[Statement]]) -> list[Times]:
    """The first ASKED statements of each side with their parameters, the sides in turn, all asked once before."""
    cursors = [psycopg.RawCursor(connection) for connection, _ in sides]
    rounds = list(zip(*(list(statements)[:ASKED] for _, statements in sides), strict=True))
    for statements in _for_a_while(rounds):  # Each kind of question has its own index, which is read in by this.
        for cursor, (text, parameters) in zip(cursors, statements, strict=True):
            cursor.execute(text, parameters, prepare=True)
    times: list[list[float]] = [[] for _ in sides]
    for statements in _for_a_while(rounds):
        for cursor, (text, parameters), taken in zip(cursors, statements, times, strict=True):
            started = time.perf_counter()
            cursor.execute(text, parameters, prepare=True)
            taken.append((time.perf_counter() - started) * 1_000)
    ordered = map(sorted, times)
    return [Times(taken[len(taken) // 2], taken[int(len(taken) * 0.99)]) for taken in ordered]


def _for_a_while(statements: Iterable[Item]) -> Iterator[Item]:
    """At least AT_LEAST of them, and as many as patience allows."""
    until = time.perf_counter() + PATIENCE_S
    for place, item in enumerate(statements):
        if place >= AT_LEAST and time.perf_counter() > until:
            return
        yield item


def table(sizes: Sequence[int], found: Sequence[dict[str, Times]], postgis: dict[str, Times] | None) -> str:
    """The figures of all sizes side by side, in Markdown; PostGIS' are those of the last size."""
    heads = [f"{size:,} contributions: p50 | p99" for size in sizes]
    lines = [
        "## Proximity (in the database, ms)\n",
        f"| question | {' | '.join(heads)} | ratio of p50 | PostGIS, {sizes[-1]:,}: p50 | p99 |",
        "|---" * (4 + 2 * len(sizes)) + "|",
    ]
    for name in found[0]:
        times = [_cells(one[name]) for one in found]
        ratio = f"{found[-1][name].p50_ms / found[0][name].p50_ms:.2f}" if len(found) > 1 else "-"
        beside = "not installed | -" if postgis is None else _cells(postgis[name]) if name in postgis else "- | -"
        lines.append(f"| {name} | {' | '.join(times)} | {ratio} | {beside} |")
    return "\n".join((*lines, ""))


def _cells(times: Times) -> str:
    return f"{times.p50_ms:.2f} | {times.p99_ms:.2f}"
