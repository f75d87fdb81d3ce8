"""What is searched of each contribution is told apart anew, in words that every cluster reads alike."""

from typing import Any

from psycopg import AsyncConnection, sql

from models import word

PAGE = 500

_NEXT = sql.SQL("SELECT id, title, body FROM {} WHERE id > %s::uuid ORDER BY id LIMIT %s")
_WRITE = sql.SQL(
    "UPDATE {} c SET search_text = n.words FROM unnest(%s::uuid[], %s::text[]) n(id, words) WHERE c.id = n.id"
)
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the words of all contributions, some at a time: no more of them is in memory at once."""
    contribution = sql.Identifier(schema, "contribution")
    last: object = _BEFORE_ALL
    while True:
        cursor = await connection.execute(_NEXT.format(contribution), [last, PAGE])
        rows = await cursor.fetchall()
        if not rows:
            return
        ids = [row[0] for row in rows]
        await connection.execute(
            _WRITE.format(contribution), [ids, [word.searchable(title, body) for _, title, body in rows]]
        )
        last = ids[-1]
