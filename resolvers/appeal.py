"""Appeals: sent by whoever a decision is about, or whose report was left, and answered by another moderator."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Uuid

from mail import queue
from models import expected
from models.appeal import OPEN_FOR, REASON_LENGTH, REPLY_LENGTH, Appeal, AppealOutcome
from models.base import constant, new_id, table
from models.comment import ShownStatus
from models.event import EventKind
from models.moderation import (
    ABOUT_AUTHOR,
    REASONED,
    CaseState,
    DecisionAction,
    ModerationCase,
    ModerationDecision,
    NoticeSource,
)
from models.refusal import ErrorCode, Refusal, bad_input, conflict, not_found
from models.report import Report
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, penalty, redaction, text, withholding

MAIL_GOOD_FOR = timedelta(days=7)

_appeal, _decision, _case, _report = table(Appeal), table(ModerationDecision), table(ModerationCase), table(Report)
_later = _decision.alias("later")
_newer = select(_later.c.id).where(
    _later.c.case_id == _decision.c.case_id,
    _later.c.id > _decision.c.id,
    _later.c.action.not_in([constant(action) for action in ABOUT_AUTHOR]),
)
_is_last = case(
    (_decision.c.action == constant(DecisionAction.SUSPEND), _decision.c.lifted_at.is_(None)),
    else_=~_newer.correlate(_decision).exists(),
)
"""Nothing has taken its place: of the content another decision about the content, of a suspension its lifting."""
_is_young = _decision.c.decided_at > func.now() - literal(OPEN_FOR, Interval)


def _against(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """A decision concerns an actor who may contest it: as the author, or as a reporter who was told that there is
    nothing to do."""
    reported = select(_report.c.id).where(_report.c.decision_id == _decision.c.id, _report.c.reporter_id == actor)
    return or_(
        and_(_decision.c.author_id == actor, _decision.c.action.in_([constant(action) for action in REASONED])),
        and_(_decision.c.action == constant(DecisionAction.NOTHING), reported.correlate(_decision).exists()),
    )


_actor = bindparam("actor", type_=Uuid())
CONTESTED = select(_decision.c.id, _decision.c.case_id).where(
    _decision.c.id == value(ModerationDecision, "id"), _against(_actor), _is_last, _is_young
)
"""The decision `:id`, where an actor may contest it."""

SEEN = select(_decision.c.id).where(
    _decision.c.id == value(ModerationDecision, "id"), or_(_decision.c.author_id == _actor, _against(_actor))
)
OF_REPORT = select(_report.c.decision_id.label("id")).where(
    _report.c.id == value(Report, "id"), _report.c.reporter_id == _actor, _report.c.decision_id.is_not(None)
)
SEND = (
    insert(_appeal)
    .values(
        **{name: value(Appeal, name) for name in ("id", "decision_id", "appellant_id", "reason")}, created_at=func.now()
    )
    .on_conflict_do_nothing(index_elements=("decision_id", "appellant_id"))
)
CONTEST = (
    update(_case)
    .where(_case.c.id == value(ModerationCase, "id"))
    .values(state=constant(CaseState.APPEALED), changed_at=func.now())
)
_given = value(ModerationCase, "state")
_waits = select(_report.c.id).where(_report.c.case_id == _case.c.id, _report.c.decision_id.is_(None))
_unanswered = (
    select(_appeal.c.id)
    .join_from(_decision, _appeal, _appeal.c.decision_id == _decision.c.id)
    .where(_decision.c.case_id == _case.c.id, _appeal.c.outcome.is_(None))
)
_is_contested = _unanswered.correlate(_case).exists()
_is_reopened = or_(_given == constant(CaseState.OPEN), _waits.correlate(_case).exists())
SETTLE = (
    update(_case)
    .where(_case.c.id == value(ModerationCase, "id"))
    .values(
        state=case(
            (_is_contested, constant(CaseState.APPEALED)), (_is_reopened, constant(CaseState.OPEN)), else_=_given
        ),
        version=_case.c.version + literal_column("1"),
        opened_at=case((_is_reopened, func.now()), else_=_case.c.opened_at),
        changed_at=func.now(),
    )
)
"""After an appeal; where another decision is contested, too, it waits for that answer, and where others have reported
it meanwhile it is open."""

LOCK = (
    select(_case.c.id)
    .join_from(_appeal, _decision, _decision.c.id == _appeal.c.decision_id)
    .join(_case, _case.c.id == _decision.c.case_id)
    .where(_appeal.c.id == value(Appeal, "id"))
    .with_for_update(of=_case)
)
ASKED = (
    select(_appeal.c.outcome, _appeal.c.decision_id, _decision.c.case_id, _decision.c.moderator_id, _decision.c.action)
    .join_from(_appeal, _decision, _decision.c.id == _appeal.c.decision_id)
    .where(_appeal.c.id == value(Appeal, "id"))
)
ANSWER = (
    update(_appeal)
    .where(_appeal.c.decision_id == value(Appeal, "decision_id"), _appeal.c.outcome.is_(None))
    .values(
        outcome=value(Appeal, "outcome"),
        reply=value(Appeal, "reply"),
        decider_id=value(Appeal, "decider_id"),
        decided_at=func.now(),
    )
)
"""All that wait against a decision are answered at once."""

OPPOSITE = {
    DecisionAction.HIDE: DecisionAction.RESTORE,
    DecisionAction.REDACT: DecisionAction.RESTORE,
    DecisionAction.SUSPEND: DecisionAction.LIFT,
}
"""What takes a decision back; of others nothing was changed."""


@dataclass(frozen=True, slots=True)
class Contested:
    """A decision that is contested."""

    id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class WaitingAppeal:
    """An appeal with the decision that it is against."""

    outcome: AppealOutcome | None
    decision_id: UUID
    case_id: UUID
    moderator_id: UUID
    action: DecisionAction


# Reads ----------------------------------------------------------------------------------------------------------------


def of_decision(decision: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's own appeal against a decision."""
    return and_(row.c.decision_id == decision.c.id, row.c.appellant_id == context.viewer_id)


