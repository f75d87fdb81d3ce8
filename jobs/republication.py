"""Republication: publishes positions again that an older rule had published, once for each tenant."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, select, update
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from models.base import table
from models.contribution import Contribution
from models.tenant import POSITION_RULE
from resolvers import roll_up
from resolvers.position import Position, Publisher
from resolvers.unplaced import NOWHERE
from tenants import provisioning

BATCH = 500

_contribution = table(Contribution)
_FOUND = (*roll_up.COLUMNS, "id", "exact_lat", "exact_lng", "address", "zone_id")
_NEXT = (
    select(*(_contribution.c[name] for name in _FOUND))
    .where(_contribution.c.cell.is_not(None), _contribution.c.id > bindparam("after", type_=Uuid()))
    .order_by(_contribution.c.id)
    .limit(bindparam("batch", type_=BigInteger()))
    .with_for_update(key_share=True)
)
_MOVED = [name for name in NOWHERE if name not in ("exact_lat", "exact_lng", "address")]
MOVE = roll_up.counting(
    update(_contribution)
    .where(_contribution.c.id == bindparam("row", type_=Uuid()))
    .values(**{name: bindparam(f"to_{name}", type_=_contribution.c[name].type) for name in _MOVED})
)


async def republish(database: Database) -> int:
    """Publish positions again that an older rule had published; returns how many contributions moved.

    Each batch is a transaction. A run that was interrupted is continued by the next one.
    """
    moved = 0
    for number in await provisioning.behind(database):
        moved += await _republish(database, number)
        async with database.administration() as connection:
            await connection.execute(
                "UPDATE platform.tenant SET position_rule = %s WHERE number = %s", [POSITION_RULE, number]
            )
    return moved


async def _republish(database: Database, tenant: int) -> int:
    moved, after = 0, UUID(int=0)
    while True:
        async with database.transaction(tenant) as transaction:
            batch = await transaction.all(_NEXT, after=after, batch=BATCH)
            rows: list[dict[str, Any]] = [dict(zip(_FOUND, row, strict=True)) for row in batch]
            publisher = Publisher(transaction)
            for row in rows:
                moved += await _move(transaction, publisher, row)
        if len(rows) < BATCH:
            return moved
        after = rows[-1]["id"]


async def _move(transaction: Transaction, publisher: Publisher, row: dict[str, Any]) -> bool:
    """Publish one contribution's position again, and count it there; whether anything changed."""
    was = roll_up.counted(roll_up.CountedRow.of(row))
    assert was.published is not None
    is_known = row["exact_lat"] is not None
    lat, lng = (row["exact_lat"], row["exact_lng"]) if is_known else (was.published.lat, was.published.lng)
    published, zone = await publisher.publish(lat, lng, exact=was.published.is_exact)
    if (published.cell, zone) == (was.published.cell, row["zone_id"]):
        return False
    to = Position(lat, lng, published, row["address"], zone).columns()
    counts = roll_up.deltas((was, replace(was, published=published)))
    await transaction.execute(MOVE, **counts, row=row["id"], **{f"to_{name}": to[name] for name in _MOVED})
    return True
