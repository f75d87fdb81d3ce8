"""`python -m bench.scan`: what statements whose plans are kept read from end to end, in tenants of several sizes.

For each work and for the orders and searches of lists: milliseconds with scans of whole tables allowed, as it is, and
not, and which tables of more than a thousand rows a run reads from end to end.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import psycopg

from bench import data, statement, work
from bench.data import Size
from bench.peer import bare
from bench.statement import Planned
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres

SIZES = (Size(50_000, True), Size(200_000, True), Size(2_000_000, False))
FEW = 1_000
"""Tables of so many rows may be read from end to end."""

TIMES = 12
"""PostgreSQL plans a statement five times for its values before it keeps a plan."""

_ROW = "nodes { id title author { name } category { name } } pageInfo { endCursor }"
NEAR = "near: {lat: 48.11, lng: -1.68, radiusM: 5000}"
LISTS = {
    "newest": "",
    "most supported": "order: MOST_SUPPORTED",
    "of a kind": "kinds: [PROPOSAL]",
    "closed": "status: CLOSED",
    "of any status": "status: null",
    "nearest": f"{NEAR}, order: NEAREST",
    "within bounds": "within: {south: 48.10, west: -1.70, north: 48.12, east: -1.66}",
    "one word": 'search: "jardin"',
    "two words": 'search: "jardin partagé"',
    "one word, near": f'search: "jardin", {NEAR}, order: NEAREST',
}
TALLIES = "{ contributions(kinds: [PROPOSAL]) { nodes { id tally { totalCount supportCount counts { key count } } } } }"
SPACES = """{ spaces { nodes { title activities { title statistics {
  totalCount openCount categories { count } days { count } } } } } }"""
READ = """
SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables JOIN pg_class USING (relname)
WHERE schemaname = %s AND relnamespace = schemaname::regnamespace AND reltuples > %s"""


def documents() -> dict[str, str]:
    """What is asked beside the works: each list, also where it is counted, tallies and statistics."""
    lists = {name: f"{{ contributions({given or 'first: 20'}) {{ {_ROW} }} }}" for name, given in LISTS.items()}
    counts = {
        f"{name}, counted": text.replace(_ROW, "totalCount") for name, text in lists.items() if "near" not in name
    }
    return {**lists, **counts, "tallies": TALLIES, "spaces": SPACES}


def read_whole(connection: psycopg.Connection[Any], planned: Planned, values: list[object], tenant: int) -> set[str]:
    """The tables of more than FEW rows that runs read from end to end, with plans made for them or kept."""
    connection.execute("DISCARD PLANS")
    with connection.transaction():
        before = dict(connection.execute(READ, [f"t_{tenant}", FEW]).fetchall())
        for _ in range(TIMES):
            psycopg.RawCursor(connection).execute(planned.text, values, prepare=True)
        return {name for name, read in connection.execute(READ, [f"t_{tenant}", FEW]) if read > before.get(name, 0)}


def _ms(connection: psycopg.Connection[Any], planned: Planned, values: list[object]) -> float:
    """The best of so many, by plans made under the connection's settings."""
    cursor, times = psycopg.RawCursor(connection), []
    connection.execute("DISCARD PLANS")
    for _ in range(TIMES):
        started = time.perf_counter()
        cursor.execute(planned.text, values, prepare=True)
        times.append(time.perf_counter() - started)
    return min(times) * 1_000


@click.command()
@click.option(
    "--data", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".parvis/bench/postgres")
)
def main(folder: Path) -> None:
    """Print a table in Markdown for each size; the data are those of the bench."""
    with EmbeddedPostgres(folder) as postgres:
        numbers = [asyncio.run(_provided(postgres.url, size)) for size in SIZES]
        for size, (tenant, works) in zip(SIZES, numbers, strict=True):
            click.echo(f"\n{size.contributions:,} contributions\n")
            click.echo("| asked | as it is | no scans | read whole |\n|---|---|---|---|")
            for line in _lines(postgres.url, tenant, works):
                click.echo(line)


async def _provided(url: str, size: Size) -> tuple[int, dict[str, work.Work]]:
    database = Database(url, connections=4)
    await database.open()
    try:
        tenant = await data.provide(database, size, lambda _: None)
        async with database.administration() as connection:
            return tenant, await work.draw(connection, tenant) if size.has_replies else {}
    finally:
        await database.close()


def _lines(url: str, tenant: int, works: Mapping[str, work.Work]) -> Iterator[str]:
    planner = statement.Planner()
    asked: dict[str, tuple[str, Any]] = {name: (text, {}) for name, text in documents().items()}
    for name, found in works.items():
        if name not in ("vote", "cached"):
            asked[f"work `{name}`"] = found.document, work.written(found.variants[0], lambda id_: id_.parvis(tenant))
    with psycopg.connect(url, autocommit=True) as connection:
        bare.adapt(connection)
        connection.execute("SET jit = off")
        for name, (text, variables) in asked.items():
            planned = planner.read(text, variables, tenant)
            values, times = planned.parameters(variables), []
            for is_on in ("on", "off"):
                connection.execute(f"SET enable_seqscan = {is_on}".encode())
                times.append(_ms(connection, planned, values))
            connection.execute("SET enable_seqscan = on")
            whole = ", ".join(sorted(read_whole(connection, planned, values, tenant))) or "–"
            yield f"| {name} | {times[0]:.2f} | {times[1]:.2f} | {whole} |"


if __name__ == "__main__":
    main()
