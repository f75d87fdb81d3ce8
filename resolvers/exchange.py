"""Reads of exchanges: what each of the two sees, what they may do next, and what waits for them."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Interval,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.sql.expression import literal_column, not_, null

from models.actor_block import ActorBlock
from models.base import constant, table
from models.contribution import Contribution
from models.exchange import AGREED, ALIVE, PLACE_AFTER, Exchange, ExchangeReason, ExchangeStatus, Party, PlacePrecision
from models.message import CLOSED_AFTER
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import ident, speaking

_exchange, _contribution = table(Exchange), table(Contribution)


class ExchangeAct(Enum):
    """What one of the two may do now."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    DISPUTE = "DISPUTE"
    WRITE = "WRITE"


def is_in(row: FromClause, *statuses: ExchangeStatus) -> ColumnElement[bool]:
    """Its stored status is one of these."""
    return row.c.status.in_([constant(status) for status in statuses])


def is_unanswered(contribution: FromClause) -> ColumnElement[bool]:
    """Nobody's answer to a contribution was accepted, or all of those were cancelled."""
    return contribution.c.accepted_count == literal_column("0", Integer)


def is_lapsed(row: FromClause) -> ColumnElement[bool]:
    """Nobody answered in time, and no job has marked it yet."""
    return and_(is_in(row, ExchangeStatus.PROPOSED), row.c.lapses_at <= func.now())


