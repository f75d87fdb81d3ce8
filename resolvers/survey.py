"""Survey («enquête»): what an activity of that kind has beside the others."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select

from models.activity import Activity, ActivityKind
from models.base import constant, table
from models.phase import Doing
from planner.context import FieldContext
from resolvers import period


def of_activity(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The survey of an activity; no row of other kinds."""
    return select(row.c.id.label("activity_id")).where(row.c.kind == constant(ActivityKind.SURVEY))


def is_over(survey: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether no phase takes answers any more."""
    row = table(Activity).alias("surveyed")
    over = select(period.is_past(row, Doing.ANSWER)).where(row.c.id == survey.c.activity_id)
    return over.correlate_except(row).scalar_subquery()
