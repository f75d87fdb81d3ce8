"""Administrators set identity providers: their order, and a client's secret that the server alone reads."""

from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind

SETTING = """
ALTER TABLE {provider} ADD COLUMN sealed_secret TEXT, ADD COLUMN rank INTEGER DEFAULT 0 NOT NULL,
    ADD CONSTRAINT secret_kept_once CHECK (sealed_secret IS NULL OR secret_name = '')
"""
KNOWN = "ALTER TABLE {event} DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ({known}))"


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Add the columns, and write the CHECK of events' kinds anew."""
    await connection.execute(sql.SQL(SETTING).format(provider=sql.Identifier(schema, "identity_provider")))
    known = sql.SQL(", ").join(map(sql.Literal, [kind.value for kind in EventKind]))
    await connection.execute(sql.SQL(KNOWN).format(event=sql.Identifier(schema, "event"), known=known))
