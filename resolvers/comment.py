"""Comments: read oldest first, published by who is signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.base import new_id, table
from models.comment import BODY_LENGTH, Comment
from models.contribution import Contribution
from models.refusal import ErrorCode, Refusal
from planner.listing import Listing, Order
from planner.mutation import Outcome
from planner.question import Asker, Question
from resolvers import access, idempotency, text

PUBLISH = insert(table(Comment)).values(
    id=bindparam("id", type_=Uuid()),
    contribution_id=bindparam("contribution", type_=Uuid()),
    author_id=bindparam("author", type_=Uuid()),
    body=bindparam("body", type_=Text()),
    published_at=func.now(),
)


def of_contribution(row: FromClause, contribution: FromClause, _q: Question) -> Listing:
    """The replies to a contribution, oldest first."""
    order = Order("comment.oldest", (row.c.published_at, row.c.id), (datetime, UUID))
    return Listing((row.c.contribution_id == contribution.c.id,), order)


def count(contribution: FromClause, _q: Question) -> ColumnElement[int]:
    """How many replies a contribution has."""
    comment = table(Comment).alias("counted")
    counted = select(func.count()).where(comment.c.contribution_id == contribution.c.id)
    return counted.correlate_except(comment).scalar_subquery()


def author(comment: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """Who replied; nobody for the author of a request without a name, except to moderators and to that author."""
    joined: ColumnElement[bool] = row.c.id == comment.c.author_id
    if q.viewer.is_moderator:
        return joined
    named = _is_named(comment)
    return and_(joined, or_(comment.c.author_id == q.viewer_id, named) if q.viewer.is_member else named)


def _is_named(comment: FromClause) -> ColumnElement[bool]:
    """The reply is not its author's own to a request without a name: it would tell whose request it is."""
    request = table(Contribution).alias("replied_to")
    own: Select[tuple[int]] = select(literal_column("1")).where(
        request.c.id == comment.c.contribution_id, request.c.is_anonymous, request.c.author_id == comment.c.author_id
    )
    return ~own.correlate_except(request).exists()


def contribution(comment: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """What was replied to."""
    return row.c.id == comment.c.contribution_id


def published(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The comment that a mutation published."""
    return row.c.id == payload.c.comment_id


async def publish(
    transaction: Transaction, asker: Asker, *, contribution: str, body: str, idempotency_key: str | None = None
) -> Outcome:
    """Reply to a contribution that is open."""
    author = access.member(asker)
    uuid = access.uuid_of(asker, "contribution", contribution, "contribution")
    kept = text.clean(body, BODY_LENGTH, "body")

    async def act() -> Outcome:
        row = await transaction.one(access.target_contribution(access.sight(asker)), id=uuid)
        if row is None:
            raise access.not_found("contribution")
        *_, is_running, is_standing = row
        if not is_running:
            raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open now.", "contribution")
        if not is_standing:
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", "contribution")
        comment = new_id()
        await transaction.execute(PUBLISH, id=comment, contribution=uuid, author=author, body=kept)
        return Outcome({"comment_id": comment})

    request = {"do": "comment", "contribution": contribution, "body": body}
    return await idempotency.once(transaction, author, idempotency_key, request, act)
