"""Avoiding: two people between whom there is a block find none of each other's offers, requests and listings.

Neither in lists, nor in their counts, nor on the map. What is published without a name is shown to all: that it is
missing would tell whose it is.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, all_, any_, case, cast, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Uuid

from models.actor_block import ActorBlock
from models.base import constant, table
from models.contribution import PUBLIC_STATUSES, RULES, Contribution, ContributionStatus
from planner.context import FieldContext
from resolvers import life

KINDS = tuple(kind for kind, rule in RULES.items() if rule.is_exchanged)
MINUS_ONE: ColumnElement[int] = literal_column("-1", Integer)
_UUIDS = ARRAY(Uuid())


def applies(context: FieldContext) -> bool:
    """Whether the viewer may avoid somebody; moderators see everything."""
    return context.viewer.is_member and not context.viewer.is_moderator


def unseen(context: FieldContext) -> tuple[FromClause, tuple[ColumnElement[bool], ...]]:
    """The contributions that the viewer does not find, and the conditions on them."""
    row = table(Contribution).alias("avoided")
    return row, (
        row.c.author_id == any_(_others(context)),
        row.c.kind.in_([constant(kind) for kind in KINDS]),
        row.c.is_anonymous.is_(False),
    )


def is_shown(row: FromClause, context: FieldContext) -> ColumnElement[bool] | None:
    """It is none of them: by its id, which indexes of lists hold. None where nobody is avoided."""
    if not applies(context):
        return None
    avoided, where = unseen(context)
    ids: Any = func.array(select(avoided.c.id).where(*where).correlate(None).scalar_subquery(), type_=_UUIDS)
    # A sub-select of its own: computed once a statement, and mostly empty.
    return row.c.id != all_(cast(select(ids).correlate(None).scalar_subquery(), _UUIDS))


def counts(context: FieldContext) -> list[Any]:
    """The parts that take them from the counts by activity, status as of now, kind and category."""
    if not applies(context):
        return []
    row, where = unseen(context)
    where = (*where, row.c.status.in_([constant(status) for status in PUBLIC_STATUSES]))
    status = case((life.is_past(row), constant(ContributionStatus.EXPIRED)), else_=row.c.status).label("status")
    taken = MINUS_ONE.label("count")
    return [select(row.c.activity_id, status, row.c.kind, row.c.category_id, taken).where(*where)]


def _others(context: FieldContext) -> ColumnElement[Any]:
    """Everybody with whom the viewer has a block, whoever made it."""
    made, had = table(ActorBlock).alias("made"), table(ActorBlock).alias("had")
    both = union_all(
        select(made.c.blocked_id.label("id")).where(made.c.blocker_id == context.viewer_id),
        select(had.c.blocker_id.label("id")).where(had.c.blocked_id == context.viewer_id),
    ).subquery("blocks")
    ids: Any = func.array(select(both.c.id).correlate(None).scalar_subquery(), type_=_UUIDS)
    return cast(select(ids).correlate(None).scalar_subquery(), _UUIDS)
