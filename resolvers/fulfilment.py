"""Fulfilment: a request of which all places are done is closed, and whoever still asks is told so kindly."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import func, select

from database.door import Transaction
from mail import queue
from models.base import constant, table
from models.contribution import RULES, Contribution
from models.event import EventKind
from models.exchange import Exchange, ExchangeStatus
from models.mail import MailKind
from planner.act import value
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import capacity, life, slot_place, waiting_list
from resolvers.exchange import is_in
from resolvers.party import TwoPeople

_contribution, _exchange = table(Contribution), table(Exchange)
_done = (
    select(func.count())
    .where(_exchange.c.contribution_id == _contribution.c.id, is_in(_exchange, ExchangeStatus.DONE))
    .correlate(_contribution)
    .scalar_subquery()
)
FULFILLED = (
    select(*(_contribution.c[field.name] for field in fields(life.Due)))
    .where(
        _contribution.c.id == value(Contribution, "id"),
        _contribution.c.kind.in_([constant(kind) for kind, rule in RULES.items() if rule.is_fulfilled_when_done]),
        _contribution.c.status.in_([constant(status) for status in capacity.ANSWERABLE]),
        _contribution.c.capacity <= _done,
        ~slot_place.IS_MISSION,
    )
    .with_for_update(key_share=True)
)
"""The request `:id` where all its places are done; a mission's slots say themselves when it is over."""

_fulfilled, _lapsed = reader(FULFILLED, life.Due), reader(waiting_list.LAPSE_FULFILLED, TwoPeople)


async def of(transaction: Transaction, contribution: UUID) -> None:
    """Close a contribution, which is locked, if all its places are done; one that moderation withholds waits until it
    is shown again."""
    row = await transaction.one(FULFILLED, id=contribution)
    if row is None:
        return
    await life.fulfil(transaction, _fulfilled(row))
    rows = await transaction.all(waiting_list.LAPSE_FULFILLED, contribution_id=contribution)
    lapsed = [_lapsed(one) for one in rows]
    for one in lapsed:
        await queue.tell(transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, one.id)
    if lapsed:
        happened = (NewEvent(EventKind.EXCHANGE_LAPSED, one.id, None) for one in lapsed)
        await transaction.execute(RECORD, **events(*happened))
