"""Places of slots: taken by sign-ups, and given to the first who waits when one is free.

Every act about a slot locks it first, so that of acts at the same time each finds what the one before has left; an act
that needs contributions, too, locks them before slots. The table's CHECK holds that no more places are taken than there
are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from mail import queue
from models.base import constant, table
from models.event import EventKind
from models.mail import MailKind
from models.mission import Mission, MissionSlot
from models.refusal import ErrorCode, Refusal
from models.sign_up import ALIVE, SIGN_UP_MOVES, TAKING, SignUp, SignUpMove, SignUpStatus
from planner.act import Act, Outcome, value
from planner.event import RECORD, NewEvent, events
from planner.row import reader

_mission, _slot, _sign_up = table(Mission), table(MissionSlot), table(SignUp)
_S = SignUpStatus
_id = value(MissionSlot, "id")
_count = bindparam("count", type_=Integer())
_person, _other = bindparam("person", type_=Uuid()), bindparam("other", type_=Uuid())
_alive = _sign_up.c.status.in_([constant(status) for status in ALIVE])
_status = value(SignUp, "status")


def is_to_come(slot: FromClause) -> ColumnElement[bool]:
    """It is neither over nor called off: people sign up for it, and withdraw."""
    return and_(slot.c.ends_at > func.now(), slot.c.cancelled_at.is_(None))


def is_ahead(slot: FromClause) -> ColumnElement[bool]:
    """It has not begun, nor was it called off: it may be."""
    return and_(slot.c.starts_at > func.now(), slot.c.cancelled_at.is_(None))


def from_which(event: EventKind) -> list[ColumnElement[str]]:
    """The statuses from which an event leads on."""
    statuses = {status: None for move in SIGN_UP_MOVES if move.event is event for status in move.before if status}
    return [constant(status) for status in statuses]


LOCK = (
    select(
        *(_slot.c[name] for name in ("id", "mission_id", "starts_at", "ends_at")),
        (_slot.c.capacity - _slot.c.taken_count).label("room"),
        _slot.c.taken_count.label("taken"),
        is_to_come(_slot).label("is_open"),
        (_slot.c.starts_at <= func.now()).label("has_begun"),
    )
    .where(_slot.c.id == _id)
    .with_for_update(key_share=True)
)
TAKE = update(_slot).where(_slot.c.id == _id).values(taken_count=_slot.c.taken_count + _count)
_next = (
    select(_sign_up.c.id)
    .where(
        _sign_up.c.slot_id == value(SignUp, "slot_id"), _sign_up.c.status.in_(from_which(EventKind.SIGN_UP_REGISTERED))
    )
    .order_by(_sign_up.c.signed_up_at, _sign_up.c.id)
    .limit(bindparam("room", type_=Integer()))
)
ADVANCE = (
    update(_sign_up)
    .where(_sign_up.c.id.in_(_next))
    .values(status=_status, changed_at=func.now())
    .returning(_sign_up.c.id, _sign_up.c.actor_id)
)
END_OF_SLOT = (
    update(_sign_up)
    .where(
        _sign_up.c.slot_id == value(SignUp, "slot_id"), _sign_up.c.status.in_(from_which(EventKind.SIGN_UP_CANCELLED))
    )
    .values(status=_status, changed_at=func.now())
    .returning(_sign_up.c.id, _sign_up.c.actor_id)
)
CALL_OFF = (
    update(_slot).where(_slot.c.id == _id).values(cancelled_at=func.now(), taken_count=literal_column("0", Integer))
)
_called_off = select(_slot.c.id, _mission.c.contribution_id).join_from(
    _slot, _mission, _mission.c.id == _slot.c.mission_id
)
OF_CONTRIBUTION = (
    _called_off.where(_mission.c.contribution_id == value(Mission, "contribution_id"), is_ahead(_slot))
    .order_by(_slot.c.id)
    .with_for_update(key_share=True, of=_slot)
)
TO_COME = (
    select(_slot.c.id)
    .join_from(_mission, _slot, _slot.c.mission_id == _mission.c.id)
    .where(_mission.c.contribution_id == value(Mission, "contribution_id"), is_to_come(_slot))
    .limit(literal_column("1"))
)
LAST_END = (
    select(func.max(_slot.c.ends_at))
    .join_from(_mission, _slot, _slot.c.mission_id == _mission.c.id)
    .where(_mission.c.contribution_id == _id, _slot.c.cancelled_at.is_(None))
    .scalar_subquery()
)
"""When the last slot of the contribution `:id` is over that was not called off; NULL without one."""

IS_MISSION = select(_mission.c.id).where(_mission.c.contribution_id == _id).exists()
"""The contribution `:id` has slots, or had: its end is theirs."""

_not_over = select(_slot.c.id).where(_slot.c.ends_at > func.now())
_of_pair = and_(
    or_(
        and_(_sign_up.c.actor_id == _person, or_(_other.is_(None), _sign_up.c.organiser_id == _other)),
        and_(_sign_up.c.actor_id == _other, _sign_up.c.organiser_id == _person),
    ),
    _alive,
    _sign_up.c.slot_id.in_(_not_over),
)
_is_left = and_(
    _other.is_(None),
    _slot.c.mission_id.in_(select(_mission.c.id).where(_mission.c.organiser_id == _person)),
    is_ahead(_slot),
)
CONTRIBUTIONS_OF = (
    select(_mission.c.contribution_id)
    .join_from(_sign_up, _slot, _slot.c.id == _sign_up.c.slot_id)
    .join(_mission, _mission.c.id == _slot.c.mission_id)
    .where(_of_pair)
)
"""Of which contributions the slots are in which sign-ups of a person (`other`: with another) end."""

LOCK_ALL_OF = (
    select(_slot.c.id)
    .where(or_(_slot.c.id.in_(select(_sign_up.c.slot_id).where(_of_pair)), _is_left))
    .order_by(_slot.c.id)
    .with_for_update(key_share=True)
)
LEFT = _called_off.where(_is_left).order_by(_slot.c.id)
OF_PERSON = select(_sign_up.c.id, _sign_up.c.slot_id, _sign_up.c.actor_id, _sign_up.c.status).where(_of_pair)
END_ALL = (
    update(_sign_up)
    .where(_sign_up.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
    .values(status=_status, changed_at=func.now())
)


@dataclass(frozen=True, slots=True)
class SlotToCallOff:
    """A slot that has not begun, locked, and of which contribution it is."""

    id: UUID
    contribution_id: UUID


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A sign-up and whose it is; nobody's once that person is gone."""

    id: UUID
    actor_id: UUID | None


