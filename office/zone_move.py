"""Moves of zones: proposed by the portal that has the zone, accepted by the one that its commune opens, and by each
person for the own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Uuid

from models.account import Account
from models.actor import Actor
from models.base import constant, new_id, table
from models.comment import Comment
from models.contribution import Contribution
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, not_found
from models.tenant import Host, Tenant, settings_id
from models.territory import TerritoryReader
from models.zone import Zone
from models.zone_move import MOVES_AHEAD, MovedContribution, ZoneMove, ZoneMoveState
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import ident

OPERATOR_NAME = "Exploitant"
"""Who agreed for a portal where its operator did."""

_move, _moved, _tenant, _host = table(ZoneMove), table(MovedContribution), table(Tenant), table(Host)
_zone, _reader, _account, _actor = table(Zone), table(TerritoryReader), table(Account), table(Actor)
_number, _viewer = bindparam("number", type_=BigInteger()), bindparam("viewer", type_=Uuid())
_S = ZoneMoveState


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """From the portal and, for its administrators, to it, the newest first."""
    where = row.c.from_number == context.tenant
    if context.viewer.is_administrator:
        where = or_(where, row.c.to_number == context.tenant)
    newest = Order("zone_move.newest", (row.c.proposed_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((where,), newest)


def is_outgoing(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the zone is this portal's."""
    return row.c.from_number == context.tenant


def of_other(name: str) -> Any:
    """What the other portal says of itself."""

    def build(row: FromClause, context: FieldContext) -> ColumnElement[str]:
        return case((row.c.from_number == context.tenant, row.c[f"to_{name}"]), else_=row.c[f"from_{name}"])

    return build


