"""Reads of zones: the named areas of a tenant."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, func, select

from planner.listing import Listing, Order
from planner.question import Question


def listed(row: FromClause, _parent: FromClause, _q: Question) -> Listing:
    """By name."""
    return Listing((), Order("zone.name", (row.c.name, row.c.id), (str, UUID)))


def cells(row: FromClause, _q: Question) -> ColumnElement[list[str]]:
    """The cells of the cover in hexadecimal."""
    cell = func.unnest(row.c.cells).column_valued("cell")
    return func.array(select(func.to_hex(cell)).correlate(row).scalar_subquery())
