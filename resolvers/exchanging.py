"""Exchanging: how exchanges begin, are answered and end. Every act locks the contribution first, then the exchange, so
that of acts at the same time each finds what the one before has left."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, Interval, and_, any_, bindparam, case, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import literal_column, null
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.account import Account
from models.actor import Actor
from models.base import constant, new_id, table
from models.contribution import RULES, Contribution, ContributionKind, ContributionStatus, Urgency
from models.event import EventKind
from models.exchange import (
    ALIVE,
    CANCELLING,
    DECLINING,
    DONE_AFTER,
    EVENTS,
    EXCHANGE_MOVES,
    LAPSE_AFTER,
    LAPSE_AFTER_URGENT,
    NEW_A_DAY,
    NEW_ALIVE,
    NEW_FOR,
    NOTE_LENGTH,
    PLACE_AFTER,
    PLACE_LENGTH,
    WITHDRAWING,
    Exchange,
    ExchangeReason,
    ExchangeStatus,
    Mover,
    Party,
    PlacePrecision,
)
from models.mail import MailKind
from models.message import BODY_LENGTH
from models.refusal import ErrorCode, Refusal, not_found
from planner.act import Act, Outcome, value
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import access, exchange_mail, message, party, speaking, text
from resolvers.exchange import is_in, is_lapsed
from resolvers.party import FoundExchange, TwoPeople

_exchange, _contribution, _actor, _account = table(Exchange), table(Contribution), table(Actor), table(Account)
_id, _contribution_id = value(Exchange, "id"), value(Exchange, "contribution_id")
_one = literal_column("1", Integer)
_S = ExchangeStatus
_has_room = or_(_contribution.c.capacity.is_(None), _contribution.c.accepted_count < _contribution.c.capacity)
_EITHER = (Mover.AUTHOR, Mover.PROPOSER)
ANSWERABLE = (ContributionStatus.OPEN, ContributionStatus.EXPIRED)
"""Of what has expired, those who answered in time can still be accepted."""


def patience(is_urgent: Any) -> Any:
    """How long a proposal waits for an answer."""
    return case((is_urgent, literal(LAPSE_AFTER_URGENT, Interval)), else_=literal(LAPSE_AFTER, Interval))


def _half(is_urgent: Any) -> Any:
    return case((is_urgent, literal(LAPSE_AFTER_URGENT / 2, Interval)), else_=literal(LAPSE_AFTER / 2, Interval))


# Statements -----------------------------------------------------------------------------------------------------------

LOCK_PEOPLE = (
    select(_actor.c.id)
    .where(_actor.c.id == any_(bindparam("people", type_=ARRAY(Uuid()))), _actor.c.erased_at.is_(None))
    .order_by(_actor.c.id)
    .with_for_update(key_share=True)
)
LOCK_CONTRIBUTION = (
    select(
        _contribution.c.id,
        _contribution.c.kind,
        _has_room.label("has_room"),
        (_contribution.c.urgency == constant(Urgency.NOW)).label("is_urgent"),
    )
    .where(_contribution.c.id == value(Contribution, "id"))
    .with_for_update(key_share=True)
)
LOCK = (
    select(
        *(_exchange.c[name] for name in ("id", "contribution_id", "author_id", "proposer_id", "done_said_by")),
        case((is_lapsed(_exchange), constant(_S.LAPSED)), else_=_exchange.c.status).label("status"),
    )
    .where(_exchange.c.id == _id)
    .with_for_update()
)
_mine = and_(_exchange.c.proposer_id == value(Exchange, "proposer_id"))
RECENT = select(
    func.count().filter(is_in(_exchange, _S.PROPOSED, _S.WAITING, _S.ACCEPTED), ~is_lapsed(_exchange)).label("alive"),
    func.count().filter(_exchange.c.proposed_at > func.now() - literal(timedelta(days=1), Interval)).label("today"),
    func.coalesce(func.bool_or(is_in(_exchange, _S.DONE)), literal_column("false", Boolean)).label("has_done"),
).where(_mine)
IS_NEW = (
    select(_actor.c.id)
    .select_from(_actor.outerjoin(_account, _account.c.actor_id == _actor.c.id))
    .where(
        _actor.c.id == value(Actor, "id"),
        func.coalesce(_account.c.created_at, _actor.c.created_at) > func.now() - literal(NEW_FOR, Interval),
    )
)
_urgent, _waits = value(Exchange, "is_urgent"), bindparam("waits", type_=Boolean())
PROPOSE = (
    postgresql.insert(_exchange)
    .values(
        **{name: value(Exchange, name) for name in ("id", "contribution_id", "author_id", "proposer_id", "is_urgent")},
        status=case((_waits, constant(_S.WAITING)), else_=constant(_S.PROPOSED)),
        proposed_at=func.now(),
        changed_at=func.now(),
        proposer_read_at=func.now(),
        lapses_at=case((~_waits, func.now() + patience(_urgent))),
        due_at=case((~_waits, func.now() + _half(_urgent))),
    )
    .on_conflict_do_nothing(index_elements=("contribution_id", "proposer_id"), index_where=is_in(_exchange, *ALIVE))
)
OVERDUE = (
    update(_exchange)
    .where(_exchange.c.contribution_id == _contribution_id, _mine, is_lapsed(_exchange))
    .values(status=constant(_S.LAPSED), ended_by=constant(Mover.CLOCK), ended_at=func.now(), due_at=null())
)
"""What has lapsed and no job has marked makes room for another proposal of the same person."""

TAKE = (
    update(_contribution)
    .where(
        _contribution.c.id == value(Contribution, "id"),
        _has_room,
        _contribution.c.status.in_([constant(status) for status in ANSWERABLE]),
    )
    .values(accepted_count=_contribution.c.accepted_count + _one)
)
FREE = (
    update(_contribution)
    .where(_contribution.c.id == value(Contribution, "id"))
    .values(accepted_count=_contribution.c.accepted_count - _one)
)
IS_ANSWERABLE = select(_contribution.c.id).where(
    _contribution.c.id == value(Contribution, "id"),
    _contribution.c.status.in_([constant(status) for status in ANSWERABLE]),
)
_answered = {"answered_at": func.coalesce(_exchange.c.answered_at, func.now()), "changed_at": func.now()}
ACCEPT = (
    update(_exchange)
    .where(_exchange.c.id == _id)
    .values(
        status=constant(_S.ACCEPTED),
        accepted_at=func.now(),
        lapses_at=null(),
        due_at=null(),
        place_precision=value(Exchange, "place_precision"),
        place=value(Exchange, "place"),
        **_answered,
    )
)
_queued = {"status": constant(_S.WAITING), "lapses_at": null(), "due_at": null(), "changed_at": func.now()}
QUEUE = update(_exchange).where(_exchange.c.id == _id).values(**_queued | _answered)
QUEUE_REST = (
    update(_exchange)
    .where(_exchange.c.contribution_id == _contribution_id, is_in(_exchange, _S.PROPOSED), ~is_lapsed(_exchange))
    .values(**_queued)
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)
_next = (
    select(_exchange.c.id)
    .where(_exchange.c.contribution_id == _contribution_id, is_in(_exchange, _S.WAITING))
    .order_by(_exchange.c.proposed_at, _exchange.c.id)
    .limit(bindparam("room", type_=Integer()))
)
ADVANCE = (
    update(_exchange)
    .where(_exchange.c.id.in_(_next))
    .values(
        status=constant(_S.PROPOSED),
        lapses_at=func.now() + patience(_exchange.c.is_urgent),
        due_at=func.now() + _half(_exchange.c.is_urgent),
        nudged_at=null(),
        changed_at=func.now(),
    )
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)
ROOM = select(
    func.coalesce(_contribution.c.capacity - _contribution.c.accepted_count, literal_column("1000", Integer)).label(
        "count"
    )
).where(_contribution.c.id == value(Contribution, "id"))
ENDING: dict[str, Any] = {
    "ended_at": func.now(),
    "changed_at": func.now(),
    "lapses_at": null(),
    "due_at": case((_exchange.c.place_precision.is_not(None), func.now() + literal(PLACE_AFTER, Interval))),
}
"""What an exchange of any end is set to; the clock takes the place away later."""

END = (
    update(_exchange)
    .where(_exchange.c.id == _id)
    .values(
        **{name: value(Exchange, name) for name in ("status", "reason", "ended_by", "note")},
        **ENDING,
        answered_at=case(
            (value(Exchange, "ended_by") == constant(Mover.AUTHOR), func.coalesce(_exchange.c.answered_at, func.now())),
            else_=_exchange.c.answered_at,
        ),
    )
)
SAY_DONE = (
    update(_exchange)
    .where(_exchange.c.id == _id)
    .values(
        done_said_by=value(Exchange, "done_said_by"),
        done_said_at=func.now(),
        due_at=func.now() + literal(DONE_AFTER, Interval),
        changed_at=func.now(),
    )
)


# Rows -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LockedExchange(FoundExchange):
    """An exchange, locked; its status is that of now."""

    status: ExchangeStatus
    done_said_by: Party | None


@dataclass(frozen=True, slots=True)
class LockedContribution:
    """A contribution, locked."""

    id: UUID
    kind: ContributionKind
    has_room: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Recent:
    """What a person has proposed."""

    alive: int
    today: int
    has_done: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How many places are free."""

    count: int


