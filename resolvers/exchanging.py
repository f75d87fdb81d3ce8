"""Exchanging: how exchanges are answered and end. Every act locks the contribution first, then the exchange, so
that of acts at the same time each finds what the one before has left."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, case, func, literal, select, update
from sqlalchemy.sql.expression import null

from mail import queue
from models import contact, expected
from models.base import constant, table
from models.event import EventKind
from models.exchange import (
    AGREED_AFTER,
    CANCELLING,
    DECLINING,
    DONE_AFTER,
    EVENTS,
    EXCHANGE_MOVES,
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
from models.refusal import ErrorCode, Refusal, bad_input
from planner.act import Act, Outcome, value
from resolvers import capacity, fulfilment, party, position, text, waiting_list
from resolvers.exchange import is_lapsed
from resolvers.party import FoundExchange

_exchange, _id = table(Exchange), value(Exchange, "id")
_S = ExchangeStatus
REACHED = {event: status for status, event in EVENTS.items()}
EITHER = (Mover.AUTHOR, Mover.PROPOSER)

# Statements -----------------------------------------------------------------------------------------------------------

LOCK = (
    select(
        *(_exchange.c[name] for name in ("id", "contribution_id", "author_id", "proposer_id", "done_said_by")),
        case((is_lapsed(_exchange), constant(_S.LAPSED)), else_=_exchange.c.status).label("status"),
    )
    .where(_exchange.c.id == _id)
    .with_for_update()
)
_answered = {"answered_at": func.coalesce(_exchange.c.answered_at, func.now()), "changed_at": func.now()}
ACCEPT = (
    update(_exchange)
    .where(_exchange.c.id == _id)
    .values(
        status=constant(_S.ACCEPTED),
        accepted_at=func.now(),
        lapses_at=null(),
        due_at=func.now() + literal(AGREED_AFTER, Interval),
        place_precision=value(Exchange, "place_precision"),
        place=value(Exchange, "place"),
        **_answered,
    )
)
QUEUE = update(_exchange).where(_exchange.c.id == _id).values(**waiting_list.QUEUED | _answered)
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


# Answers --------------------------------------------------------------------------------------------------------------


async def accept(
    act: Act, *, exchange: UUID, place_precision: PlacePrecision = PlacePrecision.CELL, place: str | None = None
) -> Outcome:
    """Agree, and choose what the other learns of the place. Of two that are accepted for the last place at once, one
    wins and the other is in the waiting list."""
    shown = {"place_precision": place_precision, "place": _place(place_precision, place)}
    one, _ = await held(act, exchange, _S.ACCEPTED, Mover.AUTHOR)
    if place_precision is PlacePrecision.POINT and not await act.exists(position.HAS_POINT, id=one.contribution_id):
        raise Refusal(ErrorCode.NO_EXACT_POINT, "Its place is a cell.", "placePrecision")
    if not await capacity.take(act, one.contribution_id):
        await act.execute(QUEUE, id=exchange)
        await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, exchange)
        return act.did(EventKind.EXCHANGE_WAITING, exchange, exchange_id=exchange)
    await act.execute(ACCEPT, id=exchange, **shown)
    await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, exchange)
    await waiting_list.queue_rest(act, one.contribution_id)
    return act.did(EventKind.EXCHANGE_ACCEPTED, exchange, exchange_id=exchange)


def _place(precision: PlacePrecision, place: str | None) -> str | None:
    place = place.strip() if place else None
    if precision is PlacePrecision.STREET and not place:
        raise Refusal(ErrorCode.REQUIRED, "Say which street.", "place")
    if precision is PlacePrecision.CELL and place:
        raise Refusal(ErrorCode.PLACE_NOT_SHOWN, "The cell shows no street.", "place")
    return text.line(place, PLACE_LENGTH, "place") if place else None


async def decline(act: Act, *, exchange: UUID, reason: ExchangeReason, note: str | None = None) -> Outcome:
    """Say no, with a reason."""
    return await _end(act, exchange, EventKind.EXCHANGE_DECLINED, DECLINING, reason, note, Mover.AUTHOR)


async def withdraw(act: Act, *, exchange: UUID, reason: ExchangeReason, note: str | None = None) -> Outcome:
    """Take one's own answer back before the author has agreed."""
    return await _end(act, exchange, EventKind.EXCHANGE_WITHDRAWN, WITHDRAWING, reason, note, Mover.PROPOSER)


async def cancel(act: Act, *, exchange: UUID, reason: ExchangeReason, note: str | None = None) -> Outcome:
    """End what was agreed, either of the two; its place is free again."""
    return await _end(act, exchange, EventKind.EXCHANGE_CANCELLED, CANCELLING, reason, note, *EITHER)


async def _end(
    act: Act,
    exchange: UUID,
    event: EventKind,
    reasons: tuple[ExchangeReason, ...],
    reason: ExchangeReason,
    note: str | None,
    *movers: Mover,
) -> Outcome:
    if reason not in reasons:
        raise bad_input("This reason is for another act.", "reason", expected.OTHER)
    after = REACHED[event]
    kept = text.clean(note, NOTE_LENGTH, "note") if note else None
    if kept and after is not _S.CANCELLED:  # The two never agreed, and never will: contact data stay withheld.
        kept = contact.masked(kept) or kept
    one, side = await held(act, exchange, after, *movers)
    await act.execute(END, id=exchange, status=after, reason=reason, ended_by=Mover(side.value), note=kept)
    if after is _S.CANCELLED:
        await capacity.free(act.transaction, one.contribution_id)
        await waiting_list.advance(act.transaction, one.contribution_id)
    await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.in_order(side)[1], exchange)
    return act.did(event, exchange, {"reason": reason.value, "by": side.value}, exchange_id=exchange)


async def confirm(act: Act, *, exchange: UUID) -> Outcome:
    """Say that it is done: the first of the two says so, the second agrees. Saying it twice changes nothing."""
    one, side = await held(act, exchange, _S.DONE, *EITHER)
    if one.done_said_by is side:
        return act.did(exchange_id=exchange)
    if one.done_said_by is None:
        await act.execute(SAY_DONE, id=exchange, done_said_by=side)
        await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.in_order(side)[1], exchange)
        return act.did(EventKind.EXCHANGE_DONE_SAID, exchange, {"by": side.value}, exchange_id=exchange)
    await act.execute(END, id=exchange, status=_S.DONE, reason=None, ended_by=Mover(side.value), note=None)
    await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.in_order(side)[1], exchange)
    await fulfilment.of(act.transaction, one.contribution_id)
    return act.did(EventKind.EXCHANGE_DONE, exchange, exchange_id=exchange)


async def held(act: Act, id_: UUID, after: ExchangeStatus, *movers: Mover) -> tuple[LockedExchange, Party]:
    """The exchange, locked, and which of its two the asker is, who may make the move. Raises Refusal."""
    pair, side = await party.of(act, id_)
    if Mover(side.value) not in movers:
        raise Refusal(ErrorCode.OTHER_PARTY, "This is for the other of the two.", "exchange")
    await capacity.locked(act, pair.contribution_id)
    held = await act.one(LOCK, into=LockedExchange, id=id_)
    assert held is not None
    if not any((move.before, move.after, move.by.value) == (held.status, after, side.value) for move in EXCHANGE_MOVES):
        raise Refusal(ErrorCode.EXCHANGE_STATE, f"It is {held.status.value} now.", "exchange")
    return held, side
