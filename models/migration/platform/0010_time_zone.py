"""Each tenant gets the time zone of its collectivité."""

from typing import Any

from psycopg import AsyncConnection, sql

from models import time_zone

_TENANTS = (
    "SELECT t.number, c.id, c.parent_ids"
    " FROM platform.tenant t JOIN platform.collectivite c ON c.id = t.collectivite_id"
)


async def run(connection: AsyncConnection[Any], _schema: str) -> None:
    """Add the column, fill it, and let the known time zones alone be in it."""
    await connection.execute("ALTER TABLE platform.tenant ADD COLUMN time_zone TEXT")
    cursor = await connection.execute(_TENANTS)
    for number, collectivite, parents in await cursor.fetchall():
        zone = time_zone.of(collectivite, parents)
        await connection.execute("UPDATE platform.tenant SET time_zone = %s WHERE number = %s", [zone, number])
    known = sql.SQL(", ").join(map(sql.Literal, time_zone.ALL))
    await connection.execute("ALTER TABLE platform.tenant ALTER COLUMN time_zone SET NOT NULL")
    await connection.execute(
        sql.SQL("ALTER TABLE platform.tenant ADD CONSTRAINT time_zone_known CHECK (time_zone IN ({}))").format(known)
    )
