"""Petitions: the city says whether they are admissible, the author opens them, the clock counts signatures, and the
city acknowledges, puts on the agenda and answers what was reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Interval,
    Select,
    Update,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from models import expected
from models.activity import Activity, ActivityKind
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from models.event import EventKind
from models.petition import (
    ANSWER_LENGTH,
    DELIBERATION_LENGTH,
    HANDED_ON,
    LINK_LENGTH,
    MOVES,
    REASON_LENGTH,
    SESSION_WITHIN_DAYS,
    WRITABLE,
    Petition,
    PetitionMove,
    PetitionMover,
    PetitionState,
)
from models.petition_rule import PetitionRule
from models.petitioner import Petitioner, PetitionerRole
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote import Choice, Tally, TallyDelta
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import (
    access,
    elector,
    official_response,
    petition_rule,
    portal,
    progress,
    signature_sheet,
    speaking,
    text,
)

_petition, _contribution, _activity = table(Petition), table(Contribution), table(Activity)
_contribution_id = value(Petition, "contribution_id")
_tenant = bindparam("tenant", type_=BigInteger())
_ZERO: ColumnElement[int] = literal_column("0", Integer)
SETTLED = literal(timedelta(seconds=10), Interval)
"""So long after a petition has closed its last signatures are counted: requests that began in time have ended."""

_is_it = _petition.c.contribution_id == _contribution_id


# Days -----------------------------------------------------------------------------------------------------------------


def end_of_day(at: ColumnElement[Any], days: ColumnElement[Any], zone: ColumnElement[Any]) -> ColumnElement[Any]:
    """The end of the local day that is so many days after an instant, in a time zone: midnight, when the next begins.
    A Sunday or a holiday is a day as any other: whoever has until that day has all of it, and no longer."""
    day = func.date_trunc(literal_column("'day'"), func.timezone(zone, at))
    return func.timezone(zone, day + func.make_interval(_ZERO, _ZERO, _ZERO, days + literal_column("1", Integer)))


def _in_days(column: str, at: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    """So many days after now as the rule says of a step; NULL where there is no rule."""
    return end_of_day(func.now() if at is None else at, _ruled(column), portal.time_zone(_tenant))


def _ruled(column: str) -> ColumnElement[Any]:
    """What the rule that holds says; NULL where there is none."""
    within = select(_contribution.c.activity_id).where(_contribution.c.id == _contribution_id).scalar_subquery()
    return petition_rule.newest(within, column).scalar_subquery()


# Reads ----------------------------------------------------------------------------------------------------------------


def closes_at(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """Until when it is signed: no longer than its activity is open."""
    return until(row)


def until(row: FromClause) -> ColumnElement[Any]:
    """When a petition closes, or its activity before it; NULL: it was not opened."""
    within, signed = table(Activity).alias("gathering_in"), table(Contribution).alias("gathered_for")
    ends: Select[Any] = (
        select(within.c.closes_at)
        .join_from(within, signed, signed.c.activity_id == within.c.id)
        .where(signed.c.id == row.c.contribution_id)
    )
    both = func.least(row.c.closes_at, ends.correlate_except(within, signed).scalar_subquery())
    return case((row.c.closes_at.is_not(None), both))


def closes_on(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The last day on which it is signed."""
    return _last_day(until(row), context)