# Beginning ------------------------------------------------------------------------------------------------------------


async def propose(act: Act, *, contribution: UUID, body: str, on_behalf_of: UUID | None = None) -> Outcome:
    """Answer a contribution: it waits for its author, in the waiting list where all places are taken."""
    proposer = await speaking.speaker(act, on_behalf_of)
    target = await access.contribution(act, contribution)
    if not RULES[target.kind].is_exchanged:
        raise Refusal(
            ErrorCode.KIND_NOT_ACCEPTED, "Only offers, requests and listings are answered so.", "contribution"
        )
    if target.author_id == proposer or await speaking.acts_for(act, target.author_id):
        raise Refusal(ErrorCode.OWN_CONTENT, "It is your own.", "contribution")
    target.require_running()
    target.require_standing()
    words = text.clean(body, BODY_LENGTH, "body")
    if len(await act.all(LOCK_PEOPLE, into=access.Id, people=[target.author_id, proposer])) < 2:
        raise not_found("contribution")
    await _require_measure(act, proposer)
    return await _begin(act, contribution, target.author_id, proposer, words)


async def _begin(act: Act, contribution: UUID, author: UUID, proposer: UUID, words: str) -> Outcome:
    held = await act.one(LOCK_CONTRIBUTION, into=LockedContribution, id=contribution)
    assert held is not None
    id_, people = new_id(), {"contribution_id": contribution, "author_id": author, "proposer_id": proposer}
    await act.execute(OVERDUE, contribution_id=contribution, proposer_id=proposer)
    if not await act.execute(PROPOSE, id=id_, **people, is_urgent=held.is_urgent, waits=not held.has_room):
        raise Refusal(ErrorCode.ALREADY_PROPOSED, "You have answered it already.", "contribution")
    await message.write(act, id_, proposer, words)
    await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_PROPOSED, author, id_)
    reached = _S.PROPOSED if held.has_room else _S.WAITING
    return act.did(EVENTS[reached], id_, exchange_id=id_)


