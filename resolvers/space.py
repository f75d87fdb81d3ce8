"""Reads of participatory spaces: public ones for everybody, those for members and drafts for whom they are meant."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, or_

from models.actor import Role
from models.base import constant
from models.refusal import ErrorCode, Refusal
from models.space import Visibility
from planner.listing import Listing, Order
from planner.question import Question
from resolvers import ident


def visible(row: FromClause, q: Question) -> ColumnElement[bool] | None:
    """Which spaces, and with them activities and contributions, a viewer sees."""
    return visible_to(row, q.viewer.role)


def visible_to(row: FromClause, role: Role | None) -> ColumnElement[bool] | None:
    """Drafts are for moderators, spaces for members are for who is signed in; None: every space."""
    if role in (Role.MODERATOR, Role.ADMIN):
        return None
    public = row.c.visibility == constant(Visibility.PUBLIC)
    return public if role is None else or_(public, row.c.visibility == constant(Visibility.MEMBERS))


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
