"""Detections: what programs noticed, read by moderators beside a case; `jobs/examination.py` writes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from models.base import table
from models.contribution import Contribution
from models.detection import Detection
from planner.context import FieldContext
from planner.listing import Listing, Order

_contribution, _detection = table(Contribution), table(Detection)


def of_case(row: FromClause, case_: FromClause, _context: FieldContext) -> Listing:
    """What was noticed of the subject of a case."""
    order = Order("detection.kind", (row.c.kind, row.c.id), (str, UUID))
    about = and_(
        row.c.contribution_id == case_.c.contribution_id, row.c.comment_id.is_not_distinct_from(case_.c.comment_id)
    )
    return Listing((about,), order)


def like(detection: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The contribution that it resembles."""
    return row.c.id == detection.c.like_id


def similar_cases(row: FromClause, case_: FromClause, _context: FieldContext) -> Listing:
    """Other cases about what is like it, or by the same author, the last changed first."""
    of = _detection.alias("of_case")
    alike = (
        select(of.c.like_id)
        .where(
            of.c.contribution_id == case_.c.contribution_id,
            of.c.comment_id.is_not_distinct_from(case_.c.comment_id),
            of.c.like_id.is_not(None),
        )
        .correlate_except(of)
    )
    theirs, own = _contribution.alias("theirs"), _contribution.alias("own")
    same = (
        select(theirs.c.id)
        .join_from(own, theirs, theirs.c.author_id == own.c.author_id)
        .where(own.c.id == case_.c.contribution_id)
        .correlate_except(theirs, own)
    )
    order = Order("case.similar", (row.c.changed_at, row.c.id), (datetime, UUID), is_descending=True)
    is_similar = or_(
        row.c.contribution_id.in_(alike),
        and_(row.c.comment_id.is_(None), case_.c.comment_id.is_(None), row.c.contribution_id.in_(same)),
    )
    return Listing((row.c.id != case_.c.id, is_similar), order)
