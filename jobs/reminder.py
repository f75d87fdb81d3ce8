"""Reminders: whoever has a place in a slot of a mission is told of it the day before, between nine and twenty, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Interval,
    any_,
    bindparam,
    extract,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Database
from jobs.nudge import EVENING, MORNING
from mail import queue
from models.base import constant, table
from models.contribution import PUBLIC_STATUSES, Contribution
from models.event import EventKind
from models.mail import MailKind
from models.mission import Mission, MissionSlot
from models.sign_up import SignUp, SignUpStatus
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import portal

BATCH = 200
FRESH_FOR = timedelta(hours=12)
"""Whoever got a place since has just been told of it."""

_sign_up, _slot, _mission, _contribution = table(SignUp), table(MissionSlot), table(Mission), table(Contribution)
_zone = portal.time_zone(bindparam("tenant", type_=BigInteger()))
_now = func.coalesce(bindparam("now", type_=DateTime(timezone=True)), func.now())
"""The instant that a test asks about, else the database's."""


def _day(at: ColumnElement[datetime], *, later: int = 0, hour: int = 0) -> ColumnElement[datetime]:
    """An hour of the local day of an instant, or of one some days later; days may have 23 or 25 hours."""
    day = func.date_trunc(literal_column("'day'"), func.timezone(_zone, at))
    return func.timezone(_zone, day + literal(timedelta(days=later, hours=hour), Interval))


_fresh_until = _sign_up.c.changed_at + literal(FRESH_FOR, Interval)
_begins = func.greatest(_day(_slot.c.starts_at, later=-1, hour=MORNING), _fresh_until)
_ends = _day(_slot.c.starts_at, later=-1, hour=EVENING)
_is_unreminded = (
    _sign_up.c.status == constant(SignUpStatus.REGISTERED),
    _sign_up.c.reminded_at.is_(None),
    _sign_up.c.actor_id.is_not(None),
    _slot.c.cancelled_at.is_(None),
    _contribution.c.status.in_([constant(status) for status in PUBLIC_STATUSES]),
)
_joined = (
    _sign_up.join(_slot, _slot.c.id == _sign_up.c.slot_id)
    .join(_mission, _mission.c.id == _slot.c.mission_id)
    .join(_contribution, _contribution.c.id == _mission.c.contribution_id)
)
DUE = (
    select(_sign_up.c.id, _sign_up.c.actor_id, (_slot.c.starts_at - _now).label("left"))
    .select_from(_joined)
    .where(
        *_is_unreminded,
        _slot.c.starts_at >= _day(_now, later=1),
        _slot.c.starts_at < _day(_now, later=2),
        extract("hour", func.timezone(_zone, _now)).between(MORNING, EVENING - 1),
        _fresh_until <= _now,
    )
    .order_by(_slot.c.starts_at, _sign_up.c.id)
    .limit(literal_column(str(BATCH), BigInteger))
    .with_for_update(of=_sign_up, skip_locked=True)
)
REMIND = (
    update(_sign_up).where(_sign_up.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))).values(reminded_at=func.now())
)
NEXT = (
    select(func.min(_begins))
    .select_from(_joined)
    .where(*_is_unreminded, _slot.c.starts_at > _now, _ends > _now, _begins < _ends)
)
"""When the next reminder is due."""


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A sign-up of whose slot its person is reminded, locked; `left` is how long until the slot begins."""

    id: UUID
    actor_id: UUID
    left: timedelta


_due = reader(DUE, DueReminder)


async def remind(database: Database, tenant: int, now: datetime | None = None) -> int:
    """Remind of what is due at a tenant: a mail, and an event that the bell tells; returns how many."""
    count, is_more = 0, True
    while is_more:
        async with database.transaction(tenant) as transaction:
            due = [_due(row) for row in await transaction.all(DUE, tenant=tenant, now=now)]
            if due:
                await transaction.execute(REMIND, ids=[one.id for one in due])
                happened = (NewEvent(EventKind.SIGN_UP_REMINDED, one.id, None) for one in due)
                await transaction.execute(RECORD, **events(*happened))
            for one in due:
                await queue.add_to_actor(transaction, MailKind.SIGN_UP_REMINDED, one.actor_id, one.id, one.left)
        count, is_more = count + len(due), len(due) == BATCH
    return count
