"""Reads of the map: open contributions counted by cell, from the roll-up and what is not folded into it yet."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    Text,
    any_,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

import geo.cell
from geo import cover
from models.base import constant, table
from models.contribution import CellCount, CellCountDelta, ContributionKind
from models.refusal import ErrorCode, Refusal
from planner.listing import all_of
from planner.question import Arguments, Asker, Question
from resolvers import ident, place

MAX_ZOOM = 22

_COUNTS = {"count": None} | {f"{kind.value.lower()}_count": kind for kind in ContributionKind}
"""The counts of a cell: of all contributions, and of those of one kind."""


def counted(_parent: FromClause, q: Question) -> Select[Any]:
    """One row a cell whose centre lies in the bounds: all counts and those by kind."""
    level = q.bind(_level, SmallInteger())
    edges = {name: _edge(q, name) for name in ("south", "west", "north", "east")}
    activity = ident.argument(q, "activity", "activity") if q.has("activity") else None
    kinds = q.bind(_kinds, ARRAY(Text())) if q.has("kinds") else None
    seen = q.visible_ids("Activity")

    def part(rows: FromClause, count: ColumnElement[int]) -> Select[Any]:
        shown = all_of(
            (
                rows.c.level == level,
                rows.c.lat.between(edges["south"], edges["north"]),
                rows.c.lng.between(edges["west"], edges["east"]),
                rows.c.activity_id == any_(seen),
                rows.c.activity_id == activity if activity is not None else None,
                rows.c.kind == any_(kinds) if kinds is not None else None,
            )
        )
        return select(*_place(rows), *_counts(rows, count)).where(*shown).group_by(rows.c.cell)

    # Each part is summed by itself: rows that pass through a union cost half as much again.
    folded, fresh = table(CellCount).alias("folded"), table(CellCountDelta).alias("fresh")
    rows = union_all(part(folded, folded.c.count), part(fresh, fresh.c.delta)).subquery("counts")
    sums = [func.coalesce(func.sum(rows.c[name]), literal_column("0")).label(name) for name in _COUNTS]
    summed = select(*_place(rows), *sums).group_by(rows.c.cell)
    return summed.having(func.sum(rows.c.count) > literal_column("0")).order_by(rows.c.cell)


def _place(rows: FromClause) -> list[ColumnElement[Any]]:
    return [rows.c.cell, func.min(rows.c.lat).label("lat"), func.min(rows.c.lng).label("lng")]


def _counts(rows: FromClause, count: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """All of them and those by kind, as numbers that may be summed once more."""
    total = func.sum(count)
    found = (total if kind is None else total.filter(rows.c.kind == constant(kind)) for kind in _COUNTS.values())
    return [cast(number, Integer).label(name) for name, number in zip(_COUNTS, found, strict=True)]


def cell(row: FromClause, _q: Question) -> ColumnElement[str]:
    """The cell in hexadecimal."""
    return func.to_hex(row.c.cell)


async def boundaries(cells: list[str]) -> list[list[place.Point]]:
    """The corners of cells, in the order of the cells."""
    return [[place.Point(lat, lng) for lat, lng in geo.cell.boundary(geo.cell.from_text(text))] for text in cells]


def _edge(q: Question, name: str) -> ColumnElement[float]:
    return q.bind(lambda arguments, _: float(arguments["bounds"][name]), Double())


def _kinds(arguments: Arguments, _asker: Asker) -> list[str]:
    return [kind.value for kind in arguments["kinds"]]


def _level(arguments: Arguments, _asker: Asker) -> int:
    """The level of the zoom. Raises Refusal for bounds that are upside down or too wide for any level."""
    zoom = arguments["zoom"]
    if not 0 <= zoom <= MAX_ZOOM:
        raise Refusal(ErrorCode.BAD_INPUT, f"`zoom` is from 0 to {MAX_ZOOM}.", "zoom")
    bounds = place.bounds(arguments, "bounds")
    level = cover.map_level(zoom, bounds["south"], bounds["west"], bounds["north"], bounds["east"])
    if level == 0:
        raise Refusal(ErrorCode.BAD_INPUT, "`bounds` are wider than a country: zoom in.", "bounds")
    return level
