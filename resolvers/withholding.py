"""Withholding: what moderation keeps from the public and shows again: contributions by `life`, comments here.

What is withheld stays as it is; the sight alone changes, so that counts, map, search and order come back as they were.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.types import Uuid

from models.actor import Actor
from models.base import constant, table
from models.comment import Comment, ShownStatus
from models.contribution import GONE_STATUSES, PUBLIC_STATUSES, WITHHELD_STATUSES, Contribution, ContributionStatus
from models.event import EventKind
from models.exchange import Exchange
from models.message import Message
from models.mission import Mission
from models.moderation import CaseCause, CaseState, DecisionAction, ModerationCase, ModerationDecision
from models.refusal import ErrorCode, Refusal
from planner.act import Act, value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events
from planner.listing import all_of
from planner.sight import Sight
from resolvers import fulfilment, life, review, sight
from resolvers.sight import CONTRIBUTION

_contribution, _comment, _case, _actor = table(Contribution), table(Comment), table(ModerationCase), table(Actor)
_decision, _message = table(ModerationDecision), table(Message)
_reply = union_all(
    select(
        _comment.c.id,
        _comment.c.author_id,
        _comment.c.body,
        _comment.c.status,
        _comment.c.is_redacted,
        _comment.c.is_unseen,
    ),
    select(
        _message.c.id, _message.c.author_id, _message.c.body, _message.c.status, *[literal_column("false", Boolean)] * 2
    ),
).subquery("reply")
SET_MESSAGE = (
    update(_message)
    .where(_message.c.id == value(Message, "id"), _message.c.status != value(Message, "status"))
    .values(status=value(Message, "status"))
)
MESSAGE_EVENTS = {
    ShownStatus.HELD: EventKind.MESSAGE_HELD,
    ShownStatus.HIDDEN: EventKind.MESSAGE_HIDDEN,
    ShownStatus.PUBLISHED: EventKind.MESSAGE_RESTORED,
}

SET_COMMENT = update(_comment).where(_comment.c.id == value(Comment, "id")).values(status=value(Comment, "status"))
LOCK_COMMENT = select(_comment.c.id, _comment.c.status).where(_comment.c.id == value(Comment, "id")).with_for_update()
COMMENT_EVENTS = {
    ShownStatus.HELD: EventKind.COMMENT_HELD,
    ShownStatus.HIDDEN: EventKind.COMMENT_HIDDEN,
    ShownStatus.PUBLISHED: EventKind.COMMENT_RESTORED,
}
STATES = {
    ShownStatus.HELD: ContributionStatus.HELD,
    ShownStatus.HIDDEN: ContributionStatus.HIDDEN,
    ShownStatus.PUBLISHED: None,
}
"""What becomes of a contribution where the same becomes of a comment; None: it is where it was in its life."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report or a decision is about, as it is now."""

    contribution_id: UUID
    comment_id: UUID | None
    message_id: UUID | None
    author_id: UUID
    title: str | None
    body: str
    state: ShownStatus
    """Whether it is shown; of a contribution too."""

    is_redacted: bool
    """Whether the words are a moderator's."""

    is_unseen: bool
    """Whether it was never public."""

    requirements: str | None
    """What it asks as a mission; a comment and a message have none."""


@dataclass(frozen=True, slots=True)
class CommentState:
    """A comment, locked."""

    id: UUID
    status: ShownStatus


# Reads ----------------------------------------------------------------------------------------------------------------


def _state(row: FromClause) -> ColumnElement[str]:
    """Of a contribution: whether it is shown, in a comment's words."""
    withheld = row.c.status.in_([constant(status) for status in WITHHELD_STATUSES])
    return case((withheld, row.c.status), else_=constant(ShownStatus.PUBLISHED))


def _requirements(contribution: FromClause) -> ColumnElement[Any]:
    """What a contribution asks as a mission."""
    mission = table(Mission).alias("asking")
    asked = select(mission.c.requirements).where(mission.c.contribution_id == contribution.c.id)
    return asked.correlate_except(mission).scalar_subquery()


@cache
def shown_contribution(seen: Sight) -> Select[Any]:
    """`:id` as far as it is seen and public: a `Subject`."""
    row = CONTRIBUTION.c
    public = row.status.in_([constant(status) for status in PUBLIC_STATUSES])
    columns = (row.id.label("contribution_id"), null().label("comment_id"), row.author_id, row.title, row.body)
    said = (_state(CONTRIBUTION).label("state"), row.is_redacted, row.is_unseen, null().label("message_id"))
    statement: Select[Any] = select(*columns, *said, _requirements(CONTRIBUTION).label("requirements"))
    return sight.contributions(statement, seen).where(row.id == value(Contribution, "id"), public)