@dataclass(frozen=True, slots=True)
class AliveSignUp(SignedUp):
    """A sign-up that ends."""

    slot_id: UUID
    status: SignUpStatus


_advanced, _ended, _found, _slots, _left = (
    reader(ADVANCE, SignedUp),
    reader(END_OF_SLOT, SignedUp),
    reader(OF_PERSON, AliveSignUp),
    reader(OF_CONTRIBUTION, SlotToCallOff),
    reader(LEFT, SlotToCallOff),
)


def allowed(before: SignUpStatus | None, event: EventKind, *, if_so: bool | None = None) -> SignUpMove | None:
    """The move from a status (None: there is no sign-up yet) that an event tells of, for the answer to what it asks."""
    moves = (move for move in SIGN_UP_MOVES if before in move.before)
    return next((move for move in moves if (move.event, move.if_so) == (event, if_so)), None)


def _after(event: EventKind, before: SignUpStatus) -> str:
    """To which status an event leads that asks nothing."""
    move = allowed(before, event)
    assert move is not None
    return move.after.value


async def require_none_to_come(act: Act, contribution: UUID) -> None:
    """Whoever wants to help in a mission that has slots to come signs up for one; with none, it is answered like any
    request. Raises Refusal(SLOT_NEEDED)."""
    if await act.exists(TO_COME, contribution_id=contribution):
        raise Refusal(ErrorCode.SLOT_NEEDED, "Sign up for one of its slots.", "contribution")


async def tell(transaction: Transaction, sign_ups: Sequence[SignedUp]) -> None:
    """Mail people what became of their sign-ups."""
    for one in sign_ups:
        if one.actor_id is not None:
            await queue.tell(transaction, MailKind.SIGN_UP_CHANGED, one.actor_id, one.id)


