"""Moderation: cases in the order of their urgency, and decisions on what was seen, with their reasons."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Interval,
    Select,
    Text,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Uuid

from database.door import Transaction
from mail import queue
from models.base import constant, table
from models.comment import ShownStatus
from models.event import EventDetail, EventKind
from models.exchange import ExchangeReason
from models.mail import MailKind
from models.moderation import (
    ABOUT_AUTHOR,
    FACTS_LENGTH,
    REASONED,
    RESTRICTING,
    RULE_LENGTH,
    WHY_LENGTH,
    CaseCause,
    CaseState,
    DecisionAction,
    DecisionGround,
    ModerationCase,
    ModerationDecision,
    NoticeSource,
)
from models.refusal import ErrorCode, Refusal, conflict, not_found
from models.report import TRUSTED_AHEAD, UNLAWFUL, URGENT, Report, ReportCategory
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import evidence, parting, penalty, redaction, text, withholding

MAIL_GOOD_FOR = timedelta(days=7)

_case, _decision, _report = table(ModerationCase), table(ModerationDecision), table(Report)
_id = value(ModerationCase, "id")
_waiting = (_report.c.case_id == _id, _report.c.decision_id.is_(None))

LOCK = select(_case.c.id, _case.c.state).where(_case.c.id == _id).with_for_update()
MARKED = select(_case.c.id).where(_case.c.id == _id, _case.c.cause == constant(CaseCause.AIDS))
"""Whether a program had the case `:id` opened."""

DECIDED = (
    update(_case)
    .where(_case.c.id == _id)
    .values(state=constant(CaseState.DECIDED), version=_case.c.version + literal_column("1"), changed_at=func.now())
)
ANSWER = update(_report).where(*_waiting).values(decision_id=bindparam("decision", type_=Uuid()))
_unlawful = _report.c.category.in_([constant(category) for category in UNLAWFUL])
NOTICES = select(
    func.count().label("count"),
    func.count().filter(_unlawful).label("unlawful_count"),
    func.count().filter(_unlawful, _report.c.is_trusted).label("trusted_count"),
).where(*_waiting)

_HELD = (DecisionAction.HIDE, DecisionAction.REDACT, DecisionAction.WARN, DecisionAction.NOTHING)
POSSIBLE: dict[ShownStatus, tuple[DecisionAction, ...]] = {
    ShownStatus.PUBLISHED: (*_HELD, *ABOUT_AUTHOR),
    ShownStatus.HELD: _HELD,
    ShownStatus.HIDDEN: (DecisionAction.RESTORE, *ABOUT_AUTHOR),
}
"""What can be decided, by whether the subject is shown. What is held is shown again by whatever does not hide it, and
decided on before its author is."""


def possible(subject: withholding.Subject) -> set[DecisionAction]:
    """What can be decided of a subject as it is. What is redacted is restored before it is redacted anew; what nobody
    has seen is accepted or refused, not warned of: that would publish what breaks a rule."""
    actions = set(POSSIBLE[subject.state])
    if subject.state is ShownStatus.HELD and subject.is_unseen:
        actions.discard(DecisionAction.WARN)
    return actions - {DecisionAction.REDACT} | {DecisionAction.RESTORE} if subject.is_redacted else actions


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case, locked: of two moderators who decide at once, the second finds it decided."""

    id: UUID
    state: CaseState


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """The mark of what a moderator sees now."""

    id: UUID
    version: str


@dataclass(frozen=True, slots=True)
class Notices:
    """How many reports a decision answers, how many of them say that the law is broken, and how many of these are of
    trusted flaggers."""

    count: int
    unlawful_count: int
    trusted_count: int


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Cases in a state: those that wait by their urgency, the oldest first; the others as they were decided last."""
    wanted: CaseState = context.choice("state")
    where = (row.c.state == constant(wanted),)
    if wanted in (CaseState.OPEN, CaseState.APPEALED):
        order = Order("case.waiting", (row.c.urgency, row.c.opened_at, row.c.id), (int, datetime, UUID))
    else:
        order = Order("case.done", (row.c.changed_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing(where, order)


def is_urgent(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it comes before the others."""
    return row.c.urgency.in_([literal_column(str(urgency)) for urgency in (URGENT, URGENT - TRUSTED_AHEAD)])


