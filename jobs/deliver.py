"""Delivery: each consumer reads the journal's events from where it stopped, in order and at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, any_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from database.advisory_lock import AdvisoryLock
from database.door import Database, Transaction
from jobs import examination, territory, wave, webhook
from models.base import table
from models.event import CONSUMERS, Consumer, Event, EventCursor, EventKind
from planner.row import reader
from tenants import announcement

BATCH = 500
WAVES = 20
"""Of one batch: each takes a statement that looks for the nearest fifty, and what they lock waits for the last."""

_event, _cursor = table(Event), table(EventCursor)
_consumer = bindparam("consumer", type_=Text())
LOCK = select(func.pg_try_advisory_xact_lock(*AdvisoryLock.DELIVERY.in_tenant()))
"""One process delivers a tenant's events at a time, which keeps their order."""

_position = select(_cursor.c.position).where(_cursor.c.consumer == _consumer).scalar_subquery()
AHEAD = (
    select(*(_event.c[name] for name in ("id", "position", "kind", "subject_id", "actor_id", "payload")))
    .where(
        _event.c.position > func.coalesce(_position, literal_column("0", BigInteger)),
        _event.c.position <= bindparam("until", type_=BigInteger()),
        _event.c.kind == any_(bindparam("kinds", type_=ARRAY(Text()))),
    )
    .order_by(_event.c.position)
    .limit(literal_column(str(BATCH), BigInteger))
)
UNTIL = select(func.max(_event.c.position))
_moved = insert(_cursor).values(consumer=_consumer, position=bindparam("position", type_=BigInteger()))
MOVE = _moved.on_conflict_do_update(index_elements=("consumer",), set_={"position": _moved.excluded.position})


@dataclass(frozen=True, slots=True)
class Delivered:
    """A sealed event as consumers receive it."""

    id: UUID
    position: int
    kind: EventKind
    subject_id: UUID
    actor_id: UUID | None
    payload: dict[str, Any]


Consume = Callable[[Transaction, int, Sequence[Delivered]], Awaitable[None]]
"""Handles a tenant's events in the transaction that moves the cursor; effects outside of it may happen twice."""

security = logging.getLogger("parvis.security")


async def _log(_transaction: Transaction, tenant: int, events: Sequence[Delivered]) -> None:
    """Write a log line for each event of administration, for operators."""
    for event in events:
        extra = {
            "tenant": tenant,
            "by": str(event.actor_id) if event.actor_id else "operator",
            "subject": str(event.subject_id),
            "note": event.payload,
            "position": event.position,
        }
        security.info(event.kind.value.lower().replace("_", " "), extra=extra)


CONSUME: dict[Consumer, Consume] = {
    Consumer.SECURITY_LOG: _log,
    Consumer.MODERATION_AIDS: examination.look,
    Consumer.NOTICES: wave.hear,
    Consumer.WEBHOOKS: webhook.hear,
    Consumer.TERRITORY: territory.hear,
}
"""What each consumer does."""

_delivered = reader(AHEAD, Delivered)


async def deliver(database: Database, tenant: int) -> bool:
    """Deliver a batch to each consumer, in a transaction of its own: what one of them cannot do keeps nothing from the
    others, and is raised when these have theirs. Whether there may be more."""
    outcomes: list[bool | BaseException] = []
    for consumer in Consumer:
        outcomes += await asyncio.gather(_deliver_to(database, tenant, consumer), return_exceptions=True)
    failed = next((outcome for outcome in outcomes if isinstance(outcome, BaseException)), None)
    if failed is not None:
        raise failed
    return any(outcomes)


async def _deliver_to(database: Database, tenant: int, consumer: Consumer) -> bool:
    """Deliver a batch to one consumer, unless another process delivers; whether there may be more."""
    async with database.transaction(tenant) as transaction:
        locked = await transaction.one(LOCK, tenant=tenant)
        row = await transaction.one(UNTIL) if locked is not None and locked[0] else None
        until = row[0] if row else None
        nothing = (0, False)
        count, is_full = await _deliver(transaction, tenant, consumer, until) if isinstance(until, int) else nothing
    if count and consumer is Consumer.NOTICES:
        await announcement.events(database, tenant)  # Whoever listens to what he is told finds it now.
    return is_full


async def _deliver(transaction: Transaction, tenant: int, consumer: Consumer, until: int) -> tuple[int, bool]:
    """Deliver a batch up to the position `until`; the cursor also moves past events that the consumer does not take.
    How many events, and whether there may be more."""
    kinds = [kind.value for kind, consumers in CONSUMERS.items() if consumer in consumers]
    rows = await transaction.all(AHEAD, consumer=consumer.value, kinds=kinds, until=until)
    there = [_delivered(row) for row in rows]
    events = _together(there)
    is_full = len(events) < len(there) or len(there) == BATCH
    if events:
        await CONSUME[consumer](transaction, tenant, events)
    reached = events[-1].position if is_full else until
    await transaction.execute(MOVE, consumer=consumer.value, position=reached)
    return len(events), is_full


def _together(events: list[Delivered]) -> list[Delivered]:
    """The first of these, with WAVES at most among them."""
    waves = [place for place, event in enumerate(events) if event.kind is EventKind.CONTRIBUTION_CALLED]
    return events[: waves[WAVES]] if len(waves) > WAVES else events
