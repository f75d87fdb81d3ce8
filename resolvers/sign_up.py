"""Sign-ups: people take places in slots of missions, wait for one, give it back; organisations mark who came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Interval, case, func, literal, literal_column, select, update
from sqlalchemy.dialects import postgresql

from models.base import constant, new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, not_found
from models.sign_up import ALIVE, MARKED, TAKING, SignUp, SignUpStatus
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, actor_block, capacity, mission, penalty, slot_place, speaking
from resolvers.slot_place import SignedUp

TOLD_AGAIN = timedelta(days=1)
_sign_up = table(SignUp)
_S = SignUpStatus
_id = value(SignUp, "id")
_columns = ("id", "slot_id", "organiser_id", "actor_id", "status", "is_minor", "has_guardian_consent")
MAKE = (
    postgresql.insert(_sign_up)
    .values(**{name: value(SignUp, name) for name in _columns}, signed_up_at=func.now(), changed_at=func.now())
    .on_conflict_do_nothing(
        index_elements=("slot_id", "actor_id"),
        index_where=_sign_up.c.status.in_([constant(status) for status in (*ALIVE, *MARKED)]),
    )
)
_again = _sign_up.alias("again")
ENDED = (
    select(
        _sign_up.c.id,
        _sign_up.c.status,
        (_sign_up.c.changed_at < func.now() - literal(TOLD_AGAIN, Interval)).label("is_long_ago"),
    )
    .where(
        _sign_up.c.slot_id == value(SignUp, "slot_id"),
        _sign_up.c.actor_id == value(SignUp, "actor_id"),
        _sign_up.c.status.in_(slot_place.from_which(EventKind.SIGN_UP_MADE)),
        ~select(_again.c.id)
        .where(
            _again.c.slot_id == _sign_up.c.slot_id,
            _again.c.actor_id == _sign_up.c.actor_id,
            _again.c.status.in_([constant(status) for status in (*ALIVE, *MARKED)]),
        )
        .correlate(_sign_up)
        .exists(),
    )
    .order_by(_sign_up.c.id.desc())
    .limit(literal_column("1"))
)
"""What somebody gave up in a slot and has not taken again."""

AGAIN = (
    update(_sign_up)
    .where(_sign_up.c.id == _id)
    .values(
        **{name: value(SignUp, name) for name in ("status", "is_minor", "has_guardian_consent")},
        signed_up_at=func.now(),
        changed_at=func.now(),
    )
)
NAMED = select(*(_sign_up.c[name] for name in ("id", "slot_id", "organiser_id", "actor_id", "status"))).where(
    _sign_up.c.id == _id
)
LOCK = NAMED.with_for_update()
SET = update(_sign_up).where(_sign_up.c.id == _id).values(status=value(SignUp, "status"), changed_at=func.now())


@dataclass(frozen=True, slots=True)
class EndedSignUp:
    """A sign-up that was withdrawn or cancelled; whether that is so long ago that a mail may tell of it anew."""

    id: UUID
    status: SignUpStatus
    is_long_ago: bool


@dataclass(frozen=True, slots=True)
class NamedSignUp(SignedUp):
    """A sign-up that a mutation names."""

    slot_id: UUID
    organiser_id: UUID
    status: SignUpStatus


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """The viewer's own, the newest first."""
    order = Order("sign_up.newest", (row.c.signed_up_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.actor_id == actor.c.id, actor.c.id == context.viewer_id), order)


def of_slot(row: FromClause, slot: FromClause, context: FieldContext) -> Listing:
    """All of a slot for whoever organises it: those who have a place, then those who wait, then those that have ended,
    each in the order in which people signed up."""
    rank = case(
        (row.c.status.in_([constant(status) for status in TAKING]), literal_column("0", Integer)),
        (row.c.status == constant(_S.WAITING), literal_column("1", Integer)),
        else_=literal_column("2", Integer),
    )
    order = Order("sign_up.place", (rank, row.c.signed_up_at, row.c.id), (int, datetime, UUID))
    where = (row.c.slot_id == slot.c.id, speaking.speaks_for(row.c.organiser_id, context.viewer_id))
    return Listing(where, order)


