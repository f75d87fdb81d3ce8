"""Expiry: contributions past their time are marked and leave the map; the rest of the API does not wait for it."""

from sqlalchemy import BigInteger, func, literal_column, select, update

from geo.privacy import Published
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus, Precision
from resolvers import roll_up
from tenants.door import Database

BATCH = 500

_contribution = table(Contribution)
_due = (
    select(_contribution.c.id)
    .where(_contribution.c.status == constant(ContributionStatus.OPEN), _contribution.c.expires_at <= func.now())
    .limit(literal_column(str(BATCH), BigInteger))
    .with_for_update(skip_locked=True)
)
EXPIRE = (
    update(_contribution)
    .where(_contribution.c.id.in_(_due))
    .values(status=constant(ContributionStatus.EXPIRED))
    .returning(*(_contribution.c[name] for name in ("cell", "lat", "lng", "precision", "activity_id", "kind")))
)


async def expire(database: Database, tenant: int) -> int:
    """Mark one batch of a tenant's contributions; how many there were."""
    async with database.transaction(tenant) as transaction:
        rows = await transaction.all(EXPIRE)
        for cell, lat, lng, precision, activity, kind in rows:
            if cell is not None:
                published = Published(cell, lat, lng, precision == Precision.EXACT.value)  # type: ignore[arg-type]  # columns of the table
                await roll_up.count(transaction, published, activity, str(kind), -1)  # type: ignore[arg-type]  # a UUID column
        return len(rows)