async def _require_measure(act: Act, proposer: UUID) -> None:
    """Somebody who is new writes to a few people at a time. Raises Refusal(TOO_MANY_PROPOSALS)."""
    recent = await act.one(RECENT, into=Recent, proposer_id=proposer)
    assert recent is not None
    if recent.has_done or (recent.alive < NEW_ALIVE and recent.today < NEW_A_DAY):
        return
    if await act.exists(IS_NEW, id=proposer):
        message_ = f"At first {NEW_ALIVE} answers at a time and {NEW_A_DAY} a day are possible."
        raise Refusal(ErrorCode.TOO_MANY_PROPOSALS, message_, "contribution")


# Answers --------------------------------------------------------------------------------------------------------------


async def accept(
    act: Act, *, exchange: UUID, place_precision: PlacePrecision = PlacePrecision.CELL, place: str | None = None
) -> Outcome:
    """Agree, and choose what the other learns of the place. Of two that are accepted for the last place at once, one
    wins and the other is in the waiting list."""
    shown = {"place_precision": place_precision, "place": _place(place_precision, place)}
    held, _ = await _held(act, exchange, _S.ACCEPTED, Mover.AUTHOR)
    if not await act.execute(TAKE, id=held.contribution_id):
        if not await act.exists(IS_ANSWERABLE, id=held.contribution_id):
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed.", "exchange")
        await act.execute(QUEUE, id=exchange)
        await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_CHANGED, held.proposer_id, exchange)
        return act.did(EventKind.EXCHANGE_WAITING, exchange, exchange_id=exchange)
    await act.execute(ACCEPT, id=exchange, **shown)
    await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_CHANGED, held.proposer_id, exchange)
    await _queue_rest(act, held.contribution_id)
    return act.did(EventKind.EXCHANGE_ACCEPTED, exchange, exchange_id=exchange)


def _place(precision: PlacePrecision, place: str | None) -> str | None:
    if precision is PlacePrecision.STREET and not place:
        raise Refusal(ErrorCode.REQUIRED, "Say which street.", "place")
    return text.line(place, PLACE_LENGTH, "place") if place and precision is not PlacePrecision.CELL else None


async def _queue_rest(act: Act, contribution: UUID) -> None:
    """Whoever still asks when the last place is taken is in the waiting list."""
    held = await act.one(LOCK_CONTRIBUTION, into=LockedContribution, id=contribution)
    if held is None or held.has_room:
        return
    queued = await act.all(QUEUE_REST, into=TwoPeople, contribution_id=contribution)
    for one in queued:
        await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, one.id)
    await act.execute(RECORD, **events(*(NewEvent(EventKind.EXCHANGE_WAITING, one.id, act.actor) for one in queued)))


