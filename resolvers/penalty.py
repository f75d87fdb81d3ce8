"""Penalties: what a moderator's decisions against an author still hold: warnings of a year, and suspensions, which take
the word and not the vote: whoever is suspended reads, votes, reports and contests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models import expected
from models.appeal import Appeal, AppealOutcome
from models.base import constant, table
from models.moderation import LONGEST_SUSPENSION, DecisionAction, ModerationDecision
from models.refusal import ErrorCode, Refusal, bad_input
from planner.act import Act, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.who import MEMBER
from resolvers import withholding

YEAR = timedelta(days=365)

_decision, _appeal = table(ModerationDecision), table(Appeal)


@dataclass(frozen=True, slots=True)
class Suspension:
    """Until when somebody is suspended, if at all."""

    until: datetime | None


def is_suspending(decision: FromClause) -> ColumnElement[bool]:
    """A decision suspends its author now."""
    return and_(decision.c.suspended_until > func.now(), decision.c.lifted_at.is_(None))


UNTIL = select(func.max(_decision.c.suspended_until).label("until")).where(
    _decision.c.author_id == any_(bindparam("actors", type_=ARRAY(Uuid()))), is_suspending(_decision)
)
LIFT = (
    update(_decision)
    .where(_decision.c.case_id == value(ModerationDecision, "case_id"), is_suspending(_decision))
    .values(lifted_at=func.now())
)
"""Ends the suspensions of one case: those of others go on."""


# Rights ---------------------------------------------------------------------------------------------------------------


async def require_no_suspension(act: Act, arguments: Mapping[str, Any]) -> None:
    """The asker is not suspended, nor the organisation in whose name this is. Raises Refusal(SUSPENDED)."""
    actors = [act.actor, *filter(None, (arguments.get("on_behalf_of"),))]
    [held] = await act.all(UNTIL, into=Suspension, actors=actors)
    if held.until is not None:
        raise Refusal(ErrorCode.SUSPENDED, f"Suspended until {held.until.isoformat()}.", until=held.until)


SPEAKER = MEMBER.provided(require_no_suspension)
"""Members who are not suspended: whoever publishes or replies."""


def end_of(until: datetime | None, now: datetime) -> datetime:
    """The end of a suspension that begins now. Raises Refusal."""
    if until is None:
        raise Refusal(ErrorCode.REQUIRED, "A suspension says until when.", "until")
    if not now < until <= now + LONGEST_SUSPENSION:
        raise bad_input("A suspension ends within a year.", "until", expected.days_ahead(LONGEST_SUSPENSION.days))
    return until


# Reads ----------------------------------------------------------------------------------------------------------------


def suspended_until(actor: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """Until when an actor is suspended; for the actor and for moderators."""
    held = table(ModerationDecision).alias("held")
    until = select(func.max(held.c.suspended_until)).where(held.c.author_id == actor.c.id, is_suspending(held))
    told = until.correlate_except(held).scalar_subquery()
    return told if context.viewer.is_moderator else case((actor.c.id == context.viewer_id, told), else_=null())


def is_active(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether a decision against an author still counts: a suspension that lasts, or a warning of the last year that
    was not taken back."""
    is_warning = and_(
        row.c.action == constant(DecisionAction.WARN),
        row.c.decided_at > func.now() - literal(YEAR, Interval),
        ~was_reversed(row),
    )
    return or_(and_(row.c.suspended_until.is_not(None), is_suspending(row)), is_warning)


def was_reversed(decision: FromClause) -> ColumnElement[bool]:
    """A decision was taken back on an appeal: it counts against nobody."""
    reversed_: Select[Any] = select(_appeal.c.id).where(
        _appeal.c.decision_id == decision.c.id, _appeal.c.outcome == constant(AppealOutcome.REVERSED)
    )
    return reversed_.correlate_except(_appeal).exists()


def of_case(row: FromClause, case_: FromClause, context: FieldContext) -> Listing:
    """The active penalties of the author of what a case is about, from whichever case, the newest first."""
    order = Order("penalty.newest", (row.c.decided_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.author_id == withholding.author_of(case_), is_active(row, context)), order)
