"""Trusted flaggers: who is one, and which reports were sent by one."""

from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind

CHANGES = (
    "ALTER TABLE {actor} ADD COLUMN is_trusted_flagger BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE {report} ADD COLUMN is_trusted BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE {event} DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ({known}))",
)


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Add the columns, and write the CHECK of events' kinds anew."""
    parts: dict[str, sql.Composable] = {name: sql.Identifier(schema, name) for name in ("actor", "report", "event")}
    parts["known"] = sql.SQL(", ").join(map(sql.Literal, [kind.value for kind in EventKind]))
    for change in CHANGES:
        await connection.execute(sql.SQL(change).format(**parts))
