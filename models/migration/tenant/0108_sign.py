"""Signs of doubt: those of this version, in a table of few rows."""

from typing import Any

from psycopg import AsyncConnection, sql

from models.set_aside import DoubtSign


async def run(connection: AsyncConnection[Any], schema: str) -> None:
    """Write the CHECK anew."""
    text = "ALTER TABLE {table} DROP CONSTRAINT sign_known, ADD CONSTRAINT sign_known CHECK (sign IN ({signs}))"
    signs = sql.SQL(", ").join(map(sql.Literal, [sign.value for sign in DoubtSign]))
    await connection.execute(sql.SQL(text).format(table=sql.Identifier(schema, "set_aside"), signs=signs))
