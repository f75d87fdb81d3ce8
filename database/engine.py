"""Engine: whether a cluster spreads tenants' schemas over machines (decision 0103)."""

import psycopg

IS_DISTRIBUTED = "EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"
"""Whether the database has the extension that does; a condition of SQL."""


async def is_distributed(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
    """Whether the connection's database spreads tenants' schemas over machines."""
    cursor = await connection.execute(f"SELECT {IS_DISTRIBUTED}")
    return await cursor.fetchone() == (True,)
