"""Examination: a program looks at what was published, behind the journal, marks what moderators may want to see, and
decides nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Interval,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from database.door import Transaction
from models import language, likeness
from models.actor import Actor, ActorKind
from models.amendment import Amendment
from models.base import constant, new_id, table
from models.comment import Comment, ShownStatus
from models.contribution import Contribution, ContributionStatus
from models.detection import NOTED, WORDS_LENGTH, Detection, DetectionKind
from models.event import EventKind
from models.mission import Mission
from models.moderation import CaseCause, CaseState, DecisionAction, ModerationCase, ModerationDecision
from models.report import MILD
from models.tenant import Tenant
from models.watched_word import WatchedWord
from planner.act import value
from planner.row import reader
from resolvers import penalty, review

if TYPE_CHECKING:
    from jobs.deliver import Delivered

YOUNG = timedelta(days=1)
"""What is older when it is looked at, after an import of events or a long pause, is not marked any more."""

COMPARED_FOR, OWN_COMPARED, OTHERS_COMPARED = timedelta(days=30), 40, 80
"""With how much that was published lately a text is compared: of its author, and around it."""

RATE_TIME, RATE_MOST = timedelta(hours=1), 10
REJECTED_TIME, LEAST_REJECTED, REJECTED_SHARE = timedelta(days=90), 2, 0.3
"""Of what an author published within the time, so many were hidden or redacted, and such a share."""

_ONE: ColumnElement[int] = literal_column("1", Integer)
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_contribution, _comment, _actor, _mission, _amendment = (
    table(model) for model in (Contribution, Comment, Actor, Mission, Amendment)
)
_case, _decision, _detection, _word = (
    table(model) for model in (ModerationCase, ModerationDecision, Detection, WatchedWord)
)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_author, _own_id = bindparam("author", type_=Uuid()), bindparam("own", type_=Uuid())
_around, _text = bindparam("around", type_=Uuid()), bindparam("text", type_=Text())
_is_person = (_actor.c.kind == constant(ActorKind.CITIZEN)).label("is_person")


def _since(age: timedelta) -> ColumnElement[Any]:
    return func.now() - literal(age, Interval)


@dataclass(frozen=True, slots=True)
class Examined:
    """Something published, as a program looks at it. `around` is its activity, or what it replies to; `beside` what a
    mission asks for, or an amendment proposes."""

    contribution_id: UUID
    comment_id: UUID | None
    author_id: UUID
    around: UUID
    title: str | None
    body: str
    beside: str | None
    is_person: bool


PUBLISHED = (
    select(
        *(_contribution.c.id.label("contribution_id"), null().label("comment_id"), _contribution.c.author_id),
        *(_contribution.c.activity_id.label("around"), _contribution.c.title, _contribution.c.body, _is_person),
        func.coalesce(_mission.c.requirements, _amendment.c.new_words).label("beside"),
    )
    .join_from(_contribution, _actor, _actor.c.id == _contribution.c.author_id)
    .outerjoin(_mission, _mission.c.contribution_id == _contribution.c.id)
    .outerjoin(_amendment, _amendment.c.contribution_id == _contribution.c.id)
    .where(
        _contribution.c.id == any_(_ids),
        _contribution.c.status.in_([constant(ContributionStatus.OPEN), constant(ContributionStatus.HELD)]),
        func.greatest(_contribution.c.revised_at, _contribution.c.published_at, _mission.c.revised_at) > _since(YOUNG),
    )
)
REPLIED = (
    select(
        *(_comment.c.contribution_id, _comment.c.id.label("comment_id"), _comment.c.author_id),
        *(_comment.c.contribution_id.label("around"), null().label("title"), _comment.c.body, _is_person),
        null().label("beside"),
    )
    .join_from(_comment, _actor, _actor.c.id == _comment.c.author_id)
    .where(
        _comment.c.id == any_(_ids),
        _comment.c.status != constant(ShownStatus.HIDDEN),
        _comment.c.published_at > _since(YOUNG),
    )
)


def _recent(row: FromClause, like: ColumnElement[Any], place: ColumnElement[bool], most: int) -> Select[Any]:
    """Texts that were published lately, the newest first."""
    start = func.left(row.c.body, literal_column(str(likeness.COMPARED), Integer))
    said = func.concat_ws(literal_column("' '"), row.c.title, start) if "title" in row.c else start
    rows = select(like.label("like_id"), said.label("text")).where(
        place, row.c.id != _own_id, row.c.published_at > _since(COMPARED_FOR)
    )
    return rows.order_by(row.c.published_at.desc(), row.c.id.desc()).limit(literal_column(str(most), Integer))


CONTRIBUTIONS_NEAR = (
    _recent(_contribution, _contribution.c.id, _contribution.c.author_id == _author, OWN_COMPARED),
    _recent(_contribution, _contribution.c.id, _contribution.c.activity_id == _around, OTHERS_COMPARED),
)
COMMENTS_NEAR = (
    _recent(_comment, _comment.c.contribution_id, _comment.c.author_id == _author, OWN_COMPARED),
    _recent(_comment, _comment.c.contribution_id, _comment.c.contribution_id == _around, OTHERS_COMPARED),
)


_tenant = table(Tenant)
LOCALES = select(_tenant.c.locales).where(_tenant.c.number == bindparam("number", type_=BigInteger()))
"""The portal's languages."""


