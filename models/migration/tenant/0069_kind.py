"""The kinds of events and mails are those that this version knows, whichever migrations brought them."""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind
from models.mail import MailKind

KINDS: dict[str, type[Enum]] = {"event": EventKind, "mail": MailKind}


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the CHECKs anew."""
    for name, kinds in KINDS.items():
        change = sql.SQL(
            "ALTER TABLE {table} DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ({}))"
        )
        listed = sql.SQL(", ").join(map(sql.Literal, [kind.value for kind in kinds]))
        await connection.execute(change.format(listed, table=sql.Identifier(schema, name)))
