"""Messages: what the two in an exchange write to each other, in the order in which they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Interval,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.expression import literal_column, null

from mail import queue
from models import contact
from models.base import constant, new_id, table
from models.comment import ShownStatus
from models.event import EventKind
from models.exchange import AGREED, AGREED_AFTER, Exchange, ExchangeStatus, Party
from models.mail import MailKind
from models.message import BODY_LENGTH, MONEY, Message
from models.refusal import ErrorCode, Refusal
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import capacity, exchange, party, text
from resolvers.exchange import is_in
from resolvers.waiting_list import half, patience

_message, _exchange = table(Message), table(Exchange)
_id, _party = value(Exchange, "id"), bindparam("party", type_=Text())
WRITE = insert(_message).values(
    **{name: value(Message, name) for name in ("id", "exchange_id", "author_id", "body", "masked")},
    status=constant(ShownStatus.PUBLISHED),
    sent_at=func.now(),
)
WRITABLE = (
    select(_exchange.c.id, exchange.may_write(_exchange, _party).label("may_write"))
    .where(_exchange.c.id == _id)
    .with_for_update()
)
_is_author = _party == constant(Party.AUTHOR)
_is_asked = and_(_is_author, is_in(_exchange, ExchangeStatus.PROPOSED))
_is_agreed = and_(is_in(_exchange, ExchangeStatus.ACCEPTED), _exchange.c.done_said_by.is_(None))
_goes_on = and_(_is_agreed, capacity.is_left_open(_exchange))
_read = {
    "author_read_at": case((_is_author, func.now()), else_=_exchange.c.author_read_at),
    "proposer_read_at": case((_is_author, _exchange.c.proposer_read_at), else_=func.now()),
}
WRITTEN = (
    update(_exchange)
    .where(_exchange.c.id == _id)
    .values(
        **_read,
        changed_at=func.now(),
        answered_at=case(
            (_is_author, func.coalesce(_exchange.c.answered_at, func.now())), else_=_exchange.c.answered_at
        ),
        lapses_at=case((_is_asked, func.now() + patience(_exchange.c.is_urgent)), else_=_exchange.c.lapses_at),
        due_at=case(
            (_is_asked, func.now() + half(_exchange.c.is_urgent)),
            (_goes_on, func.now() + literal(AGREED_AFTER, Interval)),
            else_=_exchange.c.due_at,
        ),
        nudged_at=case((_is_asked, null()), else_=_exchange.c.nudged_at),
    )
)
"""An author who writes is given as much time again to say yes or no; what was agreed goes on."""

READ = update(_exchange).where(_exchange.c.id == _id).values(**_read)


@dataclass(frozen=True, slots=True)
class Writable:
    """Whether a party may write into a thread, which is locked."""

    id: UUID
    may_write: bool


# Reads ----------------------------------------------------------------------------------------------------------------


def of_exchange(row: FromClause, exchange_: FromClause, _context: FieldContext) -> Listing:
    """The thread, oldest first."""
    order = Order("message.oldest", (row.c.sent_at, row.c.id), (datetime, UUID))
    return Listing((row.c.exchange_id == exchange_.c.id,), order)


def _of_exchange(row: FromClause, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Something holds of the exchange of a message."""
    thread = _exchange.alias("thread")
    agreed: Select[Any] = select(literal_column("1")).where(
        thread.c.id == row.c.exchange_id, is_in(thread, *AGREED), condition
    )
    return agreed.correlate_except(thread).exists()


def is_masked(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Contact data wait in it until the two have agreed."""
    return and_(row.c.masked.is_not(None), ~_of_exchange(row, literal_column("true")))


def is_mine(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer, or an organisation for which the viewer speaks, wrote it."""
    return party.speaks_for(row.c.author_id, context.viewer_id)


def body(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """What it says; without contact data for the other while the two have not agreed, nothing while it is withheld."""
    is_own = is_mine(row, context)
    is_withheld = and_(row.c.status != constant(ShownStatus.PUBLISHED), ~is_own)
    return case(
        (is_withheld, literal_column("''", Text)),
        (and_(is_masked(row, context), ~is_own), row.c.masked),
        else_=row.c.body,
    )


def is_withheld(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether moderation withholds it."""
    return row.c.status != constant(ShownStatus.PUBLISHED)


def has_payment_words(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """It has words of payment."""
    return row.c.body.op("~*", is_comparison=True)(literal_column("'" + MONEY + "'", Text))


def unread_count(row: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many messages of the other the viewer has not read."""
    unread = _message.alias("unread")
    is_author = exchange.side(row, context) == constant(Party.AUTHOR)
    read_at = case((is_author, row.c.author_read_at), else_=row.c.proposer_read_at)
    other = case((is_author, row.c.proposer_id), else_=row.c.author_id)
    counted = select(func.count()).where(
        unread.c.exchange_id == row.c.id,
        unread.c.author_id == other,
        or_(read_at.is_(None), unread.c.sent_at > read_at),
    )
    return counted.correlate_except(unread).scalar_subquery()


# Writes ---------------------------------------------------------------------------------------------------------------


async def write(act: Act, exchange_: UUID, author: UUID, words: str) -> UUID:
    """Write into a thread; `words` are clean."""
    id_, masked = new_id(), contact.masked(words)
    await act.execute(WRITE, id=id_, exchange_id=exchange_, author_id=author, body=words, masked=masked)
    return id_


async def send(act: Act, *, exchange: UUID, body: str) -> Outcome:
    """Write to the other. The proposer writes one message, and freely once the author has answered."""
    words = text.clean(body, BODY_LENGTH, "body")
    pair, side = await party.of(act, exchange)
    thread = await act.one(WRITABLE, into=Writable, id=exchange, party=side)
    if thread is None or not thread.may_write:
        raise Refusal(ErrorCode.THREAD_NOT_OPEN, "Wait for an answer; or its time is over.", "exchange")
    author, other = pair.in_order(side)
    message = await write(act, exchange, author, words)
    await act.execute(WRITTEN, id=exchange, party=side)
    await queue.tell(act.transaction, MailKind.MESSAGE_RECEIVED, other, exchange)
    return act.did(EventKind.MESSAGE_SENT, message, message_id=message)


async def note_read(act: Act, *, exchange: UUID) -> Outcome:
    """All messages up to now were read."""
    _, side = await party.of(act, exchange)
    await act.execute(READ, id=exchange, party=side)
    return act.did(exchange_id=exchange)
