"""The map's roll-up: what publishing, closing and expiring change in the counts by cell."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Integer, SmallInteger, Text, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, Uuid

from geo import cell
from geo.privacy import Published
from models.base import new_id, table
from models.contribution import CellCountDelta
from tenants.door import Transaction

_COLUMNS: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "level": SmallInteger(),
    "cell": BigInteger(),
    "lat": Double(),
    "lng": Double(),
}
_rows = (
    func.unnest(*(bindparam(f"{name}s", type_=ARRAY(type_)) for name, type_ in _COLUMNS.items()))
    .table_valued(*(column(name, type_) for name, type_ in _COLUMNS.items()), name="rows")
    .render_derived()
)

COUNT = insert(table(CellCountDelta)).from_select(
    ("id", "level", "cell", "lat", "lng", "activity_id", "kind", "delta"),
    select(
        *_rows.c, bindparam("activity", type_=Uuid()), bindparam("kind", type_=Text()), bindparam("by", type_=Integer())
    ),
)
"""One delta row for each level of the map."""


async def count(transaction: Transaction, published: Published, activity: UUID, kind: str, by: int) -> None:
    """Count a contribution in (`by` 1) or out (-1) at every level."""
    cells = published.rolled_up()
    centers = [cell.center(found) for found in cells.values()]
    await transaction.execute(
        COUNT,
        ids=[new_id() for _ in cells],
        levels=list(cells),
        cells=list(cells.values()),
        lats=[lat for lat, _ in centers],
        lngs=[lng for _, lng in centers],
        activity=activity,
        kind=kind,
        by=by,
    )
