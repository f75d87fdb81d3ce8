"""Phases: what one may do in an activity now, by the database's clock; no job opens or closes any."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.types import DateTime, Integer

from models import expected
from models.activity import Activity, ActivityKind
from models.base import constant, table
from models.contribution import Contribution
from models.event import EventKind
from models.phase import MAX_PHASES, PHASE_TITLE_LENGTH, Doing, Phase, PhaseKind
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached
from models.survey_answer import SurveyAnswer
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access, period, text

_activity = table(Activity)
_id = value(Activity, "id")
_ONE = literal_column("1", Integer)
_written, _answered = table(Contribution), table(SurveyAnswer)
_used = (select(_ONE).where(row.c.activity_id == _id).correlate(None).exists() for row in (_written, _answered))
BEGUN = select(_activity.c.phases, func.now().label("now"), or_(*_used).label("is_used")).where(_activity.c.id == _id)
SET = (
    update(_activity)
    .where(_activity.c.id == _id, _activity.c.version == bindparam("read_version", type_=Integer()))
    .values(phases=value(Activity, "phases"), version=_activity.c.version + _ONE)
)


# Reads ----------------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, context: FieldContext) -> Select[Any]:
    """The phases of an activity in their order, and where each is now, or at the instant that administrators name."""
    at, phase = _instant(context), period.phases(row, "timed")
    closes_at = case((row.c.closes_at > phase.c.startsAt, row.c.closes_at))  # A result may stay behind the close.
    next_at = func.lead(phase.c.startsAt).over(order_by=phase.c.startsAt)
    told = select(
        phase.c.kind,
        phase.c.title,
        phase.c.startsAt.label("starts_at"),
        func.coalesce(next_at, closes_at, type_=DateTime(timezone=True)).label("ends_at"),
    )
    each = told.select_from(phase).correlate_except(phase).subquery("each")
    is_over = func.coalesce(each.c.ends_at <= at, false())
    is_current = and_(each.c.starts_at <= at, ~is_over)
    return select(*each.c, is_over.label("is_over"), is_current.label("is_current")).order_by(each.c.starts_at)


def doings(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """What one may do in an activity now, or at the instant that administrators name."""
    at = _instant(context)
    is_open = and_(row.c.opens_at <= at, or_(row.c.closes_at.is_(None), row.c.closes_at > at))
    is_survey = row.c.kind == constant(ActivityKind.SURVEY)  # Nobody publishes or votes in one.
    of_kind = {doing: is_survey if doing is Doing.ANSWER else ~is_survey for doing in Doing}
    each = [case((and_(is_open, of_kind[doing], period.allows(row, doing, at)), constant(doing))) for doing in Doing]
    return func.array_remove(array(each), literal_column("NULL", Text), type_=ARRAY(Text()))


def _instant(context: FieldContext) -> ColumnElement[Any]:
    """Now, or `asOf`. Raises Refusal(FORBIDDEN) for anybody but administrators."""
    if not context.has("asOf"):
        return func.now()
    if not context.viewer.is_administrator:
        raise Refusal(ErrorCode.FORBIDDEN, "Administrators look at another day.", "asOf")
    return context.bind("asOf", DateTime(timezone=True))


# Changes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """The phases that an activity has, the database's clock, and whether anybody has published or answered."""

    phases: list[Any] | None
    now: datetime
    is_used: bool


async def plan(act: Act, *, activity: UUID, version: int, phases: Sequence[Any]) -> Outcome:
    """Write the phases of an activity anew, unless somebody else did since `version` was read; none: it has no phases.
    Once somebody has published or answered, what has begun stays as it is: what was counted in it is not counted
    otherwise afterwards."""
    await access.activity(act, activity)
    wanted = [_phase(place, phase) for place, phase in enumerate(phases)]
    if len(wanted) > MAX_PHASES:
        raise limit_reached(f"An activity has at most {MAX_PHASES} phases.", "phases", expected.at_most(MAX_PHASES))
    for place in range(1, len(wanted)):
        if wanted[place].starts_at <= wanted[place - 1].starts_at:
            raise bad_input("A phase begins after the one before it.", f"phases.{place}.startsAt", expected.AFTER)
    there = await act.one(BEGUN, into=Planned, id=activity)
    assert there is not None
    if there.is_used:
        _keep_begun(there, wanted)
    stored = [phase.stored() for phase in wanted] or None
    if not await act.execute(SET, id=activity, read_version=version, phases=stored):
        raise conflict()
    return act.did(EventKind.ACTIVITY_REVISED, activity, {"phases": len(wanted)}, activity_id=activity)


def _phase(place: int, given: Any) -> Phase:
    title = text.line(given["title"], PHASE_TITLE_LENGTH, f"phases.{place}.title")
    return Phase(given["kind"], title, given["starts_at"])


def _keep_begun(there: Planned, wanted: list[Phase]) -> None:
    """Leave what has begun as it is; forms know its start to the minute. Raises Refusal(ACTION_NOT_POSSIBLE) where it
    would be another, or begin at another time; and where a phase would be put before it."""
    begun = [phase for phase in map(_stored, there.phases or ()) if phase.starts_at <= there.now]
    for place, phase in enumerate(begun):
        kept = wanted[place] if place < len(wanted) else None
        if kept is None or kept.kind is not phase.kind or _minute(kept) != _minute(phase):
            raise _begun(place, "It has begun: its kind and its start stay.")
        wanted[place] = replace(kept, starts_at=phase.starts_at)
    late = [place for place, phase in enumerate(wanted) if place >= len(begun) and phase.starts_at <= there.now]
    if begun and late:
        raise _begun(late[0], "What has begun is followed by what is to come.")


def _minute(phase: Phase) -> datetime:
    return phase.starts_at.replace(second=0, microsecond=0)


def _begun(place: int, message: str) -> Refusal:
    return Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, f"phases.{place}.startsAt")


def _stored(one: dict[str, str]) -> Phase:
    return Phase(PhaseKind(one["kind"]), one["title"], datetime.fromisoformat(one["startsAt"]))
