"""Blocks: end all that two people have with each other, and keep them from beginning anew; the other is never told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, any_, bindparam, case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from models.actor import Actor
from models.actor_block import ActorBlock
from models.base import new_id, table
from models.event import EventKind
from models.exchange import AGREED, Exchange, ExchangeReason, Party
from models.refusal import not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, capacity, exchange, parting, party

_block, _actor, _exchange = table(ActorBlock), table(Actor), table(Exchange)
_one, _others = bindparam("one", type_=Uuid()), bindparam("others", type_=ARRAY(Uuid()))
BETWEEN = select(_block.c.id).where(
    or_(
        and_(_block.c.blocker_id == _one, _block.c.blocked_id == any_(_others)),
        and_(_block.c.blocked_id == _one, _block.c.blocker_id == any_(_others)),
    )
)
BLOCK = (
    insert(_block)
    .values(
        **{name: value(ActorBlock, name) for name in ("id", "blocker_id", "blocked_id", "is_named")},
        blocked_at=func.now(),
    )
    .on_conflict_do_nothing(constraint="actor_block_once")
)
OF = select(_block.c.id).where(
    _block.c.blocker_id == value(ActorBlock, "blocker_id"), _block.c.blocked_id == value(ActorBlock, "blocked_id")
)
UNBLOCK = delete(_block).where(
    _block.c.id == value(ActorBlock, "id"), _block.c.blocker_id == value(ActorBlock, "blocker_id")
)
HAS_AGREED = select(_exchange.c.id).where(_exchange.c.id == value(Exchange, "id"), exchange.is_in(_exchange, *AGREED))


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """Whom the viewer has blocked, the last first."""
    order = Order("actor_block.newest", (row.c.blocked_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.blocker_id == actor.c.id, actor.c.id == context.viewer_id), order)


def name(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """Who it is, where the viewer had learnt that."""
    blocked = _actor.alias("blocked")
    told = select(blocked.c.name).where(blocked.c.id == row.c.blocked_id).correlate_except(blocked).scalar_subquery()
    return case((row.c.is_named, told))


# Writes ---------------------------------------------------------------------------------------------------------------


async def require_none(act: Act, author: UUID, others: Sequence[UUID], field: str = "contribution") -> None:
    """There is no block between somebody and any of others, which neither is told: what they name in `field` is not
    found. Raises Refusal(NOT_FOUND)."""
    if await act.exists(BETWEEN, one=author, others=list(others)):
        raise not_found(field)


async def block(act: Act, *, exchange: UUID) -> Outcome:
    """Have no more to do with the other of the two: all that they have alive with each other ends."""
    pair, side = await party.of(act, exchange)
    mine, other = pair.in_order(side)
    await capacity.lock_people(act, mine, other)
    is_named = side is Party.AUTHOR or await act.exists(HAS_AGREED, id=exchange)
    await act.execute(BLOCK, id=new_id(), blocker_id=mine, blocked_id=other, is_named=is_named)
    made = await act.one(OF, into=access.Id, blocker_id=mine, blocked_id=other)
    assert made is not None
    await parting.of_person(act.transaction, mine, ExchangeReason.BLOCKED, other)
    return act.did(EventKind.ACTOR_BLOCKED, made.id, block_id=made.id)


async def unblock(act: Act, *, block: UUID) -> Outcome:
    """Take one's own block back."""
    if not await act.execute(UNBLOCK, id=block, blocker_id=act.actor):
        raise not_found("block")
    return act.did(EventKind.ACTOR_UNBLOCKED, block)
