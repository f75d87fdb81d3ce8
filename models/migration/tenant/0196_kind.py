"""Kinds of events: those of this version, with what happens to analyses.

New rows are checked at once; those that are there by the next step, which lets others write meanwhile.
"""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind

KNOWN: tuple[tuple[str, str, type[Enum]], ...] = (("event", "kind", EventKind),)


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the CHECKs anew."""
    for name, column, known in KNOWN:
        rule = "CHECK ({column} IN ({known})) NOT VALID"
        change = sql.SQL(f"ALTER TABLE {{table}} DROP CONSTRAINT IF EXISTS {{check}}, ADD CONSTRAINT {{check}} {rule}")
        parts = {
            "table": sql.Identifier(schema, name),
            "check": sql.Identifier(f"{column}_known"),
            "column": sql.Identifier(column),
            "known": sql.SQL(", ").join(map(sql.Literal, [member.value for member in known])),
        }
        await connection.execute(change.format(**parts))
