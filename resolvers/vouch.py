"""Vouches: chambers and the town say for which sellers they stand, and may take that back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, delete, false, func, select, true
from sqlalchemy.dialects.postgresql import insert

from models.actor import Actor
from models.base import constant, new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, not_found
from models.vouch import VOUCHERS, Vouch
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, shop, speaking

_vouch, _actor = table(Vouch), table(Actor)
_id = value(Vouch, "id")
VOUCHER = select(_actor.c.id).where(
    _actor.c.id == value(Actor, "id"), _actor.c.kind.in_([constant(kind) for kind in VOUCHERS])
)
GIVE = (
    insert(_vouch)
    .values(**{name: value(Vouch, name) for name in ("id", "actor_id", "voucher_id")}, given_at=func.now())
    .on_conflict_do_nothing(constraint="vouch_once")
)
OF = select(_vouch.c.id).where(
    _vouch.c.actor_id == value(Vouch, "actor_id"), _vouch.c.voucher_id == value(Vouch, "voucher_id")
)
EXISTING = select(_vouch.c.actor_id, _vouch.c.voucher_id).where(_vouch.c.id == _id)
WITHDRAW = delete(_vouch).where(_vouch.c.id == _id)


@dataclass(frozen=True, slots=True)
class VouchedPair:
    """Who is vouched for, and by whom."""

    actor_id: UUID
    voucher_id: UUID


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, _context: FieldContext) -> Listing:
    """Those for a seller, the oldest first."""
    return Listing((row.c.actor_id == actor.c.id,), Order("vouch.oldest", (row.c.given_at, row.c.id), (datetime, UUID)))


def may_withdraw(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may take it back."""
    if context.viewer.is_administrator:
        return true()
    return speaking.speaks_for(row.c.voucher_id, context.viewer_id) if context.viewer.is_member else false()


# Writes ---------------------------------------------------------------------------------------------------------------


async def give(act: Act, *, actor: UUID, on_behalf_of: UUID) -> Outcome:
    """Vouch for a seller in the name of an organisation; doing it twice is no error."""
    voucher = await speaking.speaker(act, on_behalf_of)
    if not await act.exists(VOUCHER, id=voucher):
        raise Refusal(ErrorCode.VOUCHERS_ONLY, "Chambers, institutions and services vouch for sellers.", "onBehalfOf")
    if actor == voucher or not await act.exists(shop.SELLER, id=actor):
        raise not_found("actor")
    is_new = await act.execute(GIVE, id=new_id(), actor_id=actor, voucher_id=voucher)
    there = await act.one(OF, into=access.Id, actor_id=actor, voucher_id=voucher)
    assert there is not None
    if not is_new:
        return act.did(vouch_id=there.id)
    return act.did(EventKind.VOUCH_GIVEN, actor, {"voucher": str(voucher)}, vouch_id=there.id)


async def withdraw(act: Act, *, vouch: UUID) -> Outcome:
    """Take a vouch back: members of the organisation that gave it, and administrators."""
    pair = await act.one(EXISTING, into=VouchedPair, id=vouch)
    if pair is None:
        raise not_found("vouch")
    if not act.asker.viewer.is_administrator and not await speaking.acts_for(act, pair.voucher_id):
        raise Refusal(ErrorCode.VOUCHERS_ONLY, "The organisation that vouches takes it back.", "vouch")
    await act.execute(WITHDRAW, id=vouch)
    return act.did(EventKind.VOUCH_WITHDRAWN, pair.actor_id, {"voucher": str(pair.voucher_id)}, actor_id=pair.actor_id)