async def _record(transaction: Transaction, kind: EventKind, sign_ups: Sequence[SignedUp]) -> None:
    if sign_ups:
        await transaction.execute(RECORD, **events(*(NewEvent(kind, one.id, None) for one in sign_ups)))


async def fill(transaction: Transaction, slot: UUID, room: int) -> None:
    """Give so many free places of a locked slot to the first who wait, who are told."""
    if room < 1:
        return
    event = EventKind.SIGN_UP_REGISTERED
    status = _after(event, _S.WAITING)
    moved = [_advanced(row) for row in await transaction.all(ADVANCE, slot_id=slot, room=room, status=status)]
    if moved:
        await transaction.execute(TAKE, id=slot, count=len(moved))
        await _record(transaction, event, moved)
        await tell(transaction, moved)


async def free(transaction: Transaction, slot: UUID, count: int, *, is_open: bool) -> None:
    """Free places of a locked slot; while it is not over, the first who wait have them."""
    await transaction.execute(TAKE, id=slot, count=-count)
    if is_open:
        await fill(transaction, slot, count)


async def call_off(act: Act, slot: UUID, contribution: UUID) -> Outcome:
    """Call a locked slot off that has not begun: everybody who is registered or waits is told. Its event is that of
    the act, to which the journal's details of the slot belong."""
    await _call_off(act.transaction, slot)
    return act.did(EventKind.MISSION_SLOT_CANCELLED, contribution, {"slot": str(slot)}, slot_id=slot)


async def _call_off(transaction: Transaction, slot: UUID) -> None:
    event = EventKind.SIGN_UP_CANCELLED
    status = _after(event, _S.REGISTERED)
    ended = [_ended(row) for row in await transaction.all(END_OF_SLOT, slot_id=slot, status=status)]
    await transaction.execute(CALL_OFF, id=slot)
    await _record(transaction, event, ended)
    await tell(transaction, ended)


async def _call_off_all(transaction: Transaction, slots: Sequence[SlotToCallOff]) -> None:
    if not slots:
        return
    for slot in slots:
        await _call_off(transaction, slot.id)
    kind = EventKind.MISSION_SLOT_CANCELLED
    happened = [NewEvent(kind, slot.contribution_id, None, {"slot": str(slot.id)}) for slot in slots]
    await transaction.execute(RECORD, **events(*happened))


async def of_contribution(transaction: Transaction, contribution: UUID) -> None:
    """A mission was closed: its slots that have not begun are called off."""
    slots = [_slots(row) for row in await transaction.all(OF_CONTRIBUTION, contribution_id=contribution)]
    await _call_off_all(transaction, slots)


async def of_person(transaction: Transaction, person: UUID, other: UUID | None = None) -> None:
    """A person or an organisation leaves, or (with `other`) wants no more to do with another: their sign-ups end for
    what is not over, and the first who wait have the places. The slots of an organisation that leaves are called off
    where they have not begun. The contributions are locked already."""
    keys = {"person": person, "other": other}
    await transaction.all(LOCK_ALL_OF, **keys)
    await _call_off_all(transaction, [_left(row) for row in await transaction.all(LEFT, **keys)])
    ended = [_found(row) for row in await transaction.all(OF_PERSON, **keys)]
    if not ended:
        return
    given_up, cancelled = ([one for one in ended if (one.actor_id == person) is is_own] for is_own in (True, False))
    await _end(transaction, EventKind.SIGN_UP_WITHDRAWN, given_up)
    await _end(transaction, EventKind.SIGN_UP_CANCELLED, cancelled)
    await tell(transaction, cancelled)
    taken: dict[UUID, int] = {}
    for one in ended:
        if one.status in TAKING:
            taken[one.slot_id] = taken.get(one.slot_id, 0) + 1
    for freed, count in taken.items():
        await free(transaction, freed, count, is_open=True)


async def _end(transaction: Transaction, event: EventKind, sign_ups: Sequence[AliveSignUp]) -> None:
    """Sign-ups that are alive end as an event says."""
    if sign_ups:
        status = _after(event, sign_ups[0].status)
        await transaction.execute(END_ALL, ids=[one.id for one in sign_ups], status=status)
        await _record(transaction, event, sign_ups)
