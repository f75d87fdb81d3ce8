"""Comments: read oldest first, published by members."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, and_, case, func, literal_column, or_, select

from models.comment import BODY_LENGTH, Comment, ShownStatus
from models.event import EventKind
from models.phase import Doing
from models.refusal import ErrorCode, Refusal
from planner.act import Act, Outcome
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, review, sight, speaking, text


def of_contribution(row: FromClause, contribution: FromClause, _context: FieldContext) -> Listing:
    """The replies to a contribution, oldest first."""
    order = Order("comment.oldest", (row.c.published_at, row.c.id), (datetime, UUID))
    return Listing((row.c.contribution_id == contribution.c.id,), order)


def count(contribution: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many replies to a contribution the viewer sees."""
    row, seen = sight.counted(Comment, context.sight, "counted")
    counted = select(func.count()).where(row.c.contribution_id == contribution.c.id, *seen)
    return counted.correlate_except(row).scalar_subquery()


def body(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """What it says; nothing where it is withheld, except to moderators and its author."""
    read = sight.words(row, context.sight)
    return row.c.body if read is None else case((read, row.c.body), else_=literal_column("''", Text))


def author(comment: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Who replied; null for the author of an anonymous request, or of a withheld reply, except to moderators and
    to that author."""
    joined: ColumnElement[bool] = row.c.id == comment.c.author_id
    read = sight.words(comment, context.sight)
    if read is not None:
        joined = and_(joined, read)
    if context.viewer.is_moderator:
        return joined
    named = sight.is_named(comment)
    return and_(joined, or_(comment.c.author_id == context.viewer_id, named) if context.viewer.is_member else named)


async def publish(act: Act, *, contribution: UUID, body: str, on_behalf_of: UUID | None = None) -> Outcome:
    """Reply to a contribution that is open."""
    target = await access.contribution(act, contribution)
    target.require_running(Doing.COMMENT)
    target.require_standing()
    if await act.exists(access.SILENT, id=contribution):
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "Its status allows no comments.", "contribution")
    kept = text.clean(body, BODY_LENGTH, "body")
    author = await speaking.speaker(act, on_behalf_of)
    is_held = await review.is_due(act, target.review_rule, author)
    columns = {"status": ShownStatus.HELD, "is_unseen": True} if is_held else {}
    about = {"contribution_id": contribution, "author_id": author}
    comment = await act.insert(Comment, **about, body=kept, published_at=act.now, **columns)
    if is_held:
        await review.ask(act, contribution, comment)
    kind = EventKind.COMMENT_SUBMITTED if is_held else EventKind.COMMENT_PUBLISHED
    return act.did(kind, comment, comment_id=comment)
