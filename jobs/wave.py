"""Waves: the clock tells neighbours of a request in daylight, the nearest first, and at last whoever runs the activity.

A wave is an event; the notices of its people are written when the event is delivered, in the transaction that moves the
cursor, so that a process that ends in between tells nobody twice and leaves nobody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Insert,
    Interval,
    SmallInteger,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Double, Text, Uuid

from database.door import Database, Transaction
from jobs import notice
from jobs.nudge import awake
from models.actor import Actor, ActorKind
from models.base import constant, table
from models.category import Category
from models.contribution import Contribution, ContributionKind, ContributionStatus
from models.event import Event, EventKind
from models.exchange import Exchange, ExchangeStatus
from models.notice import Notice
from models.organisation_member import OrganisationMember
from models.tenant import Feature
from models.wave import PLAN, TEAM, Wave
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import life, portal, speaking
from resolvers.exchange import is_in, is_lapsed, is_unanswered

if TYPE_CHECKING:
    from jobs.deliver import Delivered

AT_ONCE = 200

_wave, _contribution, _exchange, _event = table(Wave), table(Contribution), table(Exchange), table(Event)
_notice, _category, _actor, _member = table(Notice), table(Category), table(Actor), table(OrganisationMember)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_zone = portal.time_zone(bindparam("tenant", type_=BigInteger()))
_now = func.coalesce(bindparam("now", type_=DateTime(timezone=True)), func.now())
"""The instant that a test or a rehearsal asks about, else the database's."""

_next = awake(_now + literal(PLAN.apart, Interval), _zone)
NEXT_DUE = select(func.min(_wave.c.due_at)).where(_wave.c.due_at.is_not(None))


# The clock ------------------------------------------------------------------------------------------------------------


class Turn(Enum):
    """What becomes of a wave that is due."""

    CALL = "CALL"
    NIGHT = "NIGHT"
    """It waits for the morning."""

    WAIT = "WAIT"
    """The request is paused or withheld, or somebody was accepted or asks: it is looked at again the next day."""

    END = "END"
    """The request has ended, or its expiry is past, whatever it waits for."""


_is_wanted = and_(life.is_standing(_contribution), is_unanswered(_contribution))
_is_asked = exists().where(
    _exchange.c.contribution_id == _contribution.c.id,
    is_in(_exchange, ExchangeStatus.PROPOSED),
    not_(is_lapsed(_exchange)),
)
_ENDED = (ContributionStatus.CLOSED, ContributionStatus.EXPIRED, ContributionStatus.TAKEN_BACK)
_has_ended = or_(
    _contribution.c.status.in_([constant(status) for status in _ENDED]), _contribution.c.expires_at <= _now
)
"""Also what is paused or withheld past its expiry: renewed, it goes on."""

_turn = case(
    (_has_ended, literal_column(f"'{Turn.END.value}'", Text)),
    (not_(_is_wanted), literal_column(f"'{Turn.WAIT.value}'", Text)),
    (and_(_wave.c.step == literal_column(str(PLAN.times)), _is_asked), literal_column(f"'{Turn.WAIT.value}'", Text)),
    (awake(_now, _zone) > _now, literal_column(f"'{Turn.NIGHT.value}'", Text)),
    else_=literal_column(f"'{Turn.CALL.value}'", Text),
)
DUE = (
    select(_wave.c.id, _wave.c.contribution_id, _wave.c.step, _turn.label("turn"))
    .join_from(_wave, _contribution, _contribution.c.id == _wave.c.contribution_id)
    .where(_wave.c.due_at <= _now)
    .order_by(_wave.c.due_at)
    .limit(literal_column(str(AT_ONCE), BigInteger))
    .with_for_update(skip_locked=True, of=_wave)
)
_of = _wave.c.id == any_(_ids)
_after = _wave.c.step + literal_column("1", SmallInteger)
MOVES: dict[Turn, Any] = {
    Turn.CALL: update(_wave)
    .where(_of)
    .values(step=_after, due_at=case((_after < literal_column(str(TEAM), SmallInteger), _next))),
    Turn.NIGHT: update(_wave).where(_of).values(due_at=awake(_now, _zone)),
    Turn.WAIT: update(_wave).where(_of).values(due_at=_next),
    Turn.END: update(_wave).where(_of).values(due_at=null()),
}


