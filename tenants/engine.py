"""Engine: what kind of PostgreSQL a cluster is, as far as the DDL of tenants depends on it (decision 0098)."""

from database.pool import PooledConnection

IS_DISTRIBUTED = "EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"
"""Whether the database has the extension that spreads schemas over machines; a condition of SQL."""


async def is_distributed(connection: PooledConnection) -> bool:
    """Whether the connection's database spreads tenants' schemas over machines."""
    cursor = await connection.execute(f"SELECT {IS_DISTRIBUTED}")
    return await cursor.fetchone() == (True,)
