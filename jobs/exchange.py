"""The clock of exchanges: reminds half-way, ends what nobody answers, agrees for the silent, takes places away.

It locks as the acts of people do, contributions before exchanges, and waits for nobody: what others hold has its turn
later.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Update, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import literal_column, null
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from mail import queue
from models.base import constant, table
from models.event import EventKind
from models.exchange import Exchange, ExchangeReason, ExchangeStatus, Mover
from models.mail import MailKind
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import capacity, fulfilment, waiting_list
from resolvers.exchange import is_lapsed
from resolvers.exchanging import ENDING
from resolvers.party import TwoPeople

AT_ONCE = 200

_exchange = table(Exchange)
_of = _exchange.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
_is_agreed = _exchange.c.status == constant(ExchangeStatus.ACCEPTED)
NEXT_DUE = select(func.min(_exchange.c.due_at)).where(_exchange.c.due_at.is_not(None))
DUE = (
    select(
        *(_exchange.c[name] for name in ("id", "author_id", "proposer_id", "status", "contribution_id")),
        is_lapsed(_exchange).label("is_lapsed"),
        _exchange.c.done_said_by.is_not(None).label("is_said_done"),
    )
    .where(
        _exchange.c.due_at <= func.now(),
        or_(~_is_agreed, _exchange.c.contribution_id == any_(bindparam("held", type_=ARRAY(Uuid())))),
    )
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
ABANDON = (
    update(_exchange)
    .where(_of)
    .values(
        **ENDING,
        status=constant(ExchangeStatus.CANCELLED),
        reason=constant(ExchangeReason.NO_NEWS),
        ended_by=constant(Mover.CLOCK),
    )
)
UNPLACE = update(_exchange).where(_of).values(place=null(), place_precision=null(), due_at=null())


@dataclass(frozen=True, slots=True)
class DueExchange(TwoPeople):
    """An exchange with which the clock has something to do, locked."""

    status: ExchangeStatus
    contribution_id: UUID
    is_lapsed: bool
    is_said_done: bool


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
    held = [id_ for (id_,) in await transaction.all(capacity.HOLD_DUE, most=AT_ONCE)]
    due = [_due(row) for row in await transaction.all(DUE, held=held)]
    asked = [one for one in due if one.status is ExchangeStatus.PROPOSED]
    lapsed = [one for one in asked if one.is_lapsed]
    await _move(transaction, EventKind.EXCHANGE_LAPSED, LAPSE, lapsed)
    await _tell_both(transaction, lapsed)  # Kindly, that nobody answered.
    await _nudge(transaction, [one for one in asked if not one.is_lapsed])
    agreed = [one for one in due if one.status is ExchangeStatus.ACCEPTED]
    await _finish(transaction, [one for one in agreed if one.is_said_done])
    await _abandon(transaction, [one for one in agreed if not one.is_said_done])
    over = [one.id for one in due if one.status not in (ExchangeStatus.PROPOSED, ExchangeStatus.ACCEPTED)]
    if over:
        await transaction.execute(UNPLACE, ids=over)
    return len(due)


async def _nudge(transaction: Transaction, asked: Sequence[TwoPeople]) -> None:
    await _move(transaction, EventKind.EXCHANGE_NUDGED, NUDGE, asked)
    for one in asked:
        await queue.tell(transaction, MailKind.EXCHANGE_NUDGED, one.author_id, one.id)


async def _finish(transaction: Transaction, said: Sequence[DueExchange]) -> None:
    await _move(transaction, EventKind.EXCHANGE_DONE, FINISH, said)
    await _tell_both(transaction, said)
    for contribution in sorted({one.contribution_id for one in said}):
        await fulfilment.of(transaction, contribution)


async def _abandon(transaction: Transaction, quiet: Sequence[DueExchange]) -> None:
    """End what was agreed and of which nobody has said anything for long; its places are free again."""
    await _move(transaction, EventKind.EXCHANGE_CANCELLED, ABANDON, quiet)
    await _tell_both(transaction, quiet)
    for contribution, count in sorted(Counter(one.contribution_id for one in quiet).items()):
        await capacity.free(transaction, contribution, count)
        await waiting_list.advance(transaction, contribution)


async def _tell_both(transaction: Transaction, exchanges: Sequence[TwoPeople]) -> None:
    for one in exchanges:
        for person in (one.author_id, one.proposer_id):
            await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, person, one.id)


async def _move(transaction: Transaction, kind: EventKind, change: Update, exchanges: Sequence[TwoPeople]) -> None:
    """Change some exchanges, and note what happened to each."""
    if exchanges:
        await transaction.execute(RECORD, **events(*(NewEvent(kind, one.id, None) for one in exchanges)))
        await transaction.execute(change, ids=[one.id for one in exchanges])
