"""Expiry: marks contributions past their time and counts them so. Reads hide them before that."""

from database.door import Database
from resolvers import life

BATCH = life.EXPIRED_AT_ONCE


async def expire(database: Database, tenant: int) -> int:
    """Mark a batch of a tenant's contributions; returns how many."""
    async with database.transaction(tenant) as transaction:
        return await life.expire(transaction)