def is_party(row: FromClause, viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """The viewer is one of the two, or speaks for one of them."""
    return or_(speaking.speaks_for(row.c.author_id, viewer), speaking.speaks_for(row.c.proposer_id, viewer))


def _is(row: FromClause, context: FieldContext, party: Party) -> ColumnElement[bool]:
    """The viewer is this one of the two."""
    is_author = speaking.speaks_for(row.c.author_id, context.viewer_id)
    return is_author if party is Party.AUTHOR else not_(is_author)


def is_open_to_words(row: FromClause) -> ColumnElement[bool]:
    """The two may still write to each other: some days after the end neither may."""
    left = row.c.ended_at + literal(CLOSED_AFTER, Interval) > func.now()
    is_blocked = row.c.reason == constant(ExchangeReason.BLOCKED)
    ended = and_(is_in(row, *AGREED), left, not_(func.coalesce(is_blocked, literal_column("false"))))
    return and_(not_(is_lapsed(row)), or_(row.c.ended_at.is_(None), ended))


def are_apart(row: FromClause) -> ColumnElement[bool]:
    """One of the two has blocked the other, however their exchange stands."""
    block = table(ActorBlock).alias("apart")
    both: Select[Any] = select(literal_column("1", Integer)).where(
        or_(
            and_(block.c.blocker_id == row.c.author_id, block.c.blocked_id == row.c.proposer_id),
            and_(block.c.blocker_id == row.c.proposer_id, block.c.blocked_id == row.c.author_id),
        )
    )
    return both.correlate_except(block).exists()


def may_write(row: FromClause, party: ColumnElement[Any]) -> ColumnElement[bool]:
    """A party may write: the proposer once the author has answered, and nobody to whom there is a block."""
    is_heard = or_(party == constant(Party.AUTHOR), row.c.answered_at.is_not(None))
    return and_(is_open_to_words(row), is_heard, not_(are_apart(row)))


def side(row: FromClause, context: FieldContext) -> ColumnElement[str]:
    """Which of the two the viewer is."""
    return case((_is(row, context, Party.AUTHOR), constant(Party.AUTHOR)), else_=constant(Party.PROPOSER))


def status(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The status as of now."""
    return case((is_lapsed(row), constant(ExchangeStatus.LAPSED)), else_=row.c.status)


def reason(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """Why it ended; that one has blocked the other is told to neither."""
    is_blocked = row.c.reason == constant(ExchangeReason.BLOCKED)
    return case((is_blocked, constant(ExchangeReason.OTHER)), else_=row.c.reason)


def acts(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """What the viewer may do next."""
    asked = and_(is_in(row, ExchangeStatus.PROPOSED, ExchangeStatus.WAITING), not_(is_lapsed(row)))
    is_author, agreed = _is(row, context, Party.AUTHOR), is_in(row, ExchangeStatus.ACCEPTED)
    says_done = or_(row.c.done_said_by.is_(None), row.c.done_said_by != side(row, context))
    allowed = {
        ExchangeAct.ACCEPT: and_(asked, is_author),
        ExchangeAct.DECLINE: and_(asked, is_author),
        ExchangeAct.WITHDRAW: and_(asked, not_(is_author)),
        ExchangeAct.CONFIRM: and_(agreed, says_done),
        ExchangeAct.CANCEL: agreed,
        ExchangeAct.DISPUTE: agreed,
        ExchangeAct.WRITE: may_write(row, side(row, context)),
    }
    cases: list[ColumnElement[Any]] = [case((condition, constant(act))) for act, condition in allowed.items()]
    listed: ColumnElement[Any] = array(cases, type_=Text())
    return func.array_remove(listed, null(), type_=ARRAY(Text()))


def waits(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's answer is waited for."""
    is_author = _is(row, context, Party.AUTHOR)
    asked = and_(is_in(row, ExchangeStatus.PROPOSED), not_(is_lapsed(row)), is_author)
    to_confirm = and_(is_in(row, ExchangeStatus.ACCEPTED), row.c.done_said_by != side(row, context))
    return func.coalesce(or_(asked, to_confirm), literal_column("false"))


def place_in_line(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """How many wait before it and with it."""
    before = _exchange.alias("before")
    counted = select(func.count()).where(
        before.c.contribution_id == row.c.contribution_id,
        is_in(before, ExchangeStatus.WAITING),
        func.row(before.c.proposed_at, before.c.id) <= func.row(row.c.proposed_at, row.c.id),
    )
    return case((is_in(row, ExchangeStatus.WAITING), counted.correlate_except(before).scalar_subquery()))


def place(row: FromClause, _context: FieldContext) -> Select[Any]:
    """Where it is, as precisely as the author chose, while they have agreed and some days after the end; a block
    ends it at once."""
    is_point = row.c.place_precision == constant(PlacePrecision.POINT)
    shown = _contribution.alias("placed")
    left = row.c.ended_at + literal(PLACE_AFTER, Interval) > func.now()
    return (
        select(
            row.c.place_precision.label("precision"),
            row.c.place.label("words"),
            case((is_point, shown.c.exact_lat)).label("lat"),
            case((is_point, shown.c.exact_lng)).label("lng"),
        )
        .select_from(shown)
        .where(
            shown.c.id == row.c.contribution_id,
            is_in(row, *AGREED),
            row.c.place_precision.is_not(None),
            or_(row.c.ended_at.is_(None), left),
            not_(are_apart(row)),
        )
        .correlate(row)
    )


def author(exchange: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Who published the contribution; nobody where it has no name, before the two have agreed."""
    asked = _contribution.alias("asked")
    is_named: Select[Any] = select(literal_column("1", Integer)).where(
        asked.c.id == exchange.c.contribution_id, asked.c.is_anonymous.is_(False)
    )
    told = or_(
        is_in(exchange, *AGREED), _is(exchange, context, Party.AUTHOR), is_named.correlate_except(asked).exists()
    )
    return and_(row.c.id == exchange.c.author_id, told)


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """The viewer's own, and those of organisations for which the viewer speaks; those that changed last come first."""
    order = Order("exchange.changed", (row.c.changed_at, row.c.id), (datetime, UUID), is_descending=True)
    where: tuple[ColumnElement[bool], ...] = (actor.c.id == context.viewer_id, is_party(row, context.viewer_id))
    if context.has("contribution"):
        where = (*where, row.c.contribution_id == ident.argument(context, "contribution", "contribution"))
    if context.has("isWaiting"):
        waited = waits(row, context)
        where = (*where, waited if context.choice("isWaiting") else not_(waited))
    return Listing(where, order)


def own(contribution: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's own answer to a contribution, while it is alive."""
    return and_(
        row.c.contribution_id == contribution.c.id,
        row.c.proposer_id == context.viewer_id,
        is_in(row, *ALIVE),
        not_(is_lapsed(row)),
    )
