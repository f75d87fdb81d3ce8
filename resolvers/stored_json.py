"""What an analysis says, which is stored as JSON, read in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Text, cast, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB


def said(value: ColumnElement[Any], key: str) -> ColumnElement[Any]:
    """A member of an object as text."""
    return value.op("->>")(literal_column(f"'{key}'", Text))


def part(value: ColumnElement[Any], key: str) -> ColumnElement[Any]:
    """A member of an object as JSON."""
    return cast(value.op("->")(literal_column(f"'{key}'", Text)), JSONB)


def number(value: ColumnElement[Any], key: str) -> ColumnElement[Any]:
    """A member of an object as a whole number."""
    return cast(said(value, key), Integer)


def items(value: ColumnElement[Any], name: str) -> FromClause:
    """The items of a JSON array, each with its place."""
    listed_ = func.jsonb_array_elements(value).table_valued("value", with_ordinality="place", name=name)
    return listed_.render_derived()
