"""Removes idempotency keys after a day."""

from sqlalchemy import Interval, delete, func, literal

from database.door import Database
from models import retention
from models.base import table
from models.idempotency import Idempotency

KEPT_FOR = retention.IDEMPOTENCY.keep

_kept = table(Idempotency)
FORGET = delete(_kept).where(_kept.c.created_at < func.now() - literal(KEPT_FOR, Interval))


async def forget(database: Database, tenant: int) -> int:
    """Remove a tenant's keys that are older than KEPT_FOR; returns how many."""
    async with database.transaction(tenant) as transaction:
        return await transaction.execute(FORGET)
