"""Notices: what a person was told, and whether it was read; only what the person still sees."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, func, literal_column, select, update

from models.base import table
from models.notice import Notice
from models.refusal import not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import sight

MANY = 99
"""More unread notices than this are not counted."""

_notice = table(Notice)
_own = _notice.c.actor_id == value(Notice, "actor_id")
_unread = _notice.c.read_at.is_(None)
READ = (
    update(_notice)
    .where(_own, _notice.c.id == value(Notice, "id"))
    .values(read_at=func.coalesce(_notice.c.read_at, func.now()))
)
READ_ALL = update(_notice).where(_own, _unread).values(read_at=func.now())


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What the viewer was told, the newest first."""
    order = Order("notice.newest", (row.c.position, row.c.id), (int, UUID), is_descending=True)
    return Listing((row.c.actor_id == actor.c.id, actor.c.id == context.viewer_id), order)


def unread_count(row: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many notices the viewer has not read, of those about what the viewer sees."""
    unread = _notice.alias("unread")
    seen = sight.notice(unread, context.sight)
    few = (
        select(literal_column("1", Integer).label("one"))
        .where(unread.c.actor_id == context.viewer_id, row.c.id == context.viewer_id, unread.c.read_at.is_(None), seen)
        .limit(literal_column(str(MANY + 1), Integer))
    )
    return select(func.count()).select_from(few.correlate(row).lateral("few")).scalar_subquery()


def is_read(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer has read it, or said so."""
    return row.c.read_at.is_not(None)


def about(column: str) -> Any:
    """What it is about."""
    return lambda notice, row, _context: row.c.id == notice.c[column]


# Writes ---------------------------------------------------------------------------------------------------------------


async def note_read(act: Act, *, notice: UUID | None = None) -> Outcome:
    """Mark one notice as read, or all."""
    if notice is None:
        await act.execute(READ_ALL, actor_id=act.actor)
    elif not await act.execute(READ, actor_id=act.actor, id=notice):
        raise not_found("notice")
    return act.did(notice_id=notice)