@dataclass(frozen=True, slots=True)
class DueWave:
    """A wave of which the clock has something to do, locked."""

    id: UUID
    contribution_id: UUID
    step: int
    turn: Turn


_due = reader(DUE, DueWave)


async def send(database: Database, tenant: int, now: datetime | None = None) -> int:
    """Do what is due with a tenant's waves, by now; returns with how many."""
    count, done = 0, AT_ONCE
    while done == AT_ONCE:
        async with database.transaction(tenant) as transaction:
            done = await send_some(transaction, tenant, now)
        count += done
    return count


async def send_some(transaction: Transaction, tenant: int, now: datetime | None = None) -> int:
    """Do what is due with up to AT_ONCE waves; returns with how many."""
    due = [_due(row) for row in await transaction.all(DUE, tenant=tenant, now=now)]
    for turn, move in MOVES.items():
        ids = [wave.id for wave in due if wave.turn is turn]
        if ids:
            zoned = {} if turn is Turn.END else {"tenant": tenant, "now": now}
            await transaction.execute(move, ids=ids, **zoned)
    happened = [_called(wave) for wave in due if wave.turn is Turn.CALL]
    if happened:
        await transaction.execute(RECORD, **events(*happened))
    return len(due)


def _called(wave: DueWave) -> NewEvent:
    if wave.step == PLAN.times:
        return NewEvent(EventKind.CONTRIBUTION_UNANSWERED, wave.contribution_id, None)
    return NewEvent(EventKind.CONTRIBUTION_CALLED, wave.contribution_id, None, {"wave": wave.step + 1})


# The journal ----------------------------------------------------------------------------------------------------------

PUBLISHED = (EventKind.CONTRIBUTION_PUBLISHED, EventKind.CONTRIBUTION_ACCEPTED)
_begun = select(
    func.gen_random_uuid(), _contribution.c.id, awake(_event.c.at + literal(PLAN.wait, Interval), _zone)
).join_from(_event, _contribution, _contribution.c.id == _event.c.subject_id)
BEGIN = (
    insert(_wave)
    .from_select(
        ("id", "contribution_id", "due_at"),
        _begun.where(_event.c.id == any_(_ids), _contribution.c.kind == constant(ContributionKind.REQUEST)),
    )
    .on_conflict_do_nothing(constraint="wave_once")
)
_contribution_id = bindparam("contribution_id", type_=Uuid())
_told = bindparam("told", type_=SmallInteger())
_row = _wave.c.contribution_id == _contribution_id
COUNT = update(_wave).where(_row).values(told_count=_wave.c.told_count + _told, told_at=func.now())
_still = exists().where(_contribution.c.id == _wave.c.contribution_id, _is_wanted)
NOBODY_TOLD = (
    update(_wave)
    .where(_row, _wave.c.due_at.is_not(None), _wave.c.step > literal_column("0", SmallInteger))
    .values(
        step=case(
            (_still, literal_column(str(PLAN.times), SmallInteger)),
            else_=_wave.c.step - literal_column("1", SmallInteger),
        )
    )
)
"""There is nobody else to tell: the team is told the next day. Or help is not wanted just now: the wave has not gone
out."""


async def hear(transaction: Transaction, tenant: int, happened: Sequence["Delivered"]) -> None:
    """Tell whom a batch of events concerns, begin the waves of new requests, and tell neighbours of what goes out."""
    await notice.tell(transaction, tenant, happened)
    published = [event.id for event in happened if event.kind in PUBLISHED]
    if published:
        await transaction.execute(BEGIN, ids=published, tenant=tenant)
    called = [event for event in happened if event.kind is EventKind.CONTRIBUTION_CALLED]
    if called:
        statement = call_statement(await notice.features_of(transaction, tenant))
        for event in called:
            await _call(transaction, statement, event)


