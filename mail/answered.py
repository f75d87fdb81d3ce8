"""Answered: what became of a report as it stands now, for its receipt and for the mails to whoever sent it."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, literal_column, or_, select

from models.base import constant, table
from models.moderation import ABOUT_AUTHOR, DecisionAction, ModerationDecision


def standing(report: FromClause, name: str) -> ColumnElement[Any]:
    """A column of the decision that holds for a report: the one that answered it, or a later one of its case about the
    content, such as a reversal; of a suspension, that it was lifted. NULL while nothing is decided."""
    answer, later = table(ModerationDecision).alias("answer"), table(ModerationDecision).alias("standing")
    is_about_content = later.c.action.not_in([constant(action) for action in ABOUT_AUTHOR])
    is_lifted = and_(
        answer.c.action == constant(DecisionAction.SUSPEND), later.c.action == constant(DecisionAction.LIFT)
    )
    return (
        select(later.c[name])
        .where(
            answer.c.id == report.c.decision_id,
            later.c.case_id == answer.c.case_id,
            later.c.id >= answer.c.id,
            or_(later.c.id == answer.c.id, is_about_content, is_lifted),
        )
        .order_by(later.c.id.desc())
        .limit(literal_column("1"))
        .correlate_except(answer, later)
        .scalar_subquery()
    )
