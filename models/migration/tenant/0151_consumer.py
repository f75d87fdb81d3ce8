"""The consumers of events are those that this version has; what happened before was never published to others."""

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
    cursor = sql.Identifier(schema, "event_cursor")
    await connection.execute(change.format(cursor, listed))
    start = sql.SQL(
        "INSERT INTO {} (consumer, position) SELECT {}, max(position) FROM {} HAVING max(position) IS NOT NULL"
        " ON CONFLICT DO NOTHING"
    )
    name = sql.Literal(Consumer.TERRITORY.value)
    await connection.execute(start.format(cursor, name, sql.Identifier(schema, "event")))
