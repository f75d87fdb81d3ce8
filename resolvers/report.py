"""Reports: sent by members, counted into one case for each thing, answered by the decision on it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Interval,
    Text,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from mail import answered, queue
from models import expected
from models.actor import Actor
from models.base import constant, new_id, table
from models.comment import ShownStatus
from models.event import EventKind
from models.mail import MailKind
from models.moderation import CaseCause, CaseState, DecisionAction, ModerationCase, ModerationDecision
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from models.report import (
    A_DAY,
    A_DAY_BY_OFFICE,
    EXPLANATION_LENGTH,
    HOLDING,
    HOLDING_REPORTS,
    QUOTE_LENGTH,
    TRUSTED_AHEAD,
    URGENCY,
    Report,
    ReportCategory,
    new_receipt,
)
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, room, text, trusted_flagger, withholding

MAIL_GOOD_FOR = timedelta(days=7)

_report, _case, _decision = table(Report), table(ModerationCase), table(ModerationDecision)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_is_open = _case.c.state == constant(CaseState.OPEN)
_opening: dict[str, Any] = {
    name: value(ModerationCase, name) for name in ("id", "contribution_id", "comment_id", "message_id", "urgency")
}
_opened = insert(_case).values(
    **_opening,
    state=constant(CaseState.OPEN),
    cause=constant(CaseCause.REPORTS),
    report_count=_ONE,
    version=literal_column("0", Integer),
    opened_at=func.now(),
    changed_at=func.now(),
)
_urgency = _opened.excluded.urgency
OPEN = _opened.on_conflict_do_update(
    constraint="moderation_case_subject",
    set_={
        "state": case((_case.c.state == constant(CaseState.APPEALED), _case.c.state), else_=constant(CaseState.OPEN)),
        "cause": case((_is_open, _case.c.cause), else_=constant(CaseCause.REPORTS)),
        "report_count": case((_is_open, _case.c.report_count + _ONE), else_=_ONE),
        "urgency": case(
            (_is_open, func.least(_case.c.urgency, _opened.excluded.urgency)), else_=_opened.excluded.urgency
        ),
        "opened_at": case((_is_open, _case.c.opened_at), else_=func.now()),
        "changed_at": case((_is_open, _case.c.changed_at), else_=func.now()),
    },
).returning(_case.c.id)
"""The case of a subject, with one report more: a new one, or the one that there is. Its row is locked."""

SEND = (
    insert(_report)
    .values(
        **{name: value(Report, name) for name in ("id", "case_id", "reporter_id", "category")},
        **{name: value(Report, name) for name in ("quote", "explanation", "receipt", "is_trusted")},
        created_at=func.now(),
        decision_id=null(),
    )
    .on_conflict_do_nothing(index_elements=("case_id", "reporter_id"), index_where=_report.c.decision_id.is_(None))
)
SENT_TODAY = select(func.count().label("count")).where(
    _report.c.reporter_id == value(Report, "reporter_id"),
    _report.c.created_at > func.now() - literal(timedelta(days=1), Interval),
)
_was_judged = (
    select(_ONE)
    .where(
        _decision.c.case_id == value(Report, "case_id"),
        _decision.c.action != constant(DecisionAction.HIDE),
        _decision.c.seen_body == bindparam("body", type_=Text()),
        _decision.c.seen_title.is_not_distinct_from(bindparam("title", type_=Text())),
    )
    .exists()
)
HELD_BY = select(func.count().label("count")).where(
    _report.c.case_id == value(Report, "case_id"),
    _report.c.decision_id.is_(None),
    _report.c.category.in_([constant(category) for category in HOLDING]),
    ~_was_judged,
)
"""How many ask to hold a subject at once; none where a moderator has left these very words."""


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What the viewer reported, the newest first; nothing of anybody else."""
    order = Order("report.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.reporter_id == actor.c.id, actor.c.id == context.viewer_id), order)


def of_case(row: FromClause, case_: FromClause, _context: FieldContext) -> Listing:
    """The reports of a case, the newest first."""
    order = Order("report.of_case", (row.c.id,), (UUID,), is_descending=True)
    return Listing((row.c.case_id == case_.c.id,), order)


def is_answered(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether a moderator has decided."""
    return row.c.decision_id.is_not(None)


def answer(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What was decided, as it stands now."""
    return answered.standing(row, "action")


def answered_at(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """When that was decided."""
    return answered.standing(row, "decided_at")


def _of_case(row: FromClause, value_: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of the case that a report belongs to."""
    return select(value_).where(_case.c.id == row.c.case_id).correlate_except(_case).scalar_subquery()


def contribution(report: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The contribution that was reported, or that the comment belongs to."""
    return row.c.id == _of_case(report, _case.c.contribution_id)


def is_about_comment(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether a comment was reported."""
    return _of_case(row, _case.c.comment_id.is_not(None))


def is_about_message(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether a message of an exchange was reported."""
    return _of_case(row, _case.c.message_id.is_not(None))


# Sending --------------------------------------------------------------------------------------------------------------


async def submit(
    act: Act,
    *,
    category: ReportCategory,
    is_good_faith: bool,
    contribution: UUID | None = None,
    comment: UUID | None = None,
    message: UUID | None = None,
    quote: str | None = None,
    explanation: str | None = None,
) -> Outcome:
    """Report a contribution or a comment that is public, or a message of the other in an exchange."""
    if [contribution, comment, message].count(None) != 2:
        names = "`contribution`, `comment` and `message`"
        raise bad_input(f"Give exactly one of {names}.", "contribution", expected.ONE)
    if not is_good_faith:
        raise Refusal(ErrorCode.REQUIRED, "Say that what you report is true as far as you know.", "isGoodFaith")
    columns: dict[str, Any] = {
        "quote": text.clean(quote, QUOTE_LENGTH, "quote") if quote else None,
        "explanation": text.clean(explanation, EXPLANATION_LENGTH, "explanation") if explanation else None,
    }
    subject = await _subject(act, contribution, comment, message)
    await room.of(act, Actor, act.actor)
    columns["is_trusted"] = await act.exists(trusted_flagger.IS_ONE, id=act.actor)
    await _check_day(act, A_DAY_BY_OFFICE if columns["is_trusted"] or act.sight.is_moderator else A_DAY)
    report, case_ = await _send(act, subject, category, columns)
    await _hold(act, case_, subject, category)
    await queue.add_to_actor(act.transaction, MailKind.REPORT_RECEIVED, act.actor, report, MAIL_GOOD_FOR)
    return act.did(EventKind.REPORT_SUBMITTED, report, {"category": category.value}, report_id=report)


async def _check_day(act: Act, most: int) -> None:
    """Raises Refusal for whoever has sent as many reports today."""
    if (await act.all(SENT_TODAY, into=room.Count, reporter_id=act.actor))[0].count >= most:
        raise Refusal(ErrorCode.TOO_MANY_REPORTS, f"At most {most} reports a day are possible.")


async def _subject(
    act: Act, contribution: UUID | None, comment: UUID | None, message: UUID | None
) -> withholding.Subject:
    if contribution is not None:
        statement, field = withholding.shown_contribution(act.sight), "contribution"
    elif comment is not None:
        statement, field = withholding.shown_comment(act.sight), "comment"
    else:
        statement, field = withholding.shown_message(act.sight), "message"
    subject = await act.one(
        statement, into=withholding.Subject, id=contribution, comment_id=comment, message_id=message
    )
    if subject is None:
        raise not_found(field)
    return subject


async def _send(
    act: Act, subject: withholding.Subject, category: ReportCategory, columns: dict[str, Any]
) -> tuple[UUID, UUID]:
    """The ids of a new report and of its case. Raises Refusal(ALREADY_REPORTED)."""
    about = {name: getattr(subject, name) for name in ("contribution_id", "comment_id", "message_id")}
    urgency = URGENCY[category] - (TRUSTED_AHEAD if columns["is_trusted"] else 0)
    case_ = await act.one(OPEN, into=access.Id, id=new_id(), urgency=urgency, **about)
    assert case_ is not None
    report, receipt = new_id(), new_receipt()
    sent = {"id": report, "case_id": case_.id, "reporter_id": act.actor, "category": category, "receipt": receipt}
    if not await act.execute(SEND, **sent, **columns):
        raise Refusal(ErrorCode.ALREADY_REPORTED, "You have reported it, and are still to be answered.")
    return report, case_.id


async def _hold(act: Act, case_: UUID, subject: withholding.Subject, category: ReportCategory) -> None:
    """Withhold until a moderator decides what enough reporters say endangers children or tells personal data."""
    if category not in HOLDING or subject.state is not ShownStatus.PUBLISHED:
        return
    [held_by] = await act.all(HELD_BY, into=room.Count, case_id=case_, title=subject.title, body=subject.body)
    if held_by.count == HOLDING_REPORTS:
        await withholding.change(act, subject, ShownStatus.HELD, is_automatic=True)
        held = (MailKind.CONTENT_HELD, subject.author_id, case_, MAIL_GOOD_FOR)
        await queue.add_to_actor(act.transaction, *held)
