"""Reads of the map: open contributions by cell, from the counts and the deltas that are not folded yet."""

from collections.abc import Iterable
from functools import partial, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    all_,
    any_,
    case,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

import geo.cell
from geo import cover, privacy
from models.activity import Activity
from models.base import constant, table
from models.contribution import Contribution, ContributionKind
from models.refusal import ErrorCode, Refusal
from models.roll_up import KIND_COUNTS, CellCount, CellCountDelta, SpaceCellCount, count_of
from planner.context import Arguments, Asker, FieldContext
from planner.field import Word
from planner.listing import all_of
from planner.loading import BatchContext
from resolvers import avoiding, contribution, ident, life, place

MAX_ZOOM = 22

_COUNTED_ANEW = ("search", "categories", "zone")
"""Filters that counts do not know."""

RESOLUTION_BIT: ColumnElement[int] = literal_column("52", Integer)
RESOLUTION_MASK: ColumnElement[int] = literal_column("15", Integer)
"""Where H3 keeps a cell's resolution."""

_ZERO: ColumnElement[int] = literal_column("0", Integer)


def counted(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """One row for each cell that meets the bounds, and a few just outside, with its counts in all and by kind.

    Counts by space are read where they suffice, because a city has hardly more of these than cells. They do not suffice
    for a single activity, nor for spaces in which the viewer does not see all activities.
    """
    if any(context.has(name) for name in _COUNTED_ANEW):
        return _counted_anew(context)
    asked, folded, fresh = _Asked(context), table(CellCount).alias("folded"), table(CellCountDelta).alias("fresh")
    parts = [asked.by_activity(fresh, fresh.c.delta)]
    if asked.activity is not None:
        parts.append(asked.by_activity(folded, folded.c.count))
    elif (partly := _partly_seen(context)) is None:
        parts.append(asked.by_space())
    else:
        parts.append(asked.by_space(but=partly))
        parts.append(asked.by_activity(folded, folded.c.count, within=partly))
    if avoiding.applies(context):
        parts.append(asked.avoided())
    rows = union_all(*parts).subquery("counts")
    sums = [func.sum(rows.c[name]).label(name) for name in KIND_COUNTS.values()]
    total: ColumnElement[int] = reduce(add, (kind_sum.element for kind_sum in sums))
    center = (func.min(rows.c.lat).label("lat"), func.min(rows.c.lng).label("lng"))
    by_cell = select(rows.c.cell, *center, total.label("count"), *sums).group_by(rows.c.cell)
    return by_cell.having(total > _ZERO).order_by(rows.c.cell)


def _counted_anew(context: FieldContext) -> Select[Any]:
    """The same of what filters find that nothing is counted by: from the contributions, and the centres of their cells
    from the counts."""
    row, view = table(Contribution).alias("shown"), place.View(context, "bounds", around)
    level = context.bind(asked_level, SmallInteger())
    cell = _at_level(row, level)
    sums = [func.count().filter(row.c.kind == constant(kind)).label(name) for kind, name in KIND_COUNTS.items()]
    seen = (row.c.activity_id == any_(context.visible_ids("Activity")), row.c.cell.is_not(None), view.nears(row))
    by_cell = select(cell, func.count().label("count"), *sums).where(*seen, *contribution.on_map(row, context))
    counts = by_cell.group_by(cell).subquery("counts")
    sources = (table(CellCount).alias("folded"), table(CellCountDelta).alias("fresh"))
    same = ((each, (each.c.level == level, each.c.cell == counts.c.cell)) for each in sources)
    center = union_all(*(select(each.c.lat, each.c.lng).where(*of) for each, of in same)).limit(1).lateral("center")
    shown = select(counts, center.c.lat, center.c.lng).join(center, true()).subquery("shown_cells")
    return select(shown).where(view.meets(shown)).order_by(shown.c.cell)


def _at_level(row: FromClause, level: ColumnElement[int]) -> ColumnElement[int]:
    """The cell of a contribution that a level of the map shows."""
    finest = row.c.cell.op(">>")(RESOLUTION_BIT).op("&")(RESOLUTION_MASK)
    at_level = case(*((level == each, row.c[f"cell_{each}"]) for each in cover.INDEXED_RESOLUTIONS), else_=row.c.cell)
    return case((finest <= level, row.c.cell), else_=at_level).label("cell")


class _Asked:
    """The counts that are asked for. Each method returns unsummed rows: a cell, its centre and a count by kind."""

    def __init__(self, context: FieldContext) -> None:
        self._q = context
        self._view = place.View(context, "bounds", coarsest)
        self._level = context.bind(asked_level, SmallInteger())
        self._kinds = context.bind(_kinds, ARRAY(Text())) if context.has("kinds") else None
        self.activity = ident.argument(context, "activity", "activity") if context.has("activity") else None

    def by_activity(
        self, rows: FromClause, count: ColumnElement[int], within: ColumnElement[Any] | None = None
    ) -> Select[Any]:
        """Counts by activity and kind, optionally only `within` some spaces."""
        conditions = (
            rows.c.activity_id == any_(self._q.visible_ids("Activity")),
            rows.c.activity_id == self.activity if self.activity is not None else None,
            rows.c.kind == any_(self._kinds) if self._kinds is not None else None,
            rows.c.activity_id == any_(_activities_in(within)) if within is not None else None,
            func.cardinality(within) > _ZERO if within is not None else None,  # Checked once, before rows.
        )
        counts = (case((rows.c.kind == constant(kind), count), else_=_ZERO) for kind in KIND_COUNTS)
        return self._select(rows, counts).where(*all_of(conditions))

    def by_space(self, but: ColumnElement[Any] | None = None) -> Select[Any]:
        """Counts by space, optionally without some spaces."""
        rows = table(SpaceCellCount).alias("whole")
        conditions = (
            rows.c.space_id == any_(self._q.visible_ids("ParticipatorySpace")),
            rows.c.space_id != all_(but) if but is not None else None,
        )
        counts = (self._as_asked(kind, count_of(kind, rows.c.counts)) for kind in KIND_COUNTS)
        return self._select(rows, counts).where(*all_of(conditions))

    def avoided(self) -> Select[Any]:
        """What the viewer does not find, taken from its cell; the centre is told by what else is there."""
        row, where = avoiding.unseen(self._q)
        conditions = (
            life.is_standing(row),
            row.c.cell.is_not(None),
            row.c.activity_id == any_(self._q.visible_ids("Activity")),
            row.c.activity_id == self.activity if self.activity is not None else None,
            row.c.kind == any_(self._kinds) if self._kinds is not None else None,
        )
        counts = (
            case((row.c.kind == constant(kind), avoiding.MINUS_ONE), else_=_ZERO).label(name)
            for kind, name in KIND_COUNTS.items()
        )
        nowhere = (null().cast(Double).label(name) for name in ("lat", "lng"))
        return select(_at_level(row, self._level), *nowhere, *counts).where(*where, *all_of(conditions))

    def _as_asked(self, kind: ContributionKind, count: ColumnElement[int]) -> ColumnElement[int]:
        """A count, or 0 if its kind is not asked for."""
        if self._kinds is None:
            return count
        return case((self._q.bind(partial(_is_asked, kind), Boolean()), count), else_=_ZERO)

    def _select(self, rows: FromClause, counts: Iterable[ColumnElement[int]]) -> Select[Any]:
        named = (count.label(name) for count, name in zip(counts, KIND_COUNTS.values(), strict=True))
        return select(rows.c.cell, rows.c.lat, rows.c.lng, *named).where(
            rows.c.level == self._level, self._view.nears(rows), self._view.meets(rows)
        )


def _partly_seen(context: FieldContext) -> ColumnElement[Any] | None:
    """The spaces with activities that are hidden from the viewer, as an array; None if none can be."""
    row = table(Activity).alias("unseen")
    hidden = context.hides("Activity", row)
    return None if hidden is None else _ids(row.c.space_id, hidden)


def _activities_in(spaces: ColumnElement[Any]) -> ColumnElement[Any]:
    row = table(Activity).alias("inside")
    return _ids(row.c.id, row.c.space_id == any_(spaces))


def _ids(id_: ColumnElement[Any], where: ColumnElement[bool]) -> ColumnElement[Any]:
    """An array that PostgreSQL computes once a statement."""
    return func.array(select(id_).where(where).correlate(None).scalar_subquery(), type_=ARRAY(Uuid()))


def cell(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The cell in hexadecimal."""
    return func.to_hex(row.c.cell, type_=Word())


async def boundaries(_context: BatchContext, cells: list[str]) -> list[list[place.LatLng]]:
    """The corners of cells, in the order of the cells."""
    return [[place.LatLng(lat, lng) for lat, lng in geo.cell.boundary(geo.cell.from_text(text))] for text in cells]


def coarsest(arguments: Arguments, asker: Asker) -> int:
    """The resolution of the largest cells that the level has."""
    return min(asked_level(arguments, asker), privacy.SPARSE_RESOLUTION)


def around(arguments: Arguments, asker: Asker) -> int:
    """A resolution whose cells reach further than the whole of a cell that meets the bounds."""
    return coarsest(arguments, asker) - 1


def _kinds(arguments: Arguments, _asker: Asker) -> list[str]:
    return [kind.value for kind in arguments["kinds"]]


def _is_asked(kind: ContributionKind, arguments: Arguments, _asker: Asker) -> bool:
    return kind in arguments["kinds"]


def asked_level(arguments: Arguments, _asker: Asker) -> int:
    """The level of the zoom. Raises Refusal for bounds that are upside down or too wide for any level."""
    zoom = arguments["zoom"]
    if not 0 <= zoom <= MAX_ZOOM:
        raise Refusal(ErrorCode.BAD_INPUT, f"`zoom` is from 0 to {MAX_ZOOM}.", "zoom")
    bounds = place.bounds(arguments, "bounds")
    level = cover.map_level(zoom, bounds["south"], bounds["west"], bounds["north"], bounds["east"])
    if level == 0:
        raise Refusal(ErrorCode.BAD_INPUT, "`bounds` are wider than a country: zoom in.", "bounds")
    return level