def of_report(report: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's own appeal against the answer to a report."""
    return and_(row.c.decision_id == report.c.decision_id, row.c.appellant_id == context.viewer_id)


def of_case(row: FromClause, case_: FromClause, _context: FieldContext) -> Listing:
    """The appeals against the decisions of a case, the newest first."""
    order = Order("appeal.of_case", (row.c.id,), (UUID,), is_descending=True)
    decided = select(_decision.c.id).where(_decision.c.case_id == case_.c.id).correlate_except(_decision)
    return Listing((row.c.decision_id.in_(decided),), order)


def is_open(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may contest a decision now."""
    return _is_contestable(row.c.id, context)


def is_open_for_report(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may contest the answer to a report now."""
    return _is_contestable(row.c.decision_id, context)


def _is_contestable(decision: ColumnElement[Any], context: FieldContext) -> ColumnElement[bool]:
    mine = select(_appeal.c.id).where(
        _appeal.c.decision_id == _decision.c.id, _appeal.c.appellant_id == context.viewer_id
    )
    appealable = select(_decision.c.id).where(
        _decision.c.id == decision,
        _against(context.viewer_id),
        _is_last,
        _is_young,
        ~mine.correlate(_decision).exists(),
    )
    return appealable.correlate_except(_decision).exists()


def may_answer(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """A moderator who did not take the decision, of somebody else's content, while it waits."""
    others = select(_decision.c.id).where(
        _decision.c.id == row.c.decision_id,
        _decision.c.moderator_id != context.viewer_id,
        _decision.c.author_id.is_distinct_from(context.viewer_id),
    )
    waits = and_(row.c.outcome.is_(None), others.correlate_except(_decision).exists())
    return waits if context.viewer.is_moderator else literal_column("false")


# Writes ---------------------------------------------------------------------------------------------------------------


async def submit(act: Act, *, reason: str, decision: UUID | None = None, report: UUID | None = None) -> Outcome:
    """Contest a decision about one's own content, or the answer to one's report that there is nothing to do."""
    if (decision is None) == (report is None):
        raise bad_input("Give exactly one of `decision` and `report`.", "decision", expected.ONE)
    kept = text.clean(reason, REASON_LENGTH, "reason")
    named = await act.one(SEEN if decision else OF_REPORT, into=access.Id, id=decision or report, actor=act.actor)
    if named is None:
        raise not_found("decision" if decision else "report")
    contested = await act.one(CONTESTED, into=Contested, id=named.id, actor=act.actor)
    appeal = new_id()
    sent = {"id": appeal, "decision_id": named.id, "appellant_id": act.actor, "reason": kept}
    if contested is None or not await act.execute(SEND, **sent):
        raise Refusal(ErrorCode.APPEAL_NOT_POSSIBLE, "It cannot be contested, any more or again.")
    await act.execute(CONTEST, id=contested.case_id)
    return act.did(EventKind.APPEAL_SUBMITTED, appeal, appeal_id=appeal)


async def decide(act: Act, *, appeal: UUID, outcome: AppealOutcome, reply: str) -> Outcome:
    """Answer an appeal with a reply. What is reversed is as it was before the decision; where there was nothing to do,
    the case is open again."""
    kept = text.clean(reply, REPLY_LENGTH, "reply")
    if not await act.exists(LOCK, id=appeal):
        raise not_found("appeal")
    asked = await act.one(ASKED, into=WaitingAppeal, id=appeal)
    if asked is None or asked.outcome is not None:
        raise conflict()
    subject = await act.one(withholding.OF_CASE, into=withholding.Subject, id=asked.case_id)
    if act.actor == asked.moderator_id:
        raise Refusal(ErrorCode.OWN_DECISION, "You took the decision: another moderator answers.", "appeal")
    if subject is None or subject.author_id == act.actor:
        raise Refusal(ErrorCode.OWN_CONTENT, "You published it: another moderator decides.", "appeal")
    state = CaseState.DECIDED
    if outcome is AppealOutcome.REVERSED:
        state = await _reverse(act, asked, subject)
    answer = {"decision_id": asked.decision_id, "outcome": outcome, "reply": kept, "decider_id": act.actor}
    await act.execute(ANSWER, **answer)
    await act.execute(SETTLE, id=asked.case_id, state=state)
    await queue.add_to_appellants(act.transaction, asked.decision_id, MAIL_GOOD_FOR)
    return act.did(EventKind.APPEAL_DECIDED, appeal, {"outcome": outcome.value}, appeal_id=appeal)


async def _reverse(act: Act, asked: WaitingAppeal, subject: withholding.Subject) -> CaseState:
    """Take a decision back; the state of its case then."""
    if asked.action is DecisionAction.NOTHING:
        return CaseState.OPEN
    await act.insert(
        ModerationDecision,
        case_id=asked.case_id,
        author_id=subject.author_id,
        moderator_id=act.actor,
        action=OPPOSITE.get(asked.action, DecisionAction.NOTHING),
        is_detected_automatically=False,
        source=NoticeSource.VOLUNTARY,
        seen_title=subject.title,
        seen_body=subject.body,
        decided_at=act.now,
    )
    if asked.action is DecisionAction.HIDE and subject.state is not ShownStatus.PUBLISHED:
        await withholding.change(act, subject, ShownStatus.PUBLISHED)
    elif asked.action is DecisionAction.REDACT:
        await redaction.undo(act, subject, asked.case_id)
    elif asked.action is DecisionAction.SUSPEND:
        await act.execute(penalty.LIFT, case_id=asked.case_id)
    await queue.add_to_reporters(act.transaction, asked.decision_id, MAIL_GOOD_FOR)
    return CaseState.DECIDED