@dataclass(frozen=True, slots=True)
class Near:
    """A text to compare with."""

    like_id: UUID
    text: str


def _blank(part: ColumnElement[Any], *, is_whole: bool) -> ColumnElement[Any]:
    """A word as it stands in a text: with a space before it, and behind it where it is whole."""
    space = literal_column("' '", Text)
    return space.concat(part).concat(space) if is_whole else space.concat(part)


WATCHED = (
    select(_word.c.word)
    .where(func.strpos(_text, case((_word.c.is_stem, _blank(_word.c.word, is_whole=False)),
                                   else_=_blank(_word.c.word, is_whole=True))) > _ZERO)
    .order_by(_word.c.word)
    .limit(_ONE)
)  # fmt: skip


def _made(row: FromClause, age: timedelta) -> ColumnElement[int]:
    made = select(func.count()).where(row.c.author_id == _author, row.c.published_at > _since(age))
    return made.scalar_subquery()


_against = (
    select(func.count())
    .where(
        _decision.c.author_id == _author,
        _decision.c.action.in_([constant(DecisionAction.HIDE), constant(DecisionAction.REDACT)]),
        _decision.c.decided_at > _since(REJECTED_TIME),
        ~penalty.was_reversed(_decision),
    )
    .scalar_subquery()
)
HISTORY = select(
    (_made(_contribution, RATE_TIME) + _made(_comment, RATE_TIME)).label("recent"),
    (_made(_contribution, REJECTED_TIME) + _made(_comment, REJECTED_TIME)).label("published"),
    _against.label("rejected"),
)


@dataclass(frozen=True, slots=True)
class History:
    """How much an author published within the hour and the season, and how much of it moderators took down."""

    recent: int
    published: int
    rejected: int

    @property
    def kinds(self) -> list[DetectionKind]:
        """What is to be noticed of it."""
        is_rejected = self.rejected >= LEAST_REJECTED and self.rejected >= REJECTED_SHARE * self.published
        said = {DetectionKind.RATE: self.recent > RATE_MOST, DetectionKind.REJECTIONS: is_rejected}
        return [kind for kind, holds in said.items() if holds]


def _opening() -> Insert:
    """Opens the case of a subject, unless it waits already, or a moderator has decided on these very words."""
    new = insert(_case).values(
        **{name: value(ModerationCase, name) for name in ("id", "contribution_id", "comment_id")},
        state=constant(CaseState.OPEN),
        cause=constant(CaseCause.AIDS),
        urgency=literal_column(str(MILD)),
        report_count=_ZERO,
        version=_ZERO,
        opened_at=func.now(),
        changed_at=func.now(),
    )
    about, comment = _case.alias("about"), value(ModerationCase, "comment_id")
    asked_since = select(_ONE).where(
        _mission.c.contribution_id == value(ModerationCase, "contribution_id"),
        comment.is_(None),
        _mission.c.revised_at > _decision.c.decided_at,
    )
    judged = (
        select(_ONE)
        .join_from(_decision, about, about.c.id == _decision.c.case_id)
        .where(
            about.c.contribution_id == value(ModerationCase, "contribution_id"),
            about.c.comment_id.is_not_distinct_from(comment),
            about.c.message_id.is_(None),
            _decision.c.seen_body == bindparam("body", type_=Text()),
            _decision.c.seen_title.is_not_distinct_from(bindparam("title", type_=Text())),
            ~asked_since.correlate_except(_mission).exists(),
        )
    )
    return new.on_conflict_do_update(
        constraint="moderation_case_subject",
        set_={
            name: new.excluded[name]
            for name in ("state", "cause", "urgency", "report_count", "opened_at", "changed_at")
        },
        where=and_(_case.c.state == constant(CaseState.DECIDED), ~judged.exists()),
    )