def own(slot: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's own for a slot, unless it was withdrawn or cancelled."""
    return (
        (row.c.slot_id == slot.c.id)
        & (row.c.actor_id == context.viewer_id)
        & row.c.status.in_([constant(status) for status in (*ALIVE, *MARKED)])
    )


def place_in_line(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """How many wait before it and with it."""
    before = _sign_up.alias("before")
    counted = select(func.count()).where(
        before.c.slot_id == row.c.slot_id,
        before.c.status == constant(_S.WAITING),
        func.row(before.c.signed_up_at, before.c.id) <= func.row(row.c.signed_up_at, row.c.id),
    )
    return case((row.c.status == constant(_S.WAITING), counted.correlate_except(before).scalar_subquery()))


# Writes ---------------------------------------------------------------------------------------------------------------


async def make(act: Act, *, slot: UUID, is_minor: bool, has_guardian_consent: bool = False) -> Outcome:
    """Take a place in a slot, or in its waiting list where all are taken. Whoever gave one up takes the same sign-up
    again, at the end of the line, and is told of it by mail once in TOLD_AGAIN."""
    of = await mission.of_which(act, slot)
    target = await access.contribution(act, of.contribution_id, "slot")
    target.require_running()
    target.require_standing("slot")
    if is_minor and of.minors_from is None:
        raise Refusal(ErrorCode.ADULTS_ONLY, "This mission is for adults.", "isMinor")
    if is_minor and not has_guardian_consent:
        raise Refusal(ErrorCode.CONSENT_NEEDED, "A guardian has to agree.", "hasGuardianConsent")
    if not await capacity.lock_people(act, of.organiser_id, act.actor):
        raise not_found("slot")
    await actor_block.require_none(act, of.organiser_id, (act.actor,), "slot")
    held = await mission.locked_slot(act, slot)
    await penalty.require_no_suspension(act, {"on_behalf_of": of.organiser_id})
    if not held.is_open:
        raise Refusal(ErrorCode.SLOT_OVER, "This slot is over, or was called off.", "slot")
    ended = await act.one(ENDED, into=EndedSignUp, slot_id=slot, actor_id=act.actor)
    move = slot_place.allowed(ended.status if ended else None, EventKind.SIGN_UP_MADE, if_so=held.room > 0)
    assert move is not None
    said = {"status": move.after, "is_minor": is_minor, "has_guardian_consent": is_minor and has_guardian_consent}
    id_ = ended.id if ended else new_id()
    whole = said if ended else {**said, "slot_id": slot, "organiser_id": of.organiser_id, "actor_id": act.actor}
    if not await act.execute(AGAIN if ended else MAKE, id=id_, **whole):
        raise Refusal(ErrorCode.ALREADY_SIGNED_UP, "You have signed up for it already.", "slot")
    if move.after in TAKING:
        await act.execute(slot_place.TAKE, id=slot, count=1)
    if ended is None or ended.is_long_ago:
        await slot_place.tell(act.transaction, [SignedUp(id_, act.actor)])
    return act.did(move.event, id_, {"status": move.after.value}, sign_up_id=id_)


async def _locked(act: Act, sign_up: UUID) -> tuple[NamedSignUp, mission.LockedSlot]:
    """A sign-up that the asker made or organises, with its slot, both locked. Raises Refusal(NOT_FOUND)."""
    named = await act.one(NAMED, into=NamedSignUp, id=sign_up)
    if named is None or not (named.actor_id == act.actor or await speaking.acts_for(act, named.organiser_id)):
        raise not_found("signUp")
    slot_ = await mission.locked_slot(act, named.slot_id)
    held = await act.one(LOCK, into=NamedSignUp, id=sign_up)
    assert held is not None
    return held, slot_


async def withdraw(act: Act, *, sign_up: UUID) -> Outcome:
    """Give one's own place back before the slot is over: the first who waits has it, and is told."""
    held, slot_ = await _locked(act, sign_up)
    if held.actor_id != act.actor:
        raise not_found("signUp")
    move = slot_place.allowed(held.status, EventKind.SIGN_UP_WITHDRAWN)
    if move is None or not slot_.is_open:
        raise Refusal(ErrorCode.SLOT_OVER, "It has ended already.", "signUp")
    await act.execute(SET, id=sign_up, status=move.after)
    if held.status in TAKING:
        await slot_place.free(act.transaction, held.slot_id, 1, is_open=True)
    return act.did(move.event, sign_up, sign_up_id=sign_up)


async def mark(act: Act, *, sign_up: UUID, has_come: bool) -> Outcome:
    """Say whether somebody came who was registered, once the slot has begun; it may be said anew."""
    held, slot_ = await _locked(act, sign_up)
    if not await speaking.acts_for(act, held.organiser_id):
        raise not_found("signUp")
    move = slot_place.allowed(held.status, EventKind.SIGN_UP_MARKED, if_so=has_come)
    if move is None or not slot_.has_begun:
        raise Refusal(ErrorCode.SLOT_OVER, "Who came is said of those with a place, once it has begun.", "signUp")
    await act.execute(SET, id=sign_up, status=move.after)
    return act.did(move.event, sign_up, {"status": move.after.value}, sign_up_id=sign_up)
