"""A second step of signing in, and kinds of events: those of this version, with what happens to it.

New events are checked at once; those that are there by the next step, which lets others write meanwhile.
"""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind

ACCOUNT = """\
ALTER TABLE {schema}.account
    ADD COLUMN second_step TEXT,
    ADD COLUMN second_step_last BIGINT,
    ADD COLUMN recovery_digests TEXT[] DEFAULT '{{}}' NOT NULL,
    ADD CONSTRAINT second_step_whole CHECK (num_nulls(second_step, second_step_last) IN (0, 2))
"""
SESSION = "ALTER TABLE {schema}.session ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE"
KNOWN: tuple[tuple[str, str, type[Enum]], ...] = (("event", "kind", EventKind),)


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Add the columns, and write the CHECKs anew."""
    for change in (ACCOUNT, SESSION):
        await connection.execute(sql.SQL(change).format(schema=sql.Identifier(schema)))
    for name, column, known in KNOWN:
        rule = "CHECK ({column} IN ({known})) NOT VALID"
        checked = sql.SQL(f"ALTER TABLE {{table}} DROP CONSTRAINT IF EXISTS {{check}}, ADD CONSTRAINT {{check}} {rule}")
        parts = {
            "table": sql.Identifier(schema, name),
            "check": sql.Identifier(f"{column}_known"),
            "column": sql.Identifier(column),
            "known": sql.SQL(", ").join(map(sql.Literal, [member.value for member in known])),
        }
        await connection.execute(checked.format(**parts))