OPEN = _opening()
_subject = (
    _detection.c.contribution_id == value(Detection, "contribution_id"),
    _detection.c.comment_id.is_not_distinct_from(value(Detection, "comment_id")),
)
FORGET = delete(_detection).where(*_subject)
WRITE = insert(_detection).values(
    **{
        name: value(Detection, name)
        for name in ("id", "contribution_id", "comment_id", "author_id", "kind", "words", "like_id")
    },
    found_at=func.now(),
)
_near, _history, _public = (
    reader(CONTRIBUTIONS_NEAR[0], Near),
    reader(HISTORY, History),
    reader(review.KNOWN, review.Known),
)
_published, _replied = reader(PUBLISHED, Examined), reader(REPLIED, Examined)


async def examine(transaction: Transaction, contributions: Sequence[UUID], comments: Sequence[UUID]) -> None:
    """Look at what was published, replied or revised just now, and write what is noticed."""
    subjects = [_published(row) for row in await transaction.all(PUBLISHED, ids=list(contributions))]
    subjects += [_replied(row) for row in await transaction.all(REPLIED, ids=list(comments))]
    for subject in subjects:
        await _note(transaction, subject, await _noticed(transaction, subject))


Noticed = tuple[DetectionKind, str | None, UUID | None]


async def _noticed(transaction: Transaction, subject: Examined) -> list[Noticed]:
    text = " ".join(filter(None, (subject.title, subject.body, subject.beside)))
    noticed: list[Noticed] = []
    if subject.is_person:
        noticed += [(kind, words, None) for kind, words in likeness.patterns(text)]
    for (word,) in await transaction.all(WATCHED, text=f" {likeness.normal(text)} "):
        noticed.append((DetectionKind.WORD, str(word)[: WORDS_LENGTH[1]], None))
    if subject.is_person:
        noticed += [(kind, None, None) for kind in await _of_author(transaction, subject.author_id)]
    near = COMMENTS_NEAR if subject.comment_id else CONTRIBUTIONS_NEAR
    asked = {
        "author": subject.author_id,
        "around": subject.around,
        "own": subject.comment_id or subject.contribution_id,
    }
    others = [_near(row) for clause in near for row in await transaction.all(clause, **asked)]
    [(locales,)] = await transaction.all(LOCALES, number=transaction.tenant)
    assert isinstance(locales, list)
    if tag := language.foreign(text, locales):
        noticed.append((DetectionKind.LANGUAGE, tag, None))
    alike = await asyncio.to_thread(likeness.nearest, text, [other.text for other in others])
    return noticed if alike is None else [*noticed, (alike[0], None, others[alike[1]].like_id)]


async def _of_author(transaction: Transaction, author: UUID) -> list[DetectionKind]:
    """What is to be noticed of the author, whatever the text says."""
    [history] = [_history(row) for row in await transaction.all(HISTORY, author=author)]
    [public] = [_public(row) for row in await transaction.all(review.KNOWN, author_id=author)]
    new = [DetectionKind.NEW_ACTOR] if public.count < review.NEW_UNTIL else []
    return [*history.kinds, *new]


async def _note(transaction: Transaction, subject: Examined, noticed: Sequence[Noticed]) -> None:
    about = {"contribution_id": subject.contribution_id, "comment_id": subject.comment_id}
    await transaction.execute(FORGET, **about)
    for kind, words, like in noticed:
        what = {"kind": kind.value, "words": words, "like_id": like, "author_id": subject.author_id}
        await transaction.execute(WRITE, id=new_id(), **about, **what)
    if any(kind not in NOTED for kind, _, _ in noticed):
        await transaction.execute(OPEN, id=new_id(), **about, title=subject.title, body=subject.body)


CONTRIBUTIONS = (
    *(EventKind.CONTRIBUTION_PUBLISHED, EventKind.CONTRIBUTION_SUBMITTED, EventKind.CONTRIBUTION_REVISED),
    EventKind.MISSION_REVISED,
)
COMMENTS = (EventKind.COMMENT_PUBLISHED, EventKind.COMMENT_SUBMITTED)


async def look(transaction: Transaction, _tenant: int, events: Sequence["Delivered"]) -> None:
    """Examine each subject of a batch once, as it is now."""
    contributions = {event.subject_id for event in events if event.kind in CONTRIBUTIONS}
    comments = {event.subject_id for event in events if event.kind in COMMENTS}
    await examine(transaction, sorted(contributions), sorted(comments))