def due_on(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The last day that the city has for the next step."""
    return _last_day(row.c.due_at, context)


def _last_day(end: ColumnElement[Any], context: FieldContext) -> ColumnElement[Any]:
    """The local day that ends at an instant, or in which it lies."""
    within = end - literal_column("'1 microsecond'::interval", Interval)
    return cast(func.timezone(context.time_zone, within), Date)


def is_signable(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it gathers signatures now: its author has not withdrawn it either."""
    is_so = and_(progress.is_signable(row), progress.stands(row), until(row) > func.now())
    return func.coalesce(is_so, false())


def is_awaiting_close(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the city acknowledges it only when it has closed."""
    return _is_awaiting(row, context.time_zone)


def _is_awaiting(row: FromClause, zone: ColumnElement[Any]) -> ColumnElement[bool]:
    """People may still sign for a further level, or the last who did are not counted. What had reached the highest
    level is due sooner than what closes, and awaits nothing although a level was added."""
    asked, rule = table(Contribution).alias("reached_for"), table(PetitionRule).alias("reached_by")
    within: Select[Any] = select(asked.c.activity_id).where(asked.c.id == row.c.contribution_id)
    activity = within.correlate_except(asked).scalar_subquery()
    levels = func.jsonb_array_length(petition_rule.newest(activity, "levels").scalar_subquery())
    soonest: Select[Any] = select(func.min(rule.c.acknowledge_days)).where(rule.c.activity_id == activity)
    days = soonest.correlate_except(rule).scalar_subquery()
    waits = and_(
        row.c.state == constant(PetitionState.REACHED),
        row.c.reached_levels < levels,
        until(row) + SETTLED > func.now(),
        row.c.due_at >= end_of_day(until(row), days, zone),
    )
    return func.coalesce(waits, false())


def is_overdue(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether the city owes a step since a day that is over."""
    return func.coalesce(row.c.due_at <= func.now(), false())


def signatures(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many have signed, to the last one."""
    return signed(row.c.contribution_id)


def signed(contribution: ColumnElement[Any]) -> ColumnElement[int]:
    """The signatures of a contribution, with those that are not folded yet and those on paper, without those
    that are set aside."""
    folded, fresh = table(Tally).alias("signed"), table(TallyDelta).alias("just_signed")
    key = constant(Choice.SUPPORT)
    counts = union_all(
        select(folded.c.count.label("count"))
        .where(folded.c.contribution_id == contribution, folded.c.key == key)
        .correlate_except(folded),
        select(fresh.c.delta)
        .where(fresh.c.contribution_id == contribution, fresh.c.key == key)
        .correlate_except(fresh),
        signature_sheet.counts(contribution),
        elector.aside(contribution),
    ).subquery("signatures")
    total = func.coalesce(func.sum(counts.c.count), _ZERO)
    return select(total).select_from(counts).scalar_subquery()


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Those in a state, or those of which the city owes the next step: what is due first, or ends first."""
    where: tuple[ColumnElement[bool], ...] = (row.c.due_at.is_not(None),)
    if context.has("state"):
        where = (row.c.state == constant(context.choice("state")),)
    first = func.coalesce(row.c.due_at, row.c.closes_at, row.c.submitted_at)
    order = Order("petition.due", (first, row.c.id), (datetime, UUID))
    return Listing(where if context.viewer.is_moderator else (false(),), order)


# Moves ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a petition is, locked, and whether the city waits for its close, or its author has ended it; and the
    local day on which it was handed on."""

    state: PetitionState
    is_awaiting: bool
    is_withdrawn: bool
    transmitted_on: date | None


_ended = (constant(status) for status in (ContributionStatus.CLOSED, ContributionStatus.TAKEN_BACK))
STANDING = (
    select(
        _petition.c.state,
        _is_awaiting(_petition, portal.time_zone(_tenant)).label("is_awaiting"),
        select(_contribution.c.status.in_([*_ended]))
        .where(_contribution.c.id == _contribution_id)
        .scalar_subquery()
        .label("is_withdrawn"),
        cast(func.timezone(portal.time_zone(_tenant), _petition.c.transmitted_at), Date).label("transmitted_on"),
    )
    .where(_is_it)
    .with_for_update(of=_petition)
)


async def standing(act: Act, contribution: UUID) -> Standing | None:
    """How far a petition is, locked until the transaction ends; None for what is none."""
    return await act.one(STANDING, into=Standing, contribution_id=contribution, tenant=act.asker.tenant)


async def require_submitted(act: Act, kind: ActivityKind, contribution: UUID, field: str) -> None:
    """Nobody rewrites what the city has decided on and people sign: it is locked. Raises Refusal."""
    if kind is not ActivityKind.PETITION:
        return
    now = await standing(act, contribution)
    if now is not None and (now.state not in WRITABLE or await act.exists(SPONSORED, contribution_id=contribution)):
        message = "The city has decided on it, or somebody sponsors it: its title, text and place no longer change."
        raise Refusal(ErrorCode.PETITION_FIXED, message, field)


def allowed(before: PetitionState, event: EventKind, by: PetitionMover) -> PetitionMove | None:
    """The move from a state that an event tells of, if `by` may make it."""
    return next((move for move in MOVES if (move.before, move.event) == (before, event) and by in move.by), None)


def change(**columns: Any) -> Update:
    """The petition of `:contribution_id` comes to `:state`, to which a move leads, and with it to further columns."""
    return update(_petition).where(_is_it).values(state=value(Petition, "state"), **columns)


_petitioner = table(Petitioner)
_stands_behind = _petitioner.c.contribution_id == value(Petitioner, "contribution_id")
SPONSORED = select(_petitioner.c.id).where(_stands_behind, _petitioner.c.role == constant(PetitionerRole.SPONSOR))
CO_AUTHOR = select(_petitioner.c.id).where(
    _stands_behind,
    _petitioner.c.actor_id == value(Petitioner, "actor_id"),
    _petitioner.c.role == constant(PetitionerRole.AUTHOR),
)
_ends = (
    select(_activity.c.closes_at)
    .join_from(_activity, _contribution, _contribution.c.activity_id == _activity.c.id)
    .where(_contribution.c.id == _contribution_id)
    .scalar_subquery()
)
CHANGES: Mapping[EventKind, Update] = {
    EventKind.PETITION_PARTIES_CHANGED: change(submitted_at=func.now(), due_at=_in_days("admit_days")),
    EventKind.PETITION_ADMITTED: change(decided_at=func.now(), due_at=null()),
    EventKind.PETITION_REFUSED: change(decided_at=func.now(), due_at=null(), reason=value(Petition, "reason")),
    EventKind.PETITION_OPENED: change(
        opened_at=func.now(),
        closes_at=func.least(_in_days("gather_days"), _ends),
        is_by_law=func.coalesce(_ruled("is_by_law"), false()),
    ),
    EventKind.PETITION_SAMPLED: change(due_at=null(), invalid_reason=value(Petition, "invalid_reason")),
    EventKind.PETITION_SIGNATURES_JUDGED: change(due_at=_in_days("acknowledge_days"), invalid_reason=null()),
    EventKind.PETITION_TRANSMITTED: change(transmitted_at=func.now(), due_at=_in_days("answer_days")),
    EventKind.PETITION_SCHEDULED: change(scheduled_at=func.now(), session_on=value(Petition, "session_on")),
    EventKind.PETITION_ANSWERED: change(
        answered_at=func.now(),
        due_at=null(),
        **{name: value(Petition, name) for name in ("answer", "deliberation", "link")},
    ),
}
"""What is written with each move of authors, sponsors and the city, by its event; the clock's are its own."""


async def admit(act: Act, *, contribution: UUID) -> Outcome:
    """Say that a petition is admissible: its author may open it."""
    return await advance(act, contribution, EventKind.PETITION_ADMITTED)


async def refuse(act: Act, *, contribution: UUID, reason: str) -> Outcome:
    """Say that a petition is not admissible, and why, which everybody reads who sees the petition."""
    said = text.clean(reason, REASON_LENGTH, "reason")
    return await advance(act, contribution, EventKind.PETITION_REFUSED, {"reason": said})


async def open_(act: Act, *, contribution: UUID) -> Outcome:
    """Begin to gather signatures, from now to the end of the last day that the rule gives."""
    target = await access.contribution(act, contribution)
    said = {"contribution": contribution}
    is_city = act.asker.viewer.is_moderator or await official_response.speaks_for_city(act, said)
    if not is_city and not await _is_author(act, target):
        raise Refusal(ErrorCode.FORBIDDEN, "Only its author may open it, or the city.", "contribution")
    target.require_running()
    target.require_standing()
    by = PetitionMover.CITY if is_city else PetitionMover.AUTHOR
    return await advance(act, contribution, EventKind.PETITION_OPENED, {"tenant": act.asker.tenant}, by)


async def _is_author(act: Act, target: access.Target) -> bool:
    """Whether the asker published it, or has accepted to be an author of it."""
    own = {"contribution_id": target.id, "actor_id": act.actor}
    return await speaking.acts_for(act, target.author_id) or await act.exists(CO_AUTHOR, **own)


async def acknowledge(act: Act, *, contribution: UUID) -> Outcome:
    """Acknowledge what was reached, and hand it on. While more may still sign for a further level, it waits."""
    return await advance(act, contribution, EventKind.PETITION_TRANSMITTED, {"tenant": act.asker.tenant})


async def schedule(act: Act, *, contribution: UUID, session_on: date) -> Outcome:
    """Say at which session of the assembly it is on the agenda, or at which other one where that is put off."""
    return await advance(act, contribution, EventKind.PETITION_SCHEDULED, {"session_on": session_on})


async def answer_(
    act: Act, *, contribution: UUID, answer: str, deliberation: str | None = None, link: str | None = None
) -> Outcome:
    """Say what was decided, with the number of the deliberation and where it is published."""
    columns = {
        "answer": text.clean(answer, ANSWER_LENGTH, "answer"),
        "deliberation": _optional(deliberation, DELIBERATION_LENGTH, "deliberation"),
        "link": _link(link),
    }
    return await advance(act, contribution, EventKind.PETITION_ANSWERED, columns)


def _optional(said: str | None, length: tuple[int, int], field: str) -> str | None:
    return text.line(said, length, field) if said and said.strip() else None


def _link(said: str | None) -> str | None:
    """An address that begins with https. Raises Refusal."""
    if (link := _optional(said, LINK_LENGTH, "link")) and (link.split() != [link] or link[:8] != "https://"):
        raise bad_input("An address begins with https://.", "link", expected.example("https://www.ville.fr"))
    return link


async def advance(
    act: Act,
    contribution: UUID,
    event: EventKind,
    columns: Mapping[str, Any] = MappingProxyType({}),
    by: PetitionMover = PetitionMover.CITY,
) -> Outcome:
    """Move a petition on, unless it is elsewhere by now. Raises Refusal."""
    await access.contribution(act, contribution)
    now = await standing(act, contribution)
    move = allowed(now.state, event, by) if now else None
    if now is None or move is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The petition is not in a state for this.", "contribution")
    if now.is_withdrawn and now.state not in HANDED_ON:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "Its author has withdrawn it.", "contribution")
    if now.is_awaiting:
        message = "People may still sign for a further level: it is handed on when it closes."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "contribution")
    session_on, handed_on = columns.get("session_on"), now.transmitted_on
    if session_on and handed_on and not 0 <= (session_on - handed_on).days <= SESSION_WITHIN_DAYS:
        days = expected.days(handed_on, handed_on + timedelta(days=SESSION_WITHIN_DAYS))
        raise bad_input(f"A session is within {SESSION_WITHIN_DAYS} days.", "sessionOn", days)
    await act.execute(CHANGES[event], contribution_id=contribution, state=move.after, **columns)
    note = {"session": session_on.isoformat()} if session_on else None
    return act.did(event, contribution, note, contribution_id=contribution)
