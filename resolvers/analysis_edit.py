"""Reads of what people changed of an analysis («traçabilité»)."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, cast, func

from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import stored_json


def edits(row: FromClause, analysis: FromClause, _context: FieldContext) -> Listing:
    """What was changed, the newest first."""
    order = Order("analysis_edit.newest", (row.c.number, row.c.id), (int, UUID), is_descending=True)
    return Listing((row.c.analysis_id == analysis.c.id,), order)


def edit_kind(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What was done."""
    return stored_json.said(row.c.change, "kind")


def edit_topic(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """To which topic."""
    return stored_json.number(row.c.change, "topic")


def edit_other(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """With which other."""
    return stored_json.number(row.c.change, "other")


def edit_name(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The name that was given."""
    return stored_json.said(row.c.change, "name")


def edit_size(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """How many texts were moved."""
    return cast(func.jsonb_array_length(stored_json.part(row.c.change, "ids")), Integer)