async def decline(act: Act, *, exchange: UUID, reason: ExchangeReason, note: str | None = None) -> Outcome:
    """Say no, with a reason."""
    return await _end(act, exchange, _S.DECLINED, DECLINING, reason, note, Mover.AUTHOR)


async def withdraw(act: Act, *, exchange: UUID, reason: ExchangeReason, note: str | None = None) -> Outcome:
    """Take one's own answer back before the author has agreed."""
    return await _end(act, exchange, _S.WITHDRAWN, WITHDRAWING, reason, note, Mover.PROPOSER)


async def cancel(act: Act, *, exchange: UUID, reason: ExchangeReason, note: str | None = None) -> Outcome:
    """End what was agreed, either of the two; its place is free again."""
    return await _end(act, exchange, _S.CANCELLED, CANCELLING, reason, note, *_EITHER)


async def _end(
    act: Act,
    exchange: UUID,
    after: ExchangeStatus,
    reasons: tuple[ExchangeReason, ...],
    reason: ExchangeReason,
    note: str | None,
    *movers: Mover,
) -> Outcome:
    if reason not in reasons:
        raise Refusal(ErrorCode.BAD_INPUT, "This reason is for another act.", "reason")
    kept = text.clean(note, NOTE_LENGTH, "note") if note else None
    held, side = await _held(act, exchange, after, *movers)
    await act.execute(END, id=exchange, status=after, reason=reason, ended_by=Mover(side.value), note=kept)
    if after is _S.CANCELLED:
        await act.execute(FREE, id=held.contribution_id)
        await advance(act.transaction, held.contribution_id)
    await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_CHANGED, held.in_order(side)[1], exchange)
    return act.did(EVENTS[after], exchange, {"reason": reason.value, "by": side.value}, exchange_id=exchange)


async def confirm(act: Act, *, exchange: UUID) -> Outcome:
    """Say that it is done: the first of the two says so, the second agrees. Saying it twice changes nothing."""
    held, side = await _held(act, exchange, _S.DONE, *_EITHER)
    if held.done_said_by is side:
        return act.did(exchange_id=exchange)
    if held.done_said_by is None:
        await act.execute(SAY_DONE, id=exchange, done_said_by=side)
        await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_CHANGED, held.in_order(side)[1], exchange)
        return act.did(EventKind.EXCHANGE_DONE_SAID, exchange, {"by": side.value}, exchange_id=exchange)
    await act.execute(END, id=exchange, status=_S.DONE, reason=None, ended_by=Mover(side.value), note=None)
    await exchange_mail.tell(act.transaction, MailKind.EXCHANGE_CHANGED, held.in_order(side)[1], exchange)
    return act.did(EventKind.EXCHANGE_DONE, exchange, exchange_id=exchange)


async def _held(act: Act, id_: UUID, after: ExchangeStatus, *movers: Mover) -> tuple[LockedExchange, Party]:
    """The exchange, locked, and which of its two the asker is, who may make the move. Raises Refusal."""
    found, side = await party.of(act, id_)
    if Mover(side.value) not in movers:
        raise Refusal(ErrorCode.FORBIDDEN, "This is for the other of the two.", "exchange")
    await act.one(LOCK_CONTRIBUTION, into=LockedContribution, id=found.contribution_id)
    held = await act.one(LOCK, into=LockedExchange, id=id_)
    assert held is not None
    if not any((move.before, move.after, move.by.value) == (held.status, after, side.value) for move in EXCHANGE_MOVES):
        raise Refusal(ErrorCode.EXCHANGE_STATE, f"It is {held.status.value} now.", "exchange")
    return held, side


# Places ---------------------------------------------------------------------------------------------------------------

_advanced, _room = reader(ADVANCE, TwoPeople), reader(ROOM, Room)


async def advance(transaction: Transaction, contribution: UUID) -> None:
    """Let the first of the waiting list be asked for again, as many as places are free."""
    row = await transaction.one(ROOM, id=contribution)
    room = _room(row).count if row else 0
    if room < 1:
        return
    rows = await transaction.all(ADVANCE, contribution_id=contribution, room=room)
    moved = [_advanced(row) for row in rows]
    for one in moved:
        await exchange_mail.tell(transaction, MailKind.EXCHANGE_PROPOSED, one.author_id, one.id)
    await transaction.execute(RECORD, **events(*(NewEvent(EventKind.EXCHANGE_PROPOSED, one.id, None) for one in moved)))
