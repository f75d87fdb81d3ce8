"""Territory («territoire»): a portal refuses places far outside of it, and reads what others publish to it."""

from datetime import datetime
from functools import reduce
from operator import add
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    all_,
    and_,
    any_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

import tenants.territory
from database.door import Transaction
from geo import privacy
from models.base import constant, table
from models.refusal import ErrorCode, Refusal
from models.roll_up import KIND_COUNTS
from models.tenant import Tenant
from models.territory import PUBLISHED_KINDS, TerritoryCellCount, TerritoryPublication
from planner.context import Arguments, Asker, FieldContext
from planner.field import Word
from planner.listing import Listing, Order, OrderedScan, all_of
from resolvers import hexagon, place

_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_DIGITS: ColumnElement[int] = literal_column("45", Integer)
_DIGIT: ColumnElement[int] = literal_column("3", Integer)
_NO_RESOLUTION: ColumnElement[int] = literal_column(str(~(15 << 52)), BigInteger)
"""How H3 writes a cell: fifteen digits of three bits, and where its resolution is."""


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
            _is_let_in(row, context),
            _is_called(row, context),
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
    if context.has("word") or context.choice("isOther"):
        return _counted_anew(context)
    rows, view = table(TerritoryCellCount).alias("counts"), place.View(context, "bounds", hexagon.coarsest)
    sums = [_sum(rows, kind.value).label(name) for kind, name in KIND_COUNTS.items() if kind in PUBLISHED_KINDS]
    nothing = [_ZERO.label(name) for kind, name in KIND_COUNTS.items() if kind not in PUBLISHED_KINDS]
    total: ColumnElement[int] = reduce(add, (each.element for each in sums))
    where = (
        rows.c.reader_number == context.tenant,
        _is_let_in(rows, context),
        rows.c.level == context.bind(hexagon.asked_level, SmallInteger()),
        rows.c.count > _ZERO,
        view.nears(rows),
        view.meets(rows),
        _of_kinds(rows, context),
    )
    center = (func.min(rows.c.lat).label("lat"), func.min(rows.c.lng).label("lng"))
    by_cell = select(rows.c.cell, *center, total.label("count"), *sums, *nothing).where(*all_of(where))
    return by_cell.group_by(rows.c.cell).order_by(rows.c.cell)


def _counted_anew(context: FieldContext) -> Select[Any]:
    """The same of one word, by which nothing is counted: from the publications, and the centres of their cells from the
    counts."""
    row, view = table(TerritoryPublication).alias("shown"), place.View(context, "bounds", hexagon.around)
    level = context.bind(hexagon.asked_level, SmallInteger())
    at = _at_level(row, level)
    sums = [
        (func.count().filter(row.c.kind == constant(kind)) if kind in PUBLISHED_KINDS else _ZERO).label(name)
        for kind, name in KIND_COUNTS.items()
    ]
    where = (
        row.c.reader_number == context.tenant,
        _is_let_in(row, context),
        _is_called(row, context),
        or_(row.c.expires_at.is_(None), row.c.expires_at > func.now()),
        view.nears(row),
        _of_kinds(row, context),
    )
    counts = select(at, func.count().label("count"), *sums).where(*all_of(where)).group_by(at).subquery("counts")
    told = table(TerritoryCellCount).alias("told")
    middle = (func.min(told.c.lat).label("lat"), func.min(told.c.lng).label("lng"))
    of_view = (told.c.reader_number == context.tenant, told.c.level == level, view.nears(told))
    center = select(told.c.cell, *middle).where(*of_view).group_by(told.c.cell).subquery("center")
    shown = (
        select(counts, center.c.lat, center.c.lng).join(center, center.c.cell == counts.c.cell).subquery("shown_cells")
    )
    return select(shown).where(view.meets(shown)).order_by(shown.c.cell)


def _at_level(row: FromClause, level: ColumnElement[int]) -> ColumnElement[int]:
    """The cell of a publication that a level of the map shows: H3 writes a parent with its own resolution, and with
    ones in the place of the digits of finer ones."""
    finest = row.c.cell.op(">>")(hexagon.RESOLUTION_BIT).op("&")(hexagon.RESOLUTION_MASK)
    coarser = row.c.cell.op("&")(_NO_RESOLUTION).op("|")(cast(level, BigInteger).op("<<")(hexagon.RESOLUTION_BIT))
    unused = literal_column("1::bigint", BigInteger).op("<<")(_DIGITS - level * _DIGIT).op("-")(_ONE)
    return case((finest <= level, row.c.cell), else_=coarser.op("|")(unused)).label("cell")


def _own(name: str, context: FieldContext) -> ColumnElement[Any]:
    """What the portal itself says of others, read once a statement."""
    own = table(Tenant).alias("own_portal")
    return select(own.c[name]).where(own.c.number == context.tenant).correlate(None).scalar_subquery()


def _is_let_in(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Of no portal that this one leaves out."""
    nobody = literal_column("'{}'::bigint[]", ARRAY(BigInteger()))
    return row.c.tenant_number != all_(func.coalesce(_own("territory_left_out", context), nobody))


def _is_called(row: FromClause, context: FieldContext) -> ColumnElement[bool] | None:
    """Of a category that the portal calls by the word that is asked for, or of those for which it has none."""
    parts: list[ColumnElement[bool]] = []
    if context.choice("isOther"):
        parts.append(word(row, context).is_(None))
    if context.has("word"):
        own = table(Tenant).alias("own_portal")
        given = func.jsonb_each_text(own.c.territory_words).table_valued("key", "value", name="given").render_derived()
        keys = select(given.c.key).join_from(own, given, true())
        keys = keys.where(own.c.number == context.tenant, given.c.value == context.bind("word", Text()))
        parts.append(
            row.c.category_key == any_(func.array(keys.correlate(None).scalar_subquery(), type_=ARRAY(Text())))
        )
    return and_(*parts) if parts else None


def word(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """What this portal calls the category of a publication; null: nothing, or it has none."""
    return _own("territory_words", context).op("->>", return_type=Text())(row.c.category_key)


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


def path(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """Where it is answered, on the portal that published it."""
    before, between = (literal_column(text, Text) for text in ("'/contribution/contribution_'", "'_'"))
    return func.concat(before, row.c.tenant_number, between, row.c.id)


def band(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """How far the centre of its cell is from a point."""
    return place.band(place.distance_m(row, context, "from"))
