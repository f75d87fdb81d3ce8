"""The waiting list: who still asks when the last place is taken waits in order, and moves up when a place is free."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Interval, any_, bindparam, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import null
from sqlalchemy.types import Uuid

from database.door import Transaction
from mail import queue
from models.base import constant, table
from models.event import EventKind
from models.exchange import LAPSE_AFTER, LAPSE_AFTER_URGENT, Exchange, ExchangeReason, ExchangeStatus, Mover
from models.mail import MailKind
from planner.act import Act, value
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import capacity
from resolvers.exchange import is_in, is_lapsed
from resolvers.party import TwoPeople

_exchange, _S = table(Exchange), ExchangeStatus
_contribution_id = value(Exchange, "contribution_id")


def patience(is_urgent: Any) -> Any:
    """How long a proposal waits for an answer."""
    return case((is_urgent, literal(LAPSE_AFTER_URGENT, Interval)), else_=literal(LAPSE_AFTER, Interval))


def half(is_urgent: Any) -> Any:
    """After how long its receiver is reminded."""
    return case((is_urgent, literal(LAPSE_AFTER_URGENT / 2, Interval)), else_=literal(LAPSE_AFTER / 2, Interval))


QUEUED = {"status": constant(_S.WAITING), "lapses_at": null(), "due_at": null(), "changed_at": func.now()}
"""What an exchange in the list is set to."""

QUEUE_REST = (
    update(_exchange)
    .where(_exchange.c.contribution_id == _contribution_id, is_in(_exchange, _S.PROPOSED), ~is_lapsed(_exchange))
    .values(**QUEUED)
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
        due_at=func.now() + half(_exchange.c.is_urgent),
        nudged_at=null(),
        changed_at=func.now(),
    )
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)

_lapsed: dict[str, Any] = {
    "status": constant(_S.LAPSED),
    "ended_by": constant(Mover.CLOCK),
    "ended_at": func.now(),
    "changed_at": func.now(),
    "lapses_at": null(),
    "due_at": null(),
}
LAPSE = (
    update(_exchange)
    .where(
        _exchange.c.contribution_id == any_(bindparam("contributions", type_=ARRAY(Uuid()))),
        is_in(_exchange, _S.WAITING),
    )
    .values(**_lapsed)
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)
LAPSE_FULFILLED = (
    update(_exchange)
    .where(_exchange.c.contribution_id == _contribution_id, is_in(_exchange, _S.PROPOSED, _S.WAITING))
    .values(**_lapsed, reason=constant(ExchangeReason.FOUND_SOMEBODY))
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)
"""Whoever still asks when all that was wanted is done: not the author's silence, but others' help, ended it."""
_advanced = reader(ADVANCE, TwoPeople)


async def queue_rest(act: Act, contribution: UUID) -> None:
    """Whoever still asks when the last place is taken is in the waiting list."""
    if (await capacity.locked(act, contribution)).has_room:
        return
    queued = await act.all(QUEUE_REST, into=TwoPeople, contribution_id=contribution)
    for one in queued:
        await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, one.id)
    await act.execute(RECORD, **events(*(NewEvent(EventKind.EXCHANGE_WAITING, one.id, act.actor) for one in queued)))


async def advance(transaction: Transaction, contribution: UUID) -> None:
    """Let the first of the waiting list be asked for again, as many as places are free."""
    room = await capacity.room(transaction, contribution)
    if room < 1:
        return
    moved = [_advanced(row) for row in await transaction.all(ADVANCE, contribution_id=contribution, room=room)]
    for one in moved:
        await queue.tell(transaction, MailKind.EXCHANGE_PROPOSED, one.author_id, one.id)
    await transaction.execute(RECORD, **events(*(NewEvent(EventKind.EXCHANGE_PROPOSED, one.id, None) for one in moved)))
