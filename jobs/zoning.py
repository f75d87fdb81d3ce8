"""Zoning: behind a change of zones, gives contributions those with which they are published, in batches."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, delete, func, literal_column, select, update
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from models.base import constant, table, unnested
from models.contribution import Contribution, Precision
from models.zone import ZoneChange, ZoneChangeState
from resolvers.position import Publisher

BATCH = 500

_change, _contribution = table(ZoneChange), table(Contribution)
_waits = _change.c.state == constant(ZoneChangeState.ASSIGNING)
CLAIM = (
    select(_change.c.id, _change.c.done_after)
    .where(_waits)
    .order_by(_change.c.created_at, _change.c.id)
    .limit(literal_column("1"))
    .with_for_update(skip_locked=True)
)
NEXT = select(func.min(_change.c.created_at)).where(_waits)
_id = bindparam("id", type_=Uuid())
GO_ON = update(_change).where(_change.c.id == _id).values(done_after=bindparam("done_after", type_=Uuid()))
END = delete(_change).where(_change.c.id == _id)
_FOUND = ("id", "zone_id", "precision", "cell", "exact_lat", "exact_lng", "lat", "lng")
_BATCH = (
    select(*(_contribution.c[name] for name in _FOUND))
    .where(_contribution.c.cell.is_not(None), _contribution.c.id > bindparam("after", type_=Uuid()))
    .order_by(_contribution.c.id)
    .limit(bindparam("batch", type_=BigInteger()))
    .with_for_update(key_share=True)
)
_moved = unnested("moved", {"id": Uuid(), "zone_id": Uuid()})
MOVE = update(_contribution).where(_contribution.c.id == _moved.c.id).values(zone_id=_moved.c.zone_id)


async def work(database: Database, tenant: int) -> None:
    """Follow every change of zones to its end. Several processes share the work, a batch each."""
    while await _go_on(database, tenant):
        database.note_change(tenant)


async def _go_on(database: Database, tenant: int) -> bool:
    """One batch, which is a transaction; whether there was anything to do."""
    async with database.transaction(tenant) as transaction:
        claimed = await transaction.one(CLAIM)
        if claimed is None:
            return False
        change, after = claimed
        batch = await transaction.all(_BATCH, after=after, batch=BATCH)
        rows: list[dict[str, Any]] = [dict(zip(_FOUND, row, strict=True)) for row in batch]
        await _assign(transaction, rows)
        if len(rows) < BATCH:
            await transaction.execute(END, id=change)
        else:
            await transaction.execute(GO_ON, id=change, done_after=rows[-1]["id"])
        return True


async def _assign(transaction: Transaction, rows: list[dict[str, Any]]) -> None:
    publisher = Publisher(transaction)
    moved: dict[UUID, UUID | None] = {}
    for row in rows:
        is_known = row["exact_lat"] is not None
        lat, lng = (row["exact_lat"], row["exact_lng"]) if is_known else (row["lat"], row["lng"])
        is_exact = row["precision"] == Precision.EXACT.value
        zone = await publisher.zone(row["lat"], row["lng"]) if is_exact else await publisher.zone(lat, lng, row["cell"])
        if zone != row["zone_id"]:
            moved[row["id"]] = zone
    if moved:
        await transaction.execute(MOVE, ids=list(moved), zone_ids=list(moved.values()))
