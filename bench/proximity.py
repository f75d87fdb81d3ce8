"""Proximity: nearest, newest and map in the database alone, at 200,000 and at 2,000,000 contributions."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg

from bench import document, statement, work
from bench.peer import bare

RADII_KM = (1, 5, 20)
ASKED = 200
WARM = 20

LISTED = """\
query Proches($lat: Latitude!, $lng: Longitude!) {
  contributions(near: {lat: $lat, lng: $lng, radiusM: RADIUS}, order: ORDER, first: 20) {
    nodes { id title publishedAt }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of question and its variables."""

    name: str
    document: str
    variants: Sequence[work.Variables]


def questions(works: dict[str, work.Work]) -> list[Asked]:
    """Nearest and newest within each radius, and the map of a city."""
    centers, viewports = works["list"].variants, works["map"].variants
    listed = [
        Asked(
            f"{order.lower()} 20 within {radius} km",
            LISTED.replace("RADIUS", str(radius * 1_000)).replace("ORDER", order),
            centers,
        )
        for order in ("NEWEST", "NEAREST")
        for radius in RADII_KM
    ]
    return [*listed, Asked("map of a city", document.MAP, viewports)]


def measure(url: str, tenant: int, asked: Sequence[Asked]) -> dict[str, float]:
    """The median milliseconds of each question over one connection, its statement prepared."""
    planner = statement.Planner()
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:
        bare.adapt(connection)
        connection.execute("SET timezone = 'UTC'")
        return {found.name: _median_ms(connection, planner, tenant, found) for found in asked}


def _median_ms(connection: psycopg.Connection[Any], planner: statement.Planner, tenant: int, asked: Asked) -> float:
    planned = planner.read(asked.document, asked.variants[0], tenant)
    cursor = psycopg.RawCursor(connection)
    times: list[float] = []
    for variables in (*asked.variants[:WARM], *asked.variants[:ASKED]):
        parameters = planned.parameters(variables)
        started = time.perf_counter()
        cursor.execute(planned.text, parameters, prepare=True)
        times.append(time.perf_counter() - started)
    return median(times[WARM:]) * 1_000


def table(small: dict[str, float], large: dict[str, float] | None, rows: tuple[int, int]) -> str:
    """The medians side by side, in Markdown."""
    lines = [
        "## Proximity (p50 in the database, ms)\n",
        f"| question | {rows[0]:,} contributions | {rows[1]:,} | ratio |",
        "|---|---|---|---|",
    ]
    for name, ms in small.items():
        other = f"{large[name]:.2f} | {large[name] / ms:.2f}" if large else "- | -"
        lines.append(f"| {name} | {ms:.2f} | {other} |")
    return "\n".join((*lines, ""))
