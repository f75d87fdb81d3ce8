"""Kinds of events, mails, notices and roles, statuses and signs of doubt: those of this version.

New rows are checked at once; those that are there by the next step, which lets others write meanwhile.
"""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.contribution import ContributionStatus
from models.event import EventKind
from models.mail import MailKind
from models.notice import NoticeKind
from models.set_aside import DoubtSign
from models.space_role import SpaceRoleKind

KNOWN: tuple[tuple[str, str, type[Enum]], ...] = (
    ("event", "kind", EventKind),
    ("mail", "kind", MailKind),
    ("notice", "kind", NoticeKind),
    ("space_role", "kind", SpaceRoleKind),
    ("contribution", "status", ContributionStatus),
    ("set_aside", "sign", DoubtSign),
)


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the CHECKs anew."""
    for name, column, known in KNOWN:
        rule = "CHECK ({column} IN ({known})) NOT VALID"
        change = sql.SQL(f"ALTER TABLE {{table}} DROP CONSTRAINT {{check}}, ADD CONSTRAINT {{check}} {rule}")
        parts = {
            "table": sql.Identifier(schema, name),
            "check": sql.Identifier(f"{column}_known"),
            "column": sql.Identifier(column),
            "known": sql.SQL(", ").join(map(sql.Literal, [member.value for member in known])),
        }
        await connection.execute(change.format(**parts))
