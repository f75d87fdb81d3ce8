"""The consumers of events are those that this version has, whichever migrations brought them."""

from typing import Any

from psycopg import AsyncConnection, sql

from models.event import Consumer


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the CHECK anew."""
    change = sql.SQL(
        "ALTER TABLE {} DROP CONSTRAINT IF EXISTS consumer_known,"
        " ADD CONSTRAINT consumer_known CHECK (consumer IN ({}))"
    )
    listed = sql.SQL(", ").join(map(sql.Literal, [consumer.value for consumer in Consumer]))
    await connection.execute(change.format(sql.Identifier(schema, "event_cursor"), listed))
