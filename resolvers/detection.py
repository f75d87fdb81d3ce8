"""Detections: what programs noticed, read by moderators beside a case; `jobs/examination.py` writes them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, literal_column, or_, select
from sqlalchemy.types import Uuid

from models.base import constant, table
from models.contribution import Contribution
from models.detection import Detection, DetectionKind
from models.moderation import ModerationCase, ModerationDecision
from planner.context import FieldContext
from planner.listing import Listing, Order

SIMILAR = 5

_contribution, _detection = table(Contribution), table(Detection)
_case, _decision = table(ModerationCase), table(ModerationDecision)


def of_case(row: FromClause, case_: FromClause, _context: FieldContext) -> Listing:
    """What was noticed of the subject of a case."""
    order = Order("detection.kind", (row.c.kind, row.c.id), (str, UUID))
    about = and_(
        row.c.contribution_id == case_.c.contribution_id, row.c.comment_id.is_not_distinct_from(case_.c.comment_id)
    )
    return Listing((about, case_.c.message_id.is_(None)), order)


def language(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The language in which a contribution seems to be, where that is another than the portal's."""
    return _language(row.c.id, literal_column("NULL", Uuid))


def comment_language(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The same of a reply."""
    return _language(row.c.contribution_id, row.c.id)


def _language(contribution: ColumnElement[Any], comment: ColumnElement[Any]) -> ColumnElement[Any]:
    mark = _detection.alias("language")
    told = select(mark.c.words).where(
        mark.c.contribution_id == contribution,
        mark.c.comment_id.is_not_distinct_from(comment),
        mark.c.kind == constant(DetectionKind.LANGUAGE),
    )
    return told.limit(literal_column("1")).correlate_except(mark).scalar_subquery()


def similar_cases(case_: FromClause, _context: FieldContext) -> Select[Any]:
    """Other cases about what is like it, or about contributions of the same author, the last changed first."""
    row, of = _case.alias("other"), _detection.alias("of_case")
    alike = select(of.c.like_id).where(
        of.c.contribution_id == case_.c.contribution_id,
        of.c.comment_id.is_not_distinct_from(case_.c.comment_id),
        of.c.like_id.is_not(None),
    )
    theirs, own, about = (_contribution.alias(name) for name in ("theirs", "own", "about"))
    same = (
        select(theirs.c.id)
        .join_from(own, theirs, theirs.c.author_id == own.c.author_id)
        .where(own.c.id == case_.c.contribution_id, case_.c.comment_id.is_(None))
    )
    last = (
        select(_decision.c.action)
        .where(_decision.c.case_id == row.c.id)
        .order_by(_decision.c.id.desc())
        .limit(literal_column("1"))
        .correlate(row)
        .scalar_subquery()
    )
    is_similar = or_(
        row.c.contribution_id.in_(alike.correlate_except(of)),
        and_(row.c.comment_id.is_(None), row.c.contribution_id.in_(same.correlate_except(theirs, own))),
    )
    return (
        select(row.c.id, about.c.title, row.c.state, row.c.changed_at, last.label("action"))
        .select_from(row.join(about, about.c.id == row.c.contribution_id))
        .where(row.c.id != case_.c.id, is_similar)
        .order_by(row.c.changed_at.desc(), row.c.id.desc())
        .limit(literal_column(str(SIMILAR)))
        .correlate(case_)
    )