async def _call(transaction: Transaction, statement: Insert, event: "Delivered") -> None:
    """Tell the nearest neighbours who were not told yet."""
    told = await transaction.execute(statement, **await notice.given_for(transaction, [event]))
    if told:
        await transaction.execute(COUNT, contribution_id=event.subject_id, told=told)
    else:
        await transaction.execute(NOBODY_TOLD, contribution_id=event.subject_id)


@lru_cache(maxsize=64)
def call_statement(features: frozenset[Feature]) -> Insert:
    """Writes the notices of one wave."""
    told = notice.about()
    area = select(
        told.c.event_id, notice.follow.c.actor_id, _distance(notice.near.c.cell, notice.near.c.away).label("away")
    ).select_from(notice.in_reach(told))
    anywhere = select(told.c.event_id, notice.follow.c.actor_id, literal_column("NULL", Double)).join_from(
        told, notice.follow, notice.follow.c.category_id == told.c.category_id
    )
    heard = union_all(area, anywhere).subquery("heard")
    people = (
        select(
            heard.c.event_id,
            heard.c.actor_id,
            func.min(heard.c.away).label("away"),
            func.bool_or(heard.c.away.is_(None)).label("wants_category"),
        )
        .group_by(heard.c.event_id, heard.c.actor_id)
        .subquery("people")
    )
    chance = func.hashtext(sql_cast(people.c.actor_id, Text) + sql_cast(told.c.event_id, Text))
    order = (people.c.away.asc().nulls_last(), people.c.wants_category.desc(), chance, people.c.actor_id)
    reader, told_before = people.c.actor_id, _know_already(told)
    rows = notice.notices(told, people, features).where(
        _is_called(told),
        not_(speaking.speaks_for(told.c.author_id, reader)),
        reader.not_in(select(told_before.c.actor_id)),
        _may_help(told, reader),
    )
    return notice.written(rows.order_by(*order).limit(literal_column(str(PLAN.people), SmallInteger)))


def _distance(cell: ColumnElement[int], away: ColumnElement[int]) -> ColumnElement[float]:
    """How many rings of the finest cells it is; each resolution has cells √7 as wide as the next."""
    finest = max(notice.RESOLUTIONS)
    resolution = cell.op(">>")(literal_column("52")).op("&")(literal_column("15"))
    width: ColumnElement[float] = func.power(
        literal_column("7.0", Double), (finest - resolution) / literal_column("2.0", Double)
    )
    return width * away


def _is_called(told: Any) -> ColumnElement[bool]:
    """Help is still wanted, and this wave has not been written."""
    return and_(_is_wanted, not_(exists().where(_notice.c.event_id == told.c.event_id)))


def _know_already(told: FromClause) -> CTE:
    """Whoever heard of it, in a wave before or when it was published, or has answered it: gathered once."""
    kinds = [constant(kind) for kind in (*PUBLISHED, EventKind.CONTRIBUTION_CALLED)]
    of_it = and_(_event.c.subject_id == told.c.contribution_id, _event.c.kind.in_(kinds))
    heard = select(_notice.c.actor_id).join_from(told, _event, of_it).join(_notice, _notice.c.event_id == _event.c.id)
    answered = select(_exchange.c.proposer_id).join_from(
        told, _exchange, _exchange.c.contribution_id == told.c.contribution_id
    )
    return union_all(heard, answered).cte("known")


def _may_help(told: Any, actor: ColumnElement[UUID]) -> ColumnElement[bool]:
    """In categories that are for organisations, whoever is one, or of one."""
    closed = exists().where(_category.c.id == told.c.category_id, _category.c.is_for_organisations)
    organisation = exists().where(_actor.c.id == actor, _actor.c.kind != constant(ActorKind.CITIZEN))
    return or_(not_(closed), organisation, exists().where(_member.c.member_id == actor))
