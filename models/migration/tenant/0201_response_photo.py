"""Photos of responses, and kinds of events: those of this version, with what happens to photos.

New events are checked at once; those that are there by the next step, which lets others write meanwhile.
"""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind

PHOTOS = """\
ALTER TABLE {schema}.official_response
    ADD COLUMN photo BYTEA,
    ADD COLUMN photo_small BYTEA,
    ADD COLUMN photo_digest TEXT,
    ADD COLUMN photo_description TEXT,
    ADD COLUMN photo_width SMALLINT,
    ADD COLUMN photo_height SMALLINT,
    ADD COLUMN photo_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN photo_removed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN photo_removal TEXT,
    ADD CONSTRAINT photo_whole CHECK (num_nulls(photo, photo_small, photo_digest, photo_description, photo_width,
        photo_height, photo_at) IN (0, 7)),
    ADD CONSTRAINT photo_in_reach CHECK (octet_length(photo) BETWEEN 1 AND 2097152
        AND octet_length(photo_small) BETWEEN 1 AND 524288),
    ADD CONSTRAINT photo_removal_explained CHECK (num_nulls(photo_removed_at, photo_removal) IN (0, 2))
"""
KNOWN: tuple[tuple[str, str, type[Enum]], ...] = (("event", "kind", EventKind),)


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Add the columns, and write the CHECKs anew."""
    await connection.execute(sql.SQL(PHOTOS).format(schema=sql.Identifier(schema)))
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
