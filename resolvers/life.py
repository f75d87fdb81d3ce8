"""Life: where a contribution is in its life, by the database's clock."""

from sqlalchemy import ColumnElement, FromClause, and_, func, or_

from models.base import constant
from models.contribution import ContributionStatus


def is_open(row: FromClause) -> ColumnElement[bool]:
    """It is stored as open, although its expiry may be past."""
    return row.c.status == constant(ContributionStatus.OPEN)


def is_standing(row: FromClause) -> ColumnElement[bool]:
    """It is open and not past its expiry."""
    return and_(is_open(row), or_(row.c.expires_at.is_(None), row.c.expires_at > func.now()))


def is_past(row: FromClause) -> ColumnElement[bool]:
    """It is past its expiry, and the worker has not marked it yet."""
    return and_(is_open(row), row.c.expires_at <= func.now())
