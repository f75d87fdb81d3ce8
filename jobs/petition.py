"""Petitions by the clock: what enough have signed reaches its level, and what closes without one lapses."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Interval,
    SmallInteger,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.types import BigInteger, Boolean

from database.door import Database, Transaction
from models.activity import Activity
from models.base import constant, table
from models.contribution import WITHHELD_STATUSES, Contribution
from models.event import EventKind
from models.petition import Petition, PetitionMover, PetitionState
from models.petition_rule import PetitionRule
from models.petitioner import Petitioner, PetitionerRole
from planner.event import NewEvent, events, recording
from planner.row import reader
from resolvers import life, petition, petition_rule, portal

GRACE = literal(timedelta(hours=1), Interval)
"""So long after the close a level may still be told that was reached before it."""

_petition, _contribution, _rule, _activity = table(Petition), table(Contribution), table(PetitionRule), table(Activity)
_until = func.least(_petition.c.closes_at, _activity.c.closes_at)
_is_open = _petition.c.state == constant(PetitionState.OPEN)
_is_reached = _petition.c.state == constant(PetitionState.REACHED)
_is_withheld = _contribution.c.status.in_([constant(status) for status in WITHHELD_STATUSES])
"""What moderation withholds at its close is counted when it is shown again."""

DUE = (
    select(
        _petition.c.contribution_id,
        _petition.c.state,
        _petition.c.reached_levels,
        and_(_is_open, _is_withheld.is_not(true()), _until + petition.SETTLED <= func.now()).label("is_over"),
        life.is_open(_contribution).label("is_shown"),
        petition.signed(_petition.c.contribution_id).label("signatures"),
        _rule.c.levels,
    )
    .join_from(_petition, _contribution, _contribution.c.id == _petition.c.contribution_id)
    .join(_activity, _activity.c.id == _contribution.c.activity_id)
    .join(_rule, _rule.c.id == petition_rule.newest(_contribution.c.activity_id, "id").scalar_subquery())
    .where(or_(_is_open, and_(_is_reached, _until + GRACE > func.now())))
    .order_by(_petition.c.id)
    .with_for_update(of=_petition, skip_locked=True)
)
NEXT = (
    select(func.min(_until) + petition.SETTLED)
    .join_from(_petition, _contribution, _contribution.c.id == _petition.c.contribution_id)
    .join(_activity, _activity.c.id == _contribution.c.activity_id)
    .where(_is_open, _is_withheld.is_not(true()))
)

_within = select(_contribution.c.activity_id).where(_contribution.c.id == _petition.c.contribution_id)
_acknowledge_days = petition_rule.newest(
    _within.correlate(_petition).scalar_subquery(), "acknowledge_days"
).scalar_subquery()
_from: ColumnElement[Any] = case(
    (bindparam("is_whole", type_=Boolean()), func.now()), else_=func.greatest(petition.until(_petition), func.now())
)
_due = petition.end_of_day(_from, _acknowledge_days, portal.time_zone(bindparam("tenant", type_=BigInteger())))
REACH = recording(
    petition.change(
        reached_at=func.coalesce(_petition.c.reached_at, func.now()),
        reached_levels=bindparam("reached", type_=SmallInteger()),
        due_at=_due,
    )
)
LAPSE = recording(petition.change(lapsed_at=func.now(), due_at=null()))


@dataclass(frozen=True, slots=True)
class SignedPetition:
    """A petition that is signed, or has just closed, locked."""

    contribution_id: UUID
    state: PetitionState
    reached_levels: int
    is_over: bool
    is_shown: bool
    signatures: int
    levels: list[dict[str, Any]]

    @property
    def reached(self) -> int:
        """How many levels have enough signatures, or had once."""
        now = sum(1 for level in self.levels if self.signatures >= level["signatures"])
        return max(now if self.is_shown else 0, self.reached_levels)


_gathering = reader(DUE, SignedPetition)
_sponsor = table(Petitioner)
_sponsors = (
    select(func.count(type_=Integer()))
    .select_from(_sponsor)
    .where(
        _sponsor.c.contribution_id == _petition.c.contribution_id, _sponsor.c.role == constant(PetitionerRole.SPONSOR)
    )
)
_is_seeking = _petition.c.state == constant(PetitionState.SEEKING)
SPONSORED = (
    select(_petition.c.contribution_id)
    .where(
        _is_seeking,
        _sponsors.correlate(_petition).scalar_subquery()
        >= petition_rule.newest(_within.correlate(_petition).scalar_subquery(), "sponsors").scalar_subquery(),
    )
    .with_for_update(of=_petition, skip_locked=True)
)
"""Petitions that seek no more sponsors, because their rule wants fewer than when they began."""

SUBMIT = recording(petition.CHANGES[EventKind.PETITION_PARTIES_CHANGED])


async def tend(database: Database, tenant: int) -> int:
    """Move on those of a tenant's petitions that have reached a level or have closed; how many."""
    if not await database.rows(_ANY, tenant):
        return 0
    async with database.transaction(tenant) as transaction:
        due = [_gathering(row) for row in await transaction.all(DUE)]
        submitted = [await _submit(transaction, tenant, id_) for (id_,) in await transaction.all(SPONSORED)]
        return sum(submitted) + sum([await _tend(transaction, tenant, one) for one in due])


_ANY = select(_petition.c.id).where(or_(_is_open, _is_reached, _is_seeking)).limit(literal_column("1"))


async def _submit(transaction: Transaction, tenant: int, contribution: Any) -> bool:
    """Submit a petition that has the sponsors whom its rule wants now."""
    event = EventKind.PETITION_PARTIES_CHANGED
    move = petition.allowed(PetitionState.SEEKING, event, PetitionMover.CLOCK)
    if move is None:
        return False
    happened = events(NewEvent(event, contribution, None, {"submitted": True}))
    moved = {"contribution_id": contribution, "state": move.after.value, "tenant": tenant}
    await transaction.execute(SUBMIT, **moved, **happened)
    return True


async def _tend(transaction: Transaction, tenant: int, one: SignedPetition) -> bool:
    """Move a petition on, if it is time and the table has a move of the clock for that."""
    is_reached = one.reached > one.reached_levels
    event = EventKind.PETITION_REACHED if is_reached else EventKind.PETITION_LAPSED
    move = petition.allowed(one.state, event, PetitionMover.CLOCK)
    if move is None or not (is_reached or one.is_over):
        return False
    note = {"signatures": one.signatures} | ({"level": one.reached} if is_reached else {})
    happened = events(NewEvent(event, one.contribution_id, None, note))
    moved: dict[str, Any] = {"contribution_id": one.contribution_id, "state": move.after.value, **happened}
    if is_reached:
        is_whole = one.reached == len(one.levels)
        await transaction.execute(REACH, reached=one.reached, is_whole=is_whole, tenant=tenant, **moved)
    else:
        await transaction.execute(LAPSE, **moved)
    return True
