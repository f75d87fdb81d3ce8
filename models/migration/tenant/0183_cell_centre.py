"""Exact points that are the centres of cells are none: whoever chose a hexagon on a page gave no point."""

from typing import Any

from psycopg import AsyncConnection, sql

AT_ONCE = 10_000

PLACED = """SELECT id, exact_lat, exact_lng FROM {table} WHERE precision = 'CELL' AND exact_lat IS NOT NULL AND id > %s
  ORDER BY id LIMIT %s"""
EMPTY = "UPDATE {table} SET exact_lat = NULL, exact_lng = NULL WHERE id = ANY(%s)"


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Empty them, some at a time."""
    from geo import privacy  # Commands that migrate nothing need no hexagons.

    table, behind = sql.Identifier(schema, "contribution"), "00000000-0000-0000-0000-000000000000"
    while rows := await (await connection.execute(sql.SQL(PLACED).format(table=table), (behind, AT_ONCE))).fetchall():
        middles = [id_ for id_, lat, lng in rows if privacy.is_middle(lat, lng)]
        if middles:
            await connection.execute(sql.SQL(EMPTY).format(table=table), (middles,))
        behind = rows[-1][0]
