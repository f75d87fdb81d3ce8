"""Disputes: one of the two says that what was agreed went wrong, and a moderator settles it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import FromClause, func, select, update
from sqlalchemy.sql.expression import null

from mail import queue
from models.base import constant, table
from models.event import EventKind
from models.exchange import NOTE_LENGTH, Exchange, ExchangeReason, ExchangeStatus, Mover
from models.mail import MailKind
from models.refusal import ErrorCode, Refusal, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import capacity, exchanging, fulfilment, text, waiting_list
from resolvers.exchange import is_in
from resolvers.party import FoundExchange

_exchange = table(Exchange)
_id = value(Exchange, "id")
DISPUTE = (
    update(_exchange)
    .where(_exchange.c.id == _id)
    .values(
        status=constant(ExchangeStatus.DISPUTED), note=value(Exchange, "note"), due_at=null(), changed_at=func.now()
    )
)
DISPUTED = select(_exchange.c.id, _exchange.c.contribution_id, _exchange.c.author_id, _exchange.c.proposer_id).where(
    _exchange.c.id == _id, is_in(_exchange, ExchangeStatus.DISPUTED)
)


@dataclass(frozen=True, slots=True)
class DisputedExchange(FoundExchange):
    """An exchange that waits for a moderator, locked."""


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """What waits for a moderator, the longest waiting first."""
    order = Order("dispute.waiting", (row.c.changed_at, row.c.id), (datetime, UUID))
    return Listing((is_in(row, ExchangeStatus.DISPUTED),), order)


# Writes ---------------------------------------------------------------------------------------------------------------


async def dispute(act: Act, *, exchange: UUID, note: str) -> Outcome:
    """Say that what was agreed went wrong; a moderator settles it."""
    kept = text.clean(note, NOTE_LENGTH, "note")
    held, side = await exchanging.held(act, exchange, ExchangeStatus.DISPUTED, *exchanging.EITHER)
    await act.execute(DISPUTE, id=exchange, note=kept)
    other = held.in_order(side)[1]
    await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, other, exchange)
    return act.did(EventKind.EXCHANGE_DISPUTED, exchange, {"by": side.value}, exchange_id=exchange)


async def settle(act: Act, *, exchange: UUID, is_done: bool) -> Outcome:
    """Settle a dispute: what was agreed was done, or is cancelled and its place free again."""
    seen = await act.one(DISPUTED, into=DisputedExchange, id=exchange)
    if seen is None:
        raise not_found("exchange")
    if act.actor in (seen.author_id, seen.proposer_id):
        raise Refusal(ErrorCode.OWN_CONTENT, "You are one of the two: another moderator decides.", "exchange")
    await capacity.locked(act, seen.contribution_id)
    held = await act.one(DISPUTED.with_for_update(), into=DisputedExchange, id=exchange)
    if held is None:
        raise not_found("exchange")
    after = ExchangeStatus.DONE if is_done else ExchangeStatus.CANCELLED
    reason = None if is_done else ExchangeReason.OTHER
    ended = {"status": after, "reason": reason, "ended_by": Mover.MODERATION, "note": None}
    await act.execute(exchanging.END, id=exchange, **ended)
    if is_done:
        await fulfilment.of(act.transaction, held.contribution_id)
    else:
        await capacity.free(act.transaction, held.contribution_id)
        await waiting_list.advance(act.transaction, held.contribution_id)
    for person in (held.author_id, held.proposer_id):
        await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, person, exchange)
    kind = EventKind.EXCHANGE_DONE if is_done else EventKind.EXCHANGE_CANCELLED
    return act.did(kind, exchange, {"by": Mover.MODERATION.value})
