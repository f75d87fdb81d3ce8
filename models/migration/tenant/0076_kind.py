"""Kinds of events and of notices: those of this version."""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind
from models.notice import NoticeKind

KNOWN: tuple[tuple[str, str, type[Enum]], ...] = (("event", "kind", EventKind), ("notice", "kind", NoticeKind))


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the CHECKs anew."""
    for name, column, known in KNOWN:
        change = sql.SQL(
            "ALTER TABLE {table} DROP CONSTRAINT {check}, ADD CONSTRAINT {check} CHECK ({column} IN ({known}))"
        )
        parts = {
            "table": sql.Identifier(schema, name),
            "check": sql.Identifier(f"{column}_known"),
            "column": sql.Identifier(column),
            "known": sql.SQL(", ").join(map(sql.Literal, [member.value for member in known])),
        }
        await connection.execute(change.format(**parts))
