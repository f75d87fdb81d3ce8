"""The ends of exchanges and of sign-ups that neither of the two chose: of the contribution, of one of the two."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Interval, and_, any_, bindparam, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import null
from sqlalchemy.types import Uuid

from database.door import Transaction
from mail import queue
from models.base import constant, table
from models.event import EventKind
from models.exchange import ALIVE, CLOSED_FOR, EVENTS, Exchange, ExchangeReason, ExchangeStatus, Mover
from models.mail import MailKind
from planner.act import value
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import capacity, slot_place, waiting_list
from resolvers.exchange import is_in
from resolvers.exchanging import ENDING
from resolvers.party import TwoPeople

_exchange = table(Exchange)
_S = ExchangeStatus
_asked, _agreed = is_in(_exchange, _S.PROPOSED, _S.WAITING), is_in(_exchange, _S.ACCEPTED, _S.DISPUTED)
_person, _other = bindparam("person", type_=Uuid()), bindparam("other", type_=Uuid())
_ended = {
    "status": case((_asked, constant(_S.DECLINED)), else_=constant(_S.CANCELLED)),
    "reason": value(Exchange, "reason"),
    "ended_by": constant(Mover.END),
    **ENDING,
}
OF_CONTRIBUTION = (
    select(*(_exchange.c[name] for name in ("id", "author_id", "proposer_id", "contribution_id", "status")))
    .where(_exchange.c.contribution_id == value(Exchange, "contribution_id"), _asked)
    .order_by(_exchange.c.id)
    .with_for_update()
)
LEAVE = (
    update(_exchange)
    .where(
        _exchange.c.contribution_id == value(Exchange, "contribution_id"),
        is_in(_exchange, _S.ACCEPTED),
        _exchange.c.done_said_by.is_(None),
    )
    .values(due_at=func.now() + literal(CLOSED_FOR, Interval), changed_at=func.now())
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)
"""What was agreed about a contribution that was closed has some days to be said done."""

OF_PERSON = (
    select(*(_exchange.c[name] for name in ("id", "author_id", "proposer_id", "contribution_id", "status")))
    .where(
        or_(_exchange.c.author_id == _person, _exchange.c.proposer_id == _person),
        or_(_other.is_(None), _exchange.c.author_id == _other, _exchange.c.proposer_id == _other),
        is_in(_exchange, *ALIVE),
    )
    .order_by(_exchange.c.id)
    .with_for_update()
)
UNPLACE = (
    update(_exchange)
    .where(
        or_(
            and_(_exchange.c.author_id == _person, _exchange.c.proposer_id == _other),
            and_(_exchange.c.author_id == _other, _exchange.c.proposer_id == _person),
        ),
        _exchange.c.place_precision.is_not(None),
    )
    .values(place=null(), place_precision=null(), due_at=null())
)
"""Between two of whom one has blocked the other all has ended, and nobody finds the other's door any more."""

END_ALL = update(_exchange).where(_exchange.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))).values(**_ended)


@dataclass(frozen=True, slots=True)
class AliveExchange(TwoPeople):
    """An exchange that ends, locked."""

    contribution_id: UUID
    status: ExchangeStatus


_alive, _left = reader(OF_PERSON, AliveExchange), reader(LEAVE, TwoPeople)
_lapsed = reader(waiting_list.LAPSE, TwoPeople)


async def of_contribution(transaction: Transaction, contribution: UUID) -> None:
    """A contribution was closed, and is locked: who still asked is told so, and a
    mission's slots to come are called off. What was agreed goes on for some days, which who agreed to help is told."""
    await slot_place.of_contribution(transaction, contribution)
    ended = [_alive(row) for row in await transaction.all(OF_CONTRIBUTION, contribution_id=contribution)]
    await _end(transaction, ended, ExchangeReason.CONTRIBUTION_ENDED)
    for one in ended:
        await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, one.id)
    for left in [_left(row) for row in await transaction.all(LEAVE, contribution_id=contribution)]:
        await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, left.proposer_id, left.id)


async def of_expired(transaction: Transaction) -> None:
    """Whoever waits for a place of what has expired waits no longer, and is told so kindly."""
    if ids := [id_ for (id_,) in await transaction.all(capacity.HOLD_EXPIRED)]:
        lapsed = [_lapsed(row) for row in await transaction.all(waiting_list.LAPSE, contributions=ids)]
        for one in lapsed:
            await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, one.id)
        happened = [NewEvent(EventKind.EXCHANGE_LAPSED, one.id, None) for one in lapsed]
        await transaction.execute(RECORD, **events(*happened))


async def of_person(transaction: Transaction, person: UUID, reason: ExchangeReason, other: UUID | None = None) -> None:
    """A person leaves, or (with `other`) wants no more to do with another: all that they have alive ends, places are
    free again and the other is told. Where two part, neither sees any more where the other is. Suspending an account
    calls it, too."""
    await transaction.all(capacity.LOCK_ALL_OF, person=person, other=other)
    await slot_place.of_person(transaction, person, other)
    ended = [_alive(row) for row in await transaction.all(OF_PERSON, person=person, other=other)]
    await _end(transaction, ended, reason)
    if other is not None:
        await transaction.execute(UNPLACE, person=person, other=other)
    taken: dict[UUID, int] = {}
    for one in ended:
        if one.status in (_S.ACCEPTED, _S.DISPUTED):
            taken[one.contribution_id] = taken.get(one.contribution_id, 0) + 1
        told = one.proposer_id if one.author_id == person else one.author_id
        await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, told, one.id)
    for contribution, count in taken.items():
        await capacity.free(transaction, contribution, count)
        await waiting_list.advance(transaction, contribution)


async def _end(transaction: Transaction, ended: list[AliveExchange], reason: ExchangeReason) -> None:
    if not ended:
        return
    await transaction.execute(END_ALL, ids=[one.id for one in ended], reason=reason.value)
    reached = [_S.DECLINED if one.status in (_S.PROPOSED, _S.WAITING) else _S.CANCELLED for one in ended]
    happened = [
        NewEvent(EVENTS[status], one.id, None, {"reason": reason.value})
        for status, one in zip(reached, ended, strict=True)
    ]
    await transaction.execute(RECORD, **events(*happened))
