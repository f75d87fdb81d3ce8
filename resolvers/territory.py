"""Territory («territoire»): a portal refuses places far outside of it, and reads what others publish to it."""

from datetime import datetime
from functools import reduce
from operator import add
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    any_,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

import tenants.territory
from database.door import Transaction
from geo import privacy
from models.base import table
from models.refusal import ErrorCode, Refusal
from models.roll_up import KIND_COUNTS
from models.territory import PUBLISHED_KINDS, TerritoryCellCount
from planner.context import Arguments, Asker, FieldContext
from planner.field import Word
from planner.listing import Listing, Order, OrderedScan, all_of
from resolvers import hexagon, place

_ZERO: ColumnElement[int] = literal_column("0", Integer)


async def check(transaction: Transaction, lat: float, lng: float, field: str = "location") -> None:
    """Raises Refusal(OUTSIDE_TERRITORY) for a point far outside of the portal's territory."""
    territory = tenants.territory.read(await transaction.all(tenants.territory.CENTER, of=transaction.tenant))
    if territory and not territory.holds(lat, lng):
        away = f"{territory.away_km(lat, lng):,.0f} km from the portal's centre"
        message = f"The place is {away}, more than {territory.reach_km}."
        raise Refusal(ErrorCode.OUTSIDE_TERRITORY, message, field)


# What others publish to the portal ------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """What has not expired, nearest first around a point, else newest first."""
    where = all_of(
        (
            row.c.reader_number == context.tenant,
            or_(row.c.expires_at.is_(None), row.c.expires_at > func.now()),
            _of_kinds(row, context),
            place.within_circle(row, context, "near") if context.has("near") else None,
            _in_view(row, context) if context.has("within") else None,
        )
    )
    if context.has("near"):
        keys = (place.plane_distance(row, context, "near"), row.c.id)
        order = Order("territory.nearest", keys, (float, UUID))
        return Listing(where, order, OrderedScan(place.within_box(row, context, "near")))
    order = Order("territory.newest", (row.c.published_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing(where, order)


def counted(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """One row for each cell that meets the bounds, and a few just outside, with its counts in all and by kind. What has
    just expired is counted until a job has taken it back."""
    rows, view = table(TerritoryCellCount).alias("counts"), place.View(context, "bounds", hexagon.coarsest)
    sums = [_sum(rows, kind.value).label(name) for kind, name in KIND_COUNTS.items() if kind in PUBLISHED_KINDS]
    nothing = [_ZERO.label(name) for kind, name in KIND_COUNTS.items() if kind not in PUBLISHED_KINDS]
    total: ColumnElement[int] = reduce(add, (each.element for each in sums))
    where = (
        rows.c.reader_number == context.tenant,
        rows.c.level == context.bind(hexagon.asked_level, SmallInteger()),
        rows.c.count > _ZERO,
        view.nears(rows),
        view.meets(rows),
        _of_kinds(rows, context),
    )
    center = (func.min(rows.c.lat).label("lat"), func.min(rows.c.lng).label("lng"))
    by_cell = select(rows.c.cell, *center, total.label("count"), *sums, *nothing).where(*all_of(where))
    return by_cell.group_by(rows.c.cell).order_by(rows.c.cell)


def _sum(rows: FromClause, kind: str) -> ColumnElement[int]:
    return func.sum(case((rows.c.kind == literal_column(f"'{kind}'", Text), rows.c.count), else_=_ZERO))


def _of_kinds(row: FromClause, context: FieldContext) -> ColumnElement[bool] | None:
    return row.c.kind == any_(context.bind(_kinds, ARRAY(Text()))) if context.has("kinds") else None


def _kinds(arguments: Arguments, _asker: Asker) -> list[str]:
    return [kind.value for kind in arguments["kinds"]]


def _in_view(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The cell meets the bounds `within`."""
    view = place.View(context, "within", lambda *_: privacy.SPARSE_RESOLUTION)
    return view.meets(row)


def cell(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The published cell in hexadecimal."""
    return func.to_hex(row.c.cell, type_=Word())


def center(row: FromClause, _context: FieldContext) -> Select[tuple[float, float]]:
    """The centre of the published cell."""
    return select(row.c.lat, row.c.lng)


def collectivite(publication: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whose portal published it."""
    return row.c.id == publication.c.collectivite_id


def path(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """Where it is answered, on the portal that published it."""
    before, between = (literal_column(text, Text) for text in ("'/contribution/contribution_'", "'_'"))
    return func.concat(before, row.c.tenant_number, between, row.c.id)


def band(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """How far the centre of its cell is from a point."""
    return place.band(place.distance_m(row, context, "from"))
