"""Capacity: the places of a contribution, taken by exchanges that are accepted and freed by those that are cancelled.

The table's CHECK holds that no more are taken than there are.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    any_,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import literal_column
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.actor import Actor
from models.base import constant, table
from models.contribution import RULES, Contribution, ContributionKind, ContributionStatus, Urgency
from models.exchange import Exchange, ExchangeStatus
from models.refusal import ErrorCode, Refusal
from planner.act import Act, value
from planner.row import reader
from resolvers import slot_place

_contribution, _exchange, _actor = table(Contribution), table(Exchange), table(Actor)
_id, _one = value(Contribution, "id"), literal_column("1", Integer)
_has_room = or_(_contribution.c.capacity.is_(None), _contribution.c.accepted_count < _contribution.c.capacity)
ANSWERABLE = (ContributionStatus.OPEN, ContributionStatus.EXPIRED, ContributionStatus.PAUSED)
"""Of what has expired or is paused, those who answered in time can still be accepted."""

LOCK_PEOPLE = (
    select(_actor.c.id)
    .where(_actor.c.id == any_(bindparam("people", type_=ARRAY(Uuid()))), _actor.c.erased_at.is_(None))
    .order_by(_actor.c.id)
    .with_for_update(key_share=True)
)
"""Of people always in this order, as erasure locks one: of acts at the same time one waits for the other."""

LOCK = (
    select(
        _contribution.c.id,
        _contribution.c.kind,
        _contribution.c.author_id,
        _has_room.label("has_room"),
        (_contribution.c.urgency == constant(Urgency.NOW)).label("is_urgent"),
    )
    .where(_contribution.c.id == _id)
    .with_for_update(key_share=True)
)
TAKE = (
    update(_contribution)
    .where(
        _contribution.c.id == _id, _has_room, _contribution.c.status.in_([constant(status) for status in ANSWERABLE])
    )
    .values(accepted_count=_contribution.c.accepted_count + _one)
)
FREE = (
    update(_contribution)
    .where(_contribution.c.id == _id)
    .values(accepted_count=_contribution.c.accepted_count - bindparam("count", type_=Integer()))
)
IS_ANSWERABLE = select(_contribution.c.id).where(
    _contribution.c.id == _id, _contribution.c.status.in_([constant(status) for status in ANSWERABLE])
)
_person, _other = bindparam("person", type_=Uuid()), bindparam("other", type_=Uuid())
_of_exchanges = select(_exchange.c.contribution_id).where(
    or_(_exchange.c.author_id == _person, _exchange.c.proposer_id == _person), _exchange.c.ended_at.is_(None)
)
_own = _contribution.alias("own")
_organised = select(_own.c.id).where(
    _other.is_(None),
    _own.c.author_id == _person,
    _own.c.kind == constant(ContributionKind.REQUEST),
    _own.c.closed_at.is_(None),
)
LOCK_ALL_OF = (
    select(_contribution.c.id)
    .where(_contribution.c.id.in_(union_all(_of_exchanges, slot_place.CONTRIBUTIONS_OF, _organised)))
    .order_by(_contribution.c.id)
    .with_for_update(key_share=True)
)
"""Locks whatever contributions a person has something alive about, before their slots and exchanges, as closing one
does; with the requests of somebody who leaves, of which each may become a mission at the same time."""

_due = select(_exchange.c.contribution_id).where(
    _exchange.c.due_at <= func.now(), _exchange.c.status == constant(ExchangeStatus.ACCEPTED)
)
HOLD_DUE = (
    select(_contribution.c.id)
    .where(_contribution.c.id.in_(_due))
    .order_by(_contribution.c.id)
    .limit(bindparam("most", type_=BigInteger()))
    .with_for_update(key_share=True, skip_locked=True)
)
"""Locks contributions of which the clock may free places; those that somebody else holds have their turn later."""

_waiting = select(_exchange.c.contribution_id).where(_exchange.c.status == constant(ExchangeStatus.WAITING))
HOLD_EXPIRED = (
    select(_contribution.c.id)
    .where(_contribution.c.status == constant(ContributionStatus.EXPIRED), _contribution.c.id.in_(_waiting))
    .order_by(_contribution.c.id)
    .limit(literal_column("100", BigInteger))
    .with_for_update(key_share=True, skip_locked=True)
)
"""Locks what has expired and still has a waiting list."""

ROOM = select(
    func.coalesce(_contribution.c.capacity - _contribution.c.accepted_count, literal_column("1000", Integer)).label(
        "count"
    )
).where(_contribution.c.id == _id)


@dataclass(frozen=True, slots=True)
class LockedActor:
    """An actor, locked."""

    id: UUID


@dataclass(frozen=True, slots=True)
class LockedContribution:
    """A contribution, locked."""

    id: UUID
    kind: ContributionKind
    author_id: UUID
    has_room: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How many places are free."""

    count: int


_room = reader(ROOM, Room)


def is_left_open(exchange: FromClause) -> ColumnElement[bool]:
    """What an exchange is about was not closed."""
    about = _contribution.alias("about")
    open_ = select(about.c.id).where(about.c.id == exchange.c.contribution_id, about.c.closed_at.is_(None))
    return open_.correlate_except(about).exists()


def require_exchanged(kind: ContributionKind) -> None:
    """A kind of contribution is answered by exchanges. Raises Refusal(KIND_NOT_ACCEPTED)."""
    if not RULES[kind].is_exchanged:
        message = "Only offers, requests and listings are answered so."
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, message, "contribution")


async def lock_people(act: Act, one: UUID, other: UUID) -> bool:
    """Lock two people; whether both are there still."""
    return len(await act.all(LOCK_PEOPLE, into=LockedActor, people=[one, other])) == 2


async def locked(act: Act, contribution: UUID) -> LockedContribution:
    """A contribution, locked: of acts at the same time each finds what the one before has left."""
    held = await act.one(LOCK, into=LockedContribution, id=contribution)
    assert held is not None
    return held


async def take(act: Act, contribution: UUID) -> bool:
    """Take a place; whether there was one. Raises Refusal(CONTRIBUTION_NOT_OPEN)."""
    if await act.execute(TAKE, id=contribution):
        return True
    if not await act.exists(IS_ANSWERABLE, id=contribution):
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed.", "exchange")
    return False


async def free(transaction: Transaction, contribution: UUID, count: int = 1) -> None:
    """Free places."""
    await transaction.execute(FREE, id=contribution, count=count)


async def room(transaction: Transaction, contribution: UUID) -> int:
    """How many places are free; a thousand where there is no limit."""
    row = await transaction.one(ROOM, id=contribution)
    return _room(row).count if row else 0