@cache
def shown_comment(seen: Sight) -> Select[Any]:
    """The comment `:comment_id` as far as it is seen and public: a `Subject`."""
    row = _comment.c
    columns = (row.contribution_id, row.id.label("comment_id"), row.author_id, null().label("title"), row.body)
    said = (row.status.label("state"), row.is_redacted, row.is_unseen, null().label("message_id"))
    statement: Select[Any] = select(*columns, *said, null().label("requirements"))
    seen_too = sight.contributions(statement, seen)
    return seen_too.where(
        row.contribution_id == CONTRIBUTION.c.id,
        row.id == value(ModerationCase, "comment_id"),
        sight.shown_comment(_comment, seen),
    )


@cache
def shown_message(seen: Sight) -> Select[Any]:
    """The message `:message_id` of the other in an exchange of the asker's, as far as it is shown: a `Subject`."""
    row, thread = _message.c, table(Exchange)
    party = sight.exchange(thread, seen)
    return (
        select(
            thread.c.contribution_id,
            null().label("comment_id"),
            row.id.label("message_id"),
            row.author_id,
            null().label("title"),
            row.body,
            row.status.label("state"),
            literal_column("false", Boolean).label("is_redacted"),
            literal_column("false", Boolean).label("is_unseen"),
            null().label("requirements"),
        )
        .join_from(_message, thread, thread.c.id == row.exchange_id)
        .where(
            row.id == value(ModerationCase, "message_id"),
            row.author_id != seen.actor,
            row.status == constant(ShownStatus.PUBLISHED),
            *all_of((party,)),
        )
    )


_is_there = _contribution.c.status.not_in([constant(status) for status in GONE_STATUSES])


def _is_reply(case_: FromClause) -> ColumnElement[bool]:
    """It is about a comment or a message, not about the contribution itself."""
    return or_(case_.c.comment_id.is_not(None), case_.c.message_id.is_not(None))


def _joined(case_: FromClause, left: FromClause) -> FromClause:
    """With the comment or the message of a case."""
    return left.outerjoin(_reply, _reply.c.id == func.coalesce(case_.c.comment_id, case_.c.message_id))


def _parts(case_: FromClause) -> dict[str, ColumnElement[Any]]:
    """Of a case's contribution and its comment or message, joined: what a `Subject` holds."""
    is_reply = _is_reply(case_)
    return {
        "contribution_id": _contribution.c.id,
        "comment_id": case_.c.comment_id,
        "message_id": case_.c.message_id,
        "author_id": func.coalesce(_reply.c.author_id, _contribution.c.author_id),
        "title": case((is_reply, null()), else_=_contribution.c.title),
        "body": case((is_reply, _reply.c.body), else_=_contribution.c.body),
        "state": case((is_reply, _reply.c.status), else_=_state(_contribution)),
        "is_redacted": case((is_reply, _reply.c.is_redacted), else_=_contribution.c.is_redacted),
        "is_unseen": case((is_reply, _reply.c.is_unseen), else_=_contribution.c.is_unseen),
        "requirements": case((is_reply, null()), else_=_requirements(_contribution)),
    }


