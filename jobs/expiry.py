"""Expiry: contributions past their time are marked and counted so; the rest of the API does not wait for it."""

from database.door import Database
from resolvers import life

BATCH = life.EXPIRED_AT_ONCE


async def expire(database: Database, tenant: int) -> int:
    """Mark one batch of a tenant's contributions; how many there were."""
    async with database.transaction(tenant) as transaction:
        return await life.expire(transaction)
