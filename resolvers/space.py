"""Reads of participatory spaces."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, or_

from models.refusal import ErrorCode, Refusal
from planner.listing import Listing, Order
from planner.question import Question
from resolvers import ident


def is_open(row: FromClause, _q: Question | None = None) -> ColumnElement[bool]:
    """Now lies in [opens_at, closes_at), by the database's clock."""
    return and_(row.c.opens_at <= func.now(), or_(row.c.closes_at.is_(None), row.c.closes_at > func.now()))


def by_argument(_parent: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The one space that an argument names; exactly one argument is wanted."""
    if q.has("id") == q.has("slug"):
        raise Refusal(ErrorCode.BAD_INPUT, "Give exactly one of `id` and `slug`.", "id")
    if q.has("id"):
        return row.c.id == ident.argument(q, "space", "id")
    return row.c.slug == q.bind("slug", Text())


def listed(row: FromClause, _parent: FromClause, _q: Question) -> Listing:
    """Newest first."""
    return Listing((), Order("space.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))
