"""Expiry: marks contributions past their time and counts them so. Reads hide them before that."""

from database.door import Database
from resolvers import life, parting

BATCH = life.EXPIRED_AT_ONCE


async def expire(database: Database, tenant: int) -> int:
    """Mark a batch of a tenant's contributions, and end their waiting lists; returns how many were marked."""
    async with database.transaction(tenant) as transaction:
        count = await life.expire(transaction)
        await parting.of_expired(transaction)
        return count
