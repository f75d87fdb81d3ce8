"""The clock of exchanges: reminds half-way, ends what nobody answers, agrees for the silent, takes places away.

It locks exchanges alone, which the acts of people lock after their contribution, so that neither waits for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import literal_column, null
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from mail import queue
from models.base import constant, table
from models.event import EventKind
from models.exchange import Exchange, ExchangeStatus, Mover
from models.mail import MailKind
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers.exchange import is_lapsed
from resolvers.exchanging import ENDING
from resolvers.party import TwoPeople

AT_ONCE = 200

_exchange = table(Exchange)
_of = _exchange.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
NEXT_DUE = select(func.min(_exchange.c.due_at)).where(_exchange.c.due_at.is_not(None))
DUE = (
    select(
        *(_exchange.c[name] for name in ("id", "author_id", "proposer_id", "status")),
        is_lapsed(_exchange).label("is_lapsed"),
    )
    .where(_exchange.c.due_at <= func.now())
    .order_by(_exchange.c.due_at)
    .limit(literal_column(str(AT_ONCE), BigInteger))
    .with_for_update(skip_locked=True)
)
LAPSE = (
    update(_exchange)
    .where(_of)
    .values(**ENDING | {"due_at": null()}, status=constant(ExchangeStatus.LAPSED), ended_by=constant(Mover.CLOCK))
)
NUDGE = update(_exchange).where(_of).values(nudged_at=func.now(), due_at=_exchange.c.lapses_at)
FINISH = (
    update(_exchange).where(_of).values(**ENDING, status=constant(ExchangeStatus.DONE), ended_by=constant(Mover.CLOCK))
)
UNPLACE = update(_exchange).where(_of).values(place=null(), place_precision=null(), due_at=null())


@dataclass(frozen=True, slots=True)
class DueExchange(TwoPeople):
    """An exchange with which the clock has something to do, locked."""

    status: ExchangeStatus
    is_lapsed: bool


_due = reader(DUE, DueExchange)


async def tend(database: Database, tenant: int) -> int:
    """Do all that is due with a tenant's exchanges; returns with how many."""
    count, done = 0, AT_ONCE
    while done == AT_ONCE:
        async with database.transaction(tenant) as transaction:
            done = await tend_some(transaction)
        count += done
    return count


async def tend_some(transaction: Transaction) -> int:
    """Do what is due with up to AT_ONCE exchanges; returns with how many."""
    due = [_due(row) for row in await transaction.all(DUE)]
    asked = [one for one in due if one.status is ExchangeStatus.PROPOSED]
    await _lapse(transaction, [one for one in asked if one.is_lapsed])
    await _nudge(transaction, [one for one in asked if not one.is_lapsed])
    await _finish(transaction, [one for one in due if one.status is ExchangeStatus.ACCEPTED])
    over = [one.id for one in due if one.status not in (ExchangeStatus.PROPOSED, ExchangeStatus.ACCEPTED)]
    if over:
        await transaction.execute(UNPLACE, ids=over)
    return len(due)


async def _lapse(transaction: Transaction, lapsed: Sequence[TwoPeople]) -> None:
    """Tell both, kindly, that nobody answered."""
    await _note(transaction, EventKind.EXCHANGE_LAPSED, lapsed)
    if lapsed:
        await transaction.execute(LAPSE, ids=[one.id for one in lapsed])
    for one in lapsed:
        await _tell_both(transaction, one)


async def _nudge(transaction: Transaction, asked: Sequence[TwoPeople]) -> None:
    await _note(transaction, EventKind.EXCHANGE_NUDGED, asked)
    if asked:
        await transaction.execute(NUDGE, ids=[one.id for one in asked])
    for one in asked:
        await queue.tell(transaction, MailKind.EXCHANGE_NUDGED, one.author_id, one.id)


async def _finish(transaction: Transaction, said: Sequence[TwoPeople]) -> None:
    await _note(transaction, EventKind.EXCHANGE_DONE, said)
    if said:
        await transaction.execute(FINISH, ids=[one.id for one in said])
    for one in said:
        await _tell_both(transaction, one)


async def _tell_both(transaction: Transaction, one: TwoPeople) -> None:
    for person in (one.author_id, one.proposer_id):
        await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, person, one.id)


async def _note(transaction: Transaction, kind: EventKind, exchanges: Sequence[TwoPeople]) -> None:
    if exchanges:
        await transaction.execute(RECORD, **events(*(NewEvent(kind, one.id, None) for one in exchanges)))