def is_trusted(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether a trusted flagger's report on it waits."""
    trusted = _report.alias("trusted")
    of: Select[Any] = select(literal_column("1")).where(
        trusted.c.case_id == row.c.id, trusted.c.decision_id.is_(None), trusted.c.is_trusted
    )
    return of.correlate_except(trusted).exists()


def categories(case_: FromClause, _context: FieldContext) -> Select[Any]:
    """What the reports that wait say, the most frequent first."""
    count = func.count().label("count")
    return (
        select(_report.c.category, count)
        .where(_report.c.case_id == case_.c.id, _report.c.decision_id.is_(None))
        .group_by(_report.c.category)
        .order_by(count.desc(), _report.c.category)
        .correlate(case_)
    )


def earlier_texts(case_: FromClause, _context: FieldContext) -> Select[Any]:
    """What was revised of it since the case was opened last, as it was before, the newest first; nothing erased."""
    detail = table(EventDetail).alias("revised")
    title, body = (_was(detail, name) for name in ("title", "body"))
    return (
        select(title.label("title"), body.label("body"), detail.c.made_at.label("until"))
        .where(
            detail.c.subject_id == func.coalesce(case_.c.comment_id, case_.c.contribution_id),
            detail.c.made_at >= case_.c.opened_at,
            func.coalesce(title, body).is_not(None),
        )
        .order_by(detail.c.made_at.desc(), detail.c.id.desc())
        .correlate(case_)
    )


def _was(detail: FromClause, name: str) -> ColumnElement[str]:
    """The text of a column before it was changed; NULL where it was not."""
    pair = detail.c.columns.op("->", return_type=JSONB())(literal_column(f"'{name}'", Text))
    return pair.op("->>", return_type=Text())(literal_column("0", Integer))


def decisions(row: FromClause, case_: FromClause, _context: FieldContext) -> Listing:
    """What was decided, the last first."""
    order = Order("decision.of_case", (row.c.id,), (UUID,), is_descending=True)
    return Listing((row.c.case_id == case_.c.id,), order)


def against_count(case_: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How often the author was decided against within a year, in other cases."""
    author = withholding.author_of(case_)
    return (
        select(func.count())
        .where(
            _decision.c.author_id == author,
            _decision.c.case_id != case_.c.id,
            _decision.c.action.in_([constant(action) for action in REASONED]),
            _decision.c.decided_at > func.now() - literal(penalty.YEAR, Interval),
            ~penalty.was_reversed(_decision),
        )
        .correlate(case_)
        .scalar_subquery()
    )


def of_author(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What was decided about the viewer's own content, the newest first; nothing of anybody else's."""
    order = Order("decision.newest", (row.c.decided_at, row.c.id), (datetime, UUID), is_descending=True)
    told = row.c.action != constant(DecisionAction.NOTHING)
    return Listing((row.c.author_id == actor.c.id, actor.c.id == context.viewer_id, told), order)


def hidings(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """What was hidden, redacted or suspended on the portal, the newest first."""
    order = Order("hiding.newest", (row.c.decided_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.action.in_([constant(action) for action in RESTRICTING]),), order)


def reversed_at(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """When what was hidden was shown again, or a suspension lifted."""
    later = _decision.alias("reversal")
    first_later = select(func.min(later.c.decided_at)).where(
        later.c.case_id == row.c.case_id, later.c.id > row.c.id, later.c.action == constant(DecisionAction.RESTORE)
    )
    return func.coalesce(row.c.lifted_at, first_later.correlate_except(later).scalar_subquery())


def moderator(decision: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Who decided: for moderators alone, never for whom it is about."""
    return row.c.id == decision.c.moderator_id if context.viewer.is_moderator else literal_column("false")


def is_about_comment(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it is about a comment."""
    return row.c.seen_title.is_(None)


# Decisions ------------------------------------------------------------------------------------------------------------


async def decide(
    act: Act,
    *,
    case: UUID,
    version: str,
    action: DecisionAction,
    source: NoticeSource | None = None,
    is_detected_automatically: bool = False,
    redacted_title: str | None = None,
    redacted_body: str | None = None,
    until: datetime | None = None,
    **reasons: Any,
) -> Outcome:
    """Decide on the version that was seen, with `reasons` where they are due. Author and reporters are told by mail."""
    columns = _reasons(action, **reasons)
    columns["suspended_until"] = penalty.end_of(until, datetime.now(UTC)) if action is DecisionAction.SUSPEND else None
    subject = await _subject(act, case, version)
    _require_possible(act, subject, action)
    await _carry_out(act, case, subject, action)
    if action is DecisionAction.REDACT:
        columns |= await redaction.redact(act, subject, redacted_title, redacted_body)
    decision = await act.insert(
        ModerationDecision,
        case_id=case,
        author_id=subject.author_id,
        moderator_id=act.actor,
        action=action,
        is_detected_automatically=is_detected_automatically or await act.exists(MARKED, id=case),
        source=source or await _source(act, case),
        seen_title=subject.title,
        seen_body=subject.body,
        decided_at=act.now,
        **columns,
    )
    if columns["ground"] is DecisionGround.ILLEGAL:
        await evidence.freeze(act, decision)
    await act.execute(DECIDED, id=case)
    await _tell(act, case, decision, subject, action)
    return act.did(EventKind.MODERATION_DECIDED, case, _note(action, columns["category"]), case_id=case)


def _note(action: DecisionAction, category: object) -> dict[str, str]:
    """What the journal says of a decision."""
    said = {"category": category.value} if isinstance(category, ReportCategory) else {}
    return {"action": action.value, **said}


def _require_possible(act: Act, subject: withholding.Subject, action: DecisionAction) -> None:
    """Raises Refusal for one's own content, and for what cannot be decided of a subject as it is."""
    if subject.author_id == act.actor:
        raise Refusal(ErrorCode.OWN_CONTENT, "You published it: another moderator decides.", "action")
    if action not in possible(subject):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This cannot be decided of it now.", "action")


async def _subject(act: Act, case: UUID, version: str) -> withholding.Subject:
    """What a case is about, with the case locked. Raises Refusal(CONFLICT) where it is not what was seen."""
    locked = await act.one(LOCK, into=LockedCase, id=case)
    if locked is None:
        raise not_found("case")
    if locked.state is CaseState.APPEALED:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "Answer the appeal instead.", "action")
    seen = await act.one(withholding.VERSION, into=SeenVersion, id=case)
    subject = await act.one(withholding.OF_CASE, into=withholding.Subject, id=case)
    if seen is None or subject is None or seen.version != version:
        raise conflict()
    return subject


def _reasons(
    action: DecisionAction,
    category: ReportCategory | None = None,
    ground: DecisionGround | None = None,
    rule: str | None = None,
    facts: str | None = None,
    explanation: str | None = None,
) -> dict[str, object]:
    """The statement of reasons, cleaned: whole where it is due, else empty. Raises Refusal."""
    if action not in REASONED:
        return dict.fromkeys(("category", "ground", "rule", "facts", "explanation"))
    for name, given in (("category", category), ("ground", ground), ("rule", rule), ("facts", facts)):
        if given is None:
            raise Refusal(ErrorCode.REQUIRED, "A decision against somebody says why.", name)
    return {
        "category": category,
        "ground": ground,
        "rule": text.line(rule or "", RULE_LENGTH, "rule"),
        "facts": text.clean(facts or "", FACTS_LENGTH, "facts"),
        "explanation": text.clean(explanation, WHY_LENGTH, "explanation") if explanation else None,
    }


async def _source(act: Act, case: UUID) -> NoticeSource:
    """What made the moderators look, where they do not say it themselves."""
    [notices] = await act.all(NOTICES, into=Notices, id=case)
    if notices.trusted_count:
        return NoticeSource.TRUSTED_FLAGGER
    if notices.unlawful_count:
        return NoticeSource.ARTICLE_16
    return NoticeSource.OTHER_NOTIFICATION if notices.count else NoticeSource.VOLUNTARY


async def _carry_out(act: Act, case: UUID, subject: withholding.Subject, action: DecisionAction) -> None:
    if action is DecisionAction.LIFT and not await act.execute(penalty.LIFT, case_id=case):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "No suspension of this case is active.", "action")
    if action is DecisionAction.SUSPEND:
        await parting.of_person(act.transaction, subject.author_id, ExchangeReason.ACCOUNT_CLOSED)
    if action in ABOUT_AUTHOR:
        return
    if action is DecisionAction.HIDE:
        await withholding.change(act, subject, ShownStatus.HIDDEN)
    elif action is DecisionAction.RESTORE and subject.state is ShownStatus.PUBLISHED:
        await redaction.undo(act, subject, case)
    elif subject.state is not ShownStatus.PUBLISHED:
        await withholding.change(act, subject, ShownStatus.PUBLISHED)


async def _tell(act: Act, case: UUID, decision: UUID, subject: withholding.Subject, action: DecisionAction) -> None:
    """Answer all reports that wait, and write to whom it concerns: to the author, too, that what was held is shown."""
    await act.execute(ANSWER, id=case, decision=decision)
    await queue.add_to_reporters(act.transaction, decision, MAIL_GOOD_FOR)
    if action is not DecisionAction.NOTHING or subject.state is ShownStatus.HELD:
        told = (MailKind.MODERATION_DECIDED, subject.author_id, decision, MAIL_GOOD_FOR)
        await queue.add_to_actor(act.transaction, *told)


# The end of an author -------------------------------------------------------------------------------------------------


async def end(transaction: Transaction, author: UUID) -> None:
    """What waits about the content of somebody who is erased has no object any more."""
    await transaction.execute(withholding.VOID, author_id=author)
