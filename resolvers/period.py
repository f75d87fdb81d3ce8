"""Period: half-open, [opens_at, closes_at), by the database's clock; how one is read and how one is written."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, or_
from sqlalchemy.types import DateTime

from models.refusal import ErrorCode, Refusal
from planner.context import FieldContext


def is_open(row: FromClause, context: FieldContext | None = None) -> ColumnElement[bool]:
    """Now lies in the row's period; or the instant that the argument `at` names does."""
    at: ColumnElement[Any] = (
        context.bind("at", DateTime(timezone=True)) if context is not None and context.has("at") else func.now()
    )
    return and_(row.c.opens_at <= at, or_(row.c.closes_at.is_(None), row.c.closes_at > at))


def columns(opens_at: datetime | None, closes_at: datetime | None) -> dict[str, Any]:
    """A period that ends after it begins. Raises Refusal(BAD_INPUT)."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Refusal(ErrorCode.BAD_INPUT, "It closes after it opens.", "closesAt")
    return {"opens_at": opens_at, "closes_at": closes_at}
