"""Exchanges: the clock does with them what is due, batch by batch."""

from database.door import Database
from resolvers import exchange_clock


async def tend(database: Database, tenant: int) -> int:
    """Do all that is due with a tenant's exchanges; returns with how many."""
    count, done = 0, exchange_clock.AT_ONCE
    while done == exchange_clock.AT_ONCE:
        async with database.transaction(tenant) as transaction:
            done = await exchange_clock.tend(transaction)
        count += done
    return count
