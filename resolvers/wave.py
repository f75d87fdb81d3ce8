"""Waves: what a request's author is told of them: how many neighbours know of it, when the next will; no names."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, exists, func, literal_column
from sqlalchemy.types import SmallInteger

from models.base import table
from models.contribution import Contribution
from models.wave import PLAN, TEAM
from planner.context import FieldContext
from resolvers import exchange, life

_contribution = table(Contribution)
_times = literal_column(str(PLAN.times), SmallInteger)


def count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many waves went out."""
    return func.least(row.c.step, _times)


def next_at(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """When the next neighbours are told, while help is wanted."""
    wanted = exists().where(
        _contribution.c.id == row.c.contribution_id,
        life.is_standing(_contribution),
        exchange.is_unanswered(_contribution),
    )
    return case((wanted & (row.c.step < _times), row.c.due_at))


def is_team_told(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether whoever runs the activity was told that nobody has answered."""
    return row.c.step == literal_column(str(TEAM), SmallInteger)