def _subject(case_: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
    """Of what a case is about, whoever looks, unless it is gone."""
    return (
        select(*columns)
        .select_from(_joined(case_, _contribution))
        .where(_contribution.c.id == case_.c.contribution_id, _is_there)
    )


def _of(case_: FromClause, value_: ColumnElement[Any]) -> ColumnElement[Any]:
    return _subject(case_, value_).correlate(case_).scalar_subquery()


OF_CASE = (
    select(*(part.label(name) for name, part in _parts(_case).items()))
    .select_from(_joined(_case, _case.join(_contribution, _contribution.c.id == _case.c.contribution_id)))
    .where(_case.c.id == value(ModerationCase, "id"), _is_there)
)
"""The subject of the case `:id`."""


def author_of(case_: FromClause) -> ColumnElement[Any]:
    """The actor who published what a case is about."""
    return _of(case_, _parts(case_)["author_id"])


def author(case_: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Who published what a case is about."""
    return row.c.id == author_of(case_)


def state(case_: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """Whether what a case is about is shown."""
    return func.coalesce(_of(case_, _parts(case_)["state"]), constant(ShownStatus.HIDDEN))


def is_redacted(case_: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether the public reads a moderator's words."""
    return func.coalesce(_of(case_, _parts(case_)["is_redacted"]), literal_column("false"))


def is_own(case_: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer published what a case is about."""
    return func.coalesce(author_of(case_) == context.viewer_id, literal_column("false"))


def seen_version(case_: FromClause, _context: FieldContext | None = None) -> ColumnElement[str]:
    """A mark of what a moderator sees: the decisions so far, and the words as they are now."""
    parts = _parts(case_)
    said = (parts[name] for name in ("title", "body", "requirements"))
    words = func.concat_ws(literal_column("'|'"), cast(case_.c.version, Text), *said)
    digest = func.encode(
        func.sha256(func.convert_to(words, literal_column("'UTF8'")), type_=BYTEA()), literal_column("'hex'")
    )
    return func.coalesce(_of(case_, digest), literal_column("''"))


VERSION = select(_case.c.id, seen_version(_case).label("version")).where(_case.c.id == value(ModerationCase, "id"))


def removal(row: FromClause, _context: FieldContext) -> Select[Any]:
    """Of a contribution that is withheld: why, by the last decision that hid it."""
    return _removal(row, and_(_case.c.contribution_id == row.c.id, not_(_is_reply(_case))))


def comment_removal(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The same of a comment."""
    about = and_(_case.c.contribution_id == row.c.contribution_id, _case.c.comment_id == row.c.id)
    is_withheld = row.c.status != constant(ShownStatus.PUBLISHED)
    return _removal(row, about).where(is_withheld)


def _removal(row: FromClause, about: ColumnElement[bool]) -> Select[Any]:
    last = (
        select(_decision.c.category, _decision.c.ground, _decision.c.rule, _decision.c.decided_at)
        .where(
            _decision.c.case_id == _case.c.id,
            _decision.c.action == constant(DecisionAction.HIDE),
            row.c.status == constant(ContributionStatus.HIDDEN),
        )
        .order_by(_decision.c.id.desc())
        .limit(literal_column("1"))
        .correlate(_case, row)
        .lateral("last")
    )
    return (
        select(
            row.c.status.label("state"),
            last.c.category,
            last.c.ground,
            last.c.rule,
            func.coalesce(last.c.decided_at, _case.c.changed_at).label("since"),
        )
        .select_from(_case.outerjoin(last, literal_column("true")))
        .where(about)
        .correlate(row)
    )


_VOIDED = {
    "state": constant(CaseState.VOID),
    "version": _case.c.version + literal_column("1"),
    "changed_at": func.now(),
}
VOID = (
    update(_case)
    .where(
        _case.c.state.in_([constant(state) for state in (CaseState.OPEN, CaseState.APPEALED)]),
        or_(
            and_(
                not_(_is_reply(_case)),
                _case.c.contribution_id.in_(
                    select(_contribution.c.id).where(_contribution.c.author_id == bindparam("author_id", type_=Uuid()))
                ),
            ),
            _case.c.comment_id.in_(
                select(_comment.c.id).where(_comment.c.author_id == bindparam("author_id", type_=Uuid()))
            ),
            _case.c.message_id.in_(
                select(_message.c.id).where(_message.c.author_id == bindparam("author_id", type_=Uuid()))
            ),
        ),
    )
    .values(**_VOIDED)
)
"""The cases that wait about the content of one author."""

VOID_MARKS = (
    update(_case)
    .where(
        _case.c.contribution_id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
        _case.c.state == constant(CaseState.OPEN),
        _case.c.cause == constant(CaseCause.AIDS),
    )
    .values(**_VOIDED)
)
"""The cases about some contributions that programs alone have opened, and nobody has looked at."""


# Writes ---------------------------------------------------------------------------------------------------------------


async def change(act: Act, subject: Subject, after: ShownStatus, *, is_automatic: bool = False) -> None:
    """Withhold a subject or show it again; what nobody had seen is published now. Raises Refusal(ACTION_NOT_POSSIBLE)
    where it is so already."""
    if subject.message_id is not None:
        if not await act.execute(SET_MESSAGE, id=subject.message_id, status=after):
            raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It is not in a state for this.", "action")
        happened = NewEvent(MESSAGE_EVENTS[after], subject.message_id, None if is_automatic else act.actor)
        await act.execute(RECORD, **events(happened))
        return
    is_first = subject.is_unseen and after is ShownStatus.PUBLISHED
    by = None if is_automatic else act.actor
    if subject.comment_id is None:
        if not is_automatic:
            await act.watch((Contribution, subject.contribution_id))
        event = EventKind.CONTRIBUTION_ACCEPTED if is_first else None
        if is_first:
            await act.execute(review.FIRST, id=subject.contribution_id)
        await life.judge(act, subject.contribution_id, STATES[after], by=by, event=event)
        await fulfilment.of(act.transaction, subject.contribution_id)
        return
    if not is_automatic:
        await act.watch((Comment, subject.comment_id))
    was = await act.one(LOCK_COMMENT, into=CommentState, id=subject.comment_id)
    if was is None or was.status is after:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It is not in a state for this.", "action")
    if is_first:
        await act.execute(review.FIRST_COMMENT, id=subject.comment_id)
    await act.execute(SET_COMMENT, id=subject.comment_id, status=after)
    event = EventKind.COMMENT_ACCEPTED if is_first else COMMENT_EVENTS[after]
    await act.execute(RECORD, **events(NewEvent(event, subject.comment_id, by)))
