"""Valuators of a space; and what they find of a proposal: notes that say whether it can be done, and for how much."""

from enum import Enum
from typing import Any

from psycopg import AsyncConnection, sql

from models.event import EventKind
from models.space_role import SpaceRoleKind

KNOWN: tuple[tuple[str, str, type[Enum]], ...] = (("event", "kind", EventKind), ("space_role", "kind", SpaceRoleKind))
EVALUATION = """
ALTER TABLE {note} ADD COLUMN feasibility TEXT, ADD COLUMN cost_euros INTEGER,
    ADD CONSTRAINT feasibility_known CHECK (feasibility IN ('FEASIBLE', 'NOT_FEASIBLE', 'UNDETERMINED')),
    ADD CONSTRAINT cost_of_evaluation
        CHECK (cost_euros IS NULL OR (feasibility IS NOT NULL AND cost_euros BETWEEN 0 AND 2000000000))
"""


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Add the columns, and write the CHECKs anew."""
    for name, column, known in KNOWN:
        change = sql.SQL(
            "ALTER TABLE {table} DROP CONSTRAINT {check}, ADD CONSTRAINT {check} CHECK ({column} IN ({known}))"
        )
        parts = {
            "table": sql.Identifier(schema, name),
            "check": sql.Identifier(f"{column}_known"),
            "column": sql.Identifier(column),
            "known": sql.SQL(", ").join(map(sql.Literal, [member.value for member in known])),
        }
        await connection.execute(change.format(**parts))
    await connection.execute(sql.SQL(EVALUATION).format(note=sql.Identifier(schema, "note")))
