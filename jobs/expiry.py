"""Expiry: contributions past their time are marked and counted so; the rest of the API does not wait for it."""

from dataclasses import replace

from sqlalchemy import BigInteger, literal_column, select, update

from database.door import Database
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from planner.row import reader
from resolvers import life, roll_up

BATCH = 500

_contribution = table(Contribution)
_due = (
    select(_contribution.c.id)
    .where(life.is_past(_contribution))
    .limit(literal_column(str(BATCH), BigInteger))
    .with_for_update(skip_locked=True)
)
EXPIRE = (
    update(_contribution)
    .where(_contribution.c.id.in_(_due))
    .values(status=constant(ContributionStatus.EXPIRED))
    .returning(*(_contribution.c[name] for name in roll_up.COLUMNS))
)
_stored = reader(EXPIRE, roll_up.Stored)


async def expire(database: Database, tenant: int) -> int:
    """Mark one batch of a tenant's contributions; how many there were."""
    async with database.transaction(tenant) as transaction:
        rows = await transaction.all(EXPIRE)
        expired = [roll_up.counted(_stored(row)) for row in rows]
        await roll_up.count(transaction, *((replace(now, status=ContributionStatus.OPEN), now) for now in expired))
        return len(rows)
