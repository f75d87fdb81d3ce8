"""Reads of zones: the named areas of a tenant."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, collate, func, select

from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import text


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """By name, in the order of a French dictionary."""
    keys = (text.dictionary_order(row.c.name), collate(row.c.name, "C"), row.c.id)
    return Listing((), Order("zone.name", keys, (str, str, UUID)))


def cells(row: FromClause, _context: FieldContext) -> ColumnElement[list[str]]:
    """The cells of the cover in hexadecimal."""
    cell = func.unnest(row.c.cells).column_valued("cell")
    return func.array(select(func.to_hex(cell)).correlate(row).scalar_subquery())
