"""Survey («enquête»): what an activity of that kind has beside the others."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, and_, case, cast, func, null, select, true

from models.activity import Activity, ActivityKind
from models.base import constant, table
from models.phase import Doing
from models.survey_answer import SurveyAnswer, SurveyAnswerState
from planner.context import FieldContext
from resolvers import period
from resolvers.few import is_withheld


def of_activity(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The survey of an activity; no row of other kinds."""
    return select(row.c.id.label("activity_id")).where(row.c.kind == constant(ActivityKind.SURVEY))


def is_over(survey: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether no phase takes answers any more."""
    return _of(survey, lambda row: period.is_past(row, Doing.ANSWER))


def is_without_account(survey: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it asks not even for an account."""
    return _of(survey, lambda row: row.c.is_without_account)


def _of(survey: FromClause, column: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
    row = table(Activity).alias("surveyed")
    held = select(column(row)).where(row.c.id == survey.c.activity_id)
    return held.correlate_except(row).scalar_subquery()


def _sent(survey: FromClause) -> tuple[FromClause, ColumnElement[bool]]:
    row = table(SurveyAnswer).alias("channelled_answer")
    return row, and_(row.c.activity_id == survey.c.activity_id, row.c.state == constant(SurveyAnswerState.SENT))


def channels(survey: FromClause, context: FieldContext) -> Select[Any]:
    """Answers by channel and proof; few are withheld. While people answer administrators alone see any: others would
    see by what somebody has proved who has just answered."""
    row, is_sent = _sent(survey)
    seen = true() if context.viewer.is_administrator else is_over(survey, context)
    people = func.count(type_=Integer()).label("people")
    counted = (
        (select(row.c.channel, row.c.proof, people).where(is_sent, seen).group_by(row.c.channel, row.c.proof))
        .correlate_except(row)
        .subquery("counted_channel")
    )
    key = func.concat(counted.c.channel, counted.c.proof)
    told: Any = case((~is_withheld(counted.c.people, key), counted.c.people))
    return select(counted.c.channel, counted.c.proof, told.label("answer_count")).order_by(key)


def doubles(survey: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """How many say what another one has said before; for administrators."""
    if not context.viewer.is_administrator:
        return cast(null(), Integer)
    row, is_sent = _sent(survey)
    counted = select(func.count(type_=Integer())).select_from(row).where(is_sent, row.c.is_double)
    return counted.correlate_except(row).scalar_subquery()
