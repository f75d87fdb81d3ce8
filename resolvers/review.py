"""Review («relecture avant publication»): what waits for a moderator before anybody sees it, and its first showing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, case, func, literal_column, null, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.expression import false

from mail import queue
from models.activity import ReviewRule
from models.base import constant, new_id, table
from models.comment import Comment, ShownStatus
from models.contribution import PUBLIC_STATUSES, Contribution, ContributionStatus
from models.mail import MailKind
from models.moderation import CaseCause, CaseState, ModerationCase
from models.report import USUAL_URGENCY
from planner.act import Act, value
from planner.context import FieldContext
from planner.listing import Listing, Order

NEW_UNTIL = 3
"""So many contributions or replies of an actor have to be public before those that follow need no review."""

MAIL_GOOD_FOR = timedelta(days=7)

_contribution, _comment, _case = table(Contribution), table(Comment), table(ModerationCase)
_author = value(Contribution, "author_id")
_enough = literal_column(str(NEW_UNTIL), Integer)
_shown = union_all(
    select(_contribution.c.id)
    .where(
        _contribution.c.author_id == _author,
        _contribution.c.status.in_([constant(status) for status in PUBLIC_STATUSES]),
    )
    .limit(_enough),
    select(_comment.c.id)
    .where(_comment.c.author_id == _author, _comment.c.status == constant(ShownStatus.PUBLISHED))
    .limit(_enough),
).subquery("shown")
KNOWN = select(func.count().label("count")).select_from(_shown)
"""How much of an actor is public, counted no further than it matters."""

OPEN = insert(_case).values(
    **{name: value(ModerationCase, name) for name in ("id", "contribution_id", "comment_id", "urgency", "cause")},
    state=constant(CaseState.OPEN),
    report_count=literal_column("0", Integer),
    version=literal_column("0", Integer),
    opened_at=func.now(),
    changed_at=func.now(),
)
FIRST = (
    update(_contribution)
    .where(_contribution.c.id == value(Contribution, "id"), _contribution.c.is_unseen)
    .values(
        is_unseen=false(),
        published_at=func.now(),
        expires_at=_contribution.c.expires_at + (func.now() - _contribution.c.published_at),
    )
)
"""It was published when it is shown first, and has its whole time from then on."""

FIRST_COMMENT = (
    update(_comment)
    .where(_comment.c.id == value(Comment, "id"), _comment.c.is_unseen)
    .values(is_unseen=false(), published_at=func.now())
)


@dataclass(frozen=True, slots=True)
class Known:
    """How much of an actor is public."""

    count: int


async def is_due(act: Act, rule: ReviewRule, author: UUID) -> bool:
    """Whether what an author publishes now waits for a moderator. Moderators' own does not, nor what new people say in
    the name of an organisation, which administrators made."""
    if rule is ReviewRule.AFTER_PUBLICATION or act.asker.viewer.is_moderator:
        return False
    if rule is ReviewRule.BEFORE_PUBLICATION:
        return True
    return author == act.actor and await is_new(act, author)


async def is_new(act: Act, author: UUID) -> bool:
    """Whether little of an author has been public."""
    [standing] = await act.all(KNOWN, into=Known, author_id=author)
    return standing.count < NEW_UNTIL


async def ask(act: Act, contribution: UUID, comment: UUID | None = None) -> None:
    """Open the case of something that waits, and tell its author."""
    case_ = new_id()
    about = {"contribution_id": contribution, "comment_id": comment}
    await act.execute(OPEN, id=case_, urgency=USUAL_URGENCY, cause=CaseCause.REVIEW, **about)
    await queue.add_to_actor(act.transaction, MailKind.CONTENT_HELD, act.actor, case_, MAIL_GOOD_FOR)


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What the viewer has published that waits for a moderator, the newest first; nothing of anybody else's."""
    order = Order("waiting.newest", (row.c.published_at, row.c.id), (datetime, UUID), is_descending=True)
    waits = row.c.status == constant(ContributionStatus.HELD)
    return Listing((row.c.author_id == actor.c.id, actor.c.id == context.viewer_id, waits), order)


def is_unseen(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Nobody but its author and moderators has seen it."""
    return row.c.is_unseen


def own_title(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The title, for its author."""
    return case((row.c.author_id == context.viewer_id, row.c.title), else_=null())


def own_body(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The text, for its author."""
    return case((row.c.author_id == context.viewer_id, row.c.body), else_=null())
