"""Survey («enquête»): what an activity of that kind has beside the others."""

from typing import Any

from sqlalchemy import FromClause, Select, select

from models.activity import ActivityKind
from models.base import constant
from planner.context import FieldContext


def of_activity(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The survey of an activity; no row of other kinds."""
    return select(row.c.id.label("activity_id")).where(row.c.kind == constant(ActivityKind.SURVEY))