def told(name: str) -> Any:
    """A column for administrators; null for others."""

    def build(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
        return row.c[name] if context.viewer.is_administrator else cast(null(), row.c[name].type)

    return build


def stays(row: FromClause, _context: FieldContext) -> Select[Any]:
    """How many stay, by the reason."""
    each = func.jsonb_each_text(row.c.stays).table_valued("key", "value", name="staying").render_derived()
    return select(each.c.key.label("reason"), cast(each.c.value, Integer).label("count")).order_by(each.c.key)


def has_my_consent(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer's account goes along."""
    own = table(Account).alias("own_account")
    return select(own.c.id).where(own.c.actor_id == context.viewer_id, own.c.moves_with == row.c.id).exists()


def moved(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Where the contribution of an id of this portal is now."""
    return and_(row.c.id == ident.argument(context, "contribution", "id"), row.c.from_number == context.tenant)


def path(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """Its page on the portal on which it is now."""
    before, between = (literal_column(text, Text) for text in ("'/contribution/contribution_'", "'_'"))
    return func.concat(before, row.c.to_number, between, row.c.id)


def _digests(actor: ColumnElement[Any]) -> Select[Any]:
    """By which digests an actor's address is kept of the portal's moves."""
    own, move = table(Account).alias("claiming"), table(ZoneMove).alias("claimed_move")
    encoding = literal_column("'UTF8'", Text)
    whole = func.convert_to(func.concat(cast(move.c.id, Text), own.c.email), encoding)
    digest = func.encode(func.sha256(whole), literal_column("'hex'", Text))
    return select(digest).where(own.c.actor_id == actor, own.c.email.is_not(None))


def _shells(actor: ColumnElement[Any]) -> Select[Any]:
    """The actors under whom is what moved here and was published with an actor's address."""
    shell = table(Actor).alias("shell")
    return select(shell.c.id).where(shell.c.claim_digest.in_(_digests(actor)))


def claimable_count(row: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many contributions moved here that the viewer may claim; 0 for everybody else."""
    own = table(Contribution).alias("claimable")
    shells = _shells(context.viewer_id)
    counted = select(func.count()).where(row.c.id == context.viewer_id, own.c.author_id.in_(shells))
    return counted.correlate(row).scalar_subquery()


# Changes --------------------------------------------------------------------------------------------------------------

NAMED = select(_zone.c.name).where(_zone.c.id == value(Zone, "id"))
OWN = select(
    _tenant.c.title,
    _tenant.c.slug,
    func.coalesce(
        select(func.min(_host.c.host)).where(_host.c.tenant_number == _tenant.c.number).scalar_subquery(),
        literal_column("''", Text),
    ).label("host"),
    func.coalesce(
        select(_actor.c.name).where(_actor.c.id == _viewer).scalar_subquery(),
        literal_column(f"'{OPERATOR_NAME}'", Text),
    ).label("who"),
).where(_tenant.c.number == _number)
READER = select(_reader.c.tenant_number, _reader.c.title, _reader.c.slug).where(
    _reader.c.slug == value(TerritoryReader, "slug")
)
_NEW = (
    *("id", "from_number", "to_number", "zone_id", "zone_name", "state", "from_title", "from_slug", "from_host"),
    *("to_title", "to_slug", "to_host", "proposed_by"),
)
PROPOSE = (
    insert(_move)
    .values(**{name: value(ZoneMove, name) for name in _NEW}, proposed_at=func.now())
    .on_conflict_do_nothing()
)
LOCKED = (
    select(_move.c.state, _move.c.from_number, _move.c.to_number)
    .where(_move.c.id == value(ZoneMove, "id"))
    .with_for_update()
)
_named = update(_move).where(_move.c.id == value(ZoneMove, "id"))
DECLINE = _named.values(state=constant(_S.DECLINED), ended_at=func.now())
ACCEPT = _named.values(
    state=constant(_S.ACCEPTED),
    accepted_at=func.now(),
    **{name: value(ZoneMove, name) for name in ("accepted_by", "to_title", "to_slug", "to_host")},
)
REVERT = _named.values(state=constant(_S.REVERTING))
ASKED = select(_move.c.id).where(
    _move.c.id == value(ZoneMove, "id"),
    _move.c.from_number == _number,
    _move.c.state.in_([constant(state) for state in MOVES_AHEAD]),
)
CONSENT = (
    update(_account).where(_account.c.actor_id == _viewer).values(moves_with=bindparam("moves_with", type_=Uuid()))
)
_contribution, _comment = table(Contribution), table(Comment)
CLAIM = tuple(
    update(written).where(written.c.author_id.in_(_shells(_viewer))).values(author_id=_viewer)
    for written in (_contribution, _comment)
)
SETTLED = update(_actor).where(_actor.c.claim_digest.in_(_digests(_viewer))).values(claim_digest=null())


@dataclass(frozen=True, slots=True)
class ZoneNamed:
    """What a zone is called."""

    name: str


@dataclass(frozen=True, slots=True)
class OwnPortal:
    """What the portal says of itself, and who is asking."""

    title: str
    slug: str
    host: str
    who: str


@dataclass(frozen=True, slots=True)
class OtherPortal:
    """A portal that receives."""

    tenant_number: int
    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class LockedMove:
    """Where a move is; nobody else answers it until the end of the transaction."""

    state: ZoneMoveState
    from_number: int
    to_number: int


async def propose(act: Act, *, zone: UUID, to: str) -> Outcome:
    """Propose that a zone's contributions move to another portal, which receives."""
    named = await act.one(NAMED, into=ZoneNamed, id=zone)
    if named is None:
        raise not_found("zone")
    other = await act.one(READER, into=OtherPortal, slug=to.strip())
    if other is None or other.tenant_number == act.asker.tenant:
        raise not_found("to")
    own, id_ = await _own(act), new_id()
    is_new = await act.execute(
        PROPOSE,
        id=id_,
        from_number=act.asker.tenant,
        to_number=other.tenant_number,
        zone_id=zone,
        zone_name=named.name,
        state=_S.PROPOSED,
        from_title=own.title,
        from_slug=own.slug,
        from_host=own.host,
        to_title=other.title,
        to_slug=other.slug,
        to_host="",
        proposed_by=own.who,
    )
    if not is_new:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This zone is moving already, or is proposed to move.", "zone")
    return _did(act, id_, _S.PROPOSED)


async def answer(act: Act, *, zone_move: UUID, is_accepted: bool) -> Outcome:
    """Accept or decline what is proposed to this portal, or take back what this portal has proposed."""
    locked = await _locked(act, zone_move, (_S.PROPOSED,))
    if not is_accepted:
        await act.execute(DECLINE, id=zone_move)
        return _did(act, zone_move, _S.DECLINED)
    if locked.to_number != act.asker.tenant:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The other portal accepts it.", "isAccepted")
    own = await _own(act)
    said = {"accepted_by": own.who, "to_title": own.title, "to_slug": own.slug, "to_host": own.host}
    await act.execute(ACCEPT, id=zone_move, **said)
    return _did(act, zone_move, _S.ACCEPTED)


async def revert(act: Act, *, zone_move: UUID) -> Outcome:
    """Give back what moved to this portal."""
    locked = await _locked(act, zone_move, (_S.MOVED,))
    if locked.to_number != act.asker.tenant:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The portal to which it moved gives it back.", "zoneMove")
    await act.execute(REVERT, id=zone_move)
    return _did(act, zone_move, _S.REVERTING)


async def consent(act: Act, *, zone_move: UUID, is_given: bool) -> Outcome:
    """Say that one's account goes along with a zone, or does not."""
    if not await act.exists(ASKED, id=zone_move, number=act.asker.tenant):
        raise not_found("zoneMove")
    if not await act.execute(CONSENT, moves_with=zone_move if is_given else None):
        raise not_found("zoneMove")
    return act.did(zone_move_id=zone_move)


async def claim(act: Act, *, is_taken: bool) -> Outcome:
    """Take what moved here and was published with one's address under one's own name, or leave it as it is for good."""
    for statement in CLAIM if is_taken else ():
        await act.execute(statement)
    await act.execute(SETTLED)
    return act.did(actor_id=act.actor)


async def _own(act: Act) -> OwnPortal:
    own = await act.one(OWN, into=OwnPortal, number=act.asker.tenant)
    assert own is not None
    return own


async def _locked(act: Act, zone_move: UUID, wanted: Sequence[ZoneMoveState]) -> LockedMove:
    locked = await act.one(LOCKED, into=LockedMove, id=zone_move)
    if locked is None:
        raise not_found("zoneMove")
    if locked.state not in wanted:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It is not in a state for this.", "zoneMove")
    return locked


def _did(act: Act, zone_move: UUID, state: ZoneMoveState) -> Outcome:
    note = {"zoneMove": str(zone_move), "state": state.value}
    return act.did(EventKind.PORTAL_REVISED, settings_id(act.asker.tenant), note, zone_move_id=zone_move)
