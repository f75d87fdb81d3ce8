"""Nudges: asks the authors of requests on day 2, 5 and 12 whether they were helped, and of offers whether they are on.

What is asked at night is mailed in the morning.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Interval,
    and_,
    bindparam,
    case,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.expression import literal_column

from database.door import Database, Transaction
from mail import queue
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from models.exchange import Exchange, ExchangeStatus
from models.mail import MailKind
from models.mission import Mission
from models.nudge import ASKED, GOOD_FOR, LATE_BY, Nudge, NudgePlan
from planner.row import reader
from resolvers import portal
from resolvers.exchange import is_in

MORNING, EVENING = 9, 20
"""The hours, local, between which people are asked."""

_nudge, _contribution, _mission = table(Nudge), table(Contribution), table(Mission)
_exchange = table(Exchange)
_columns = ("id", "kind", "contribution_id", "actor_id", "step", "asked_at")


_said_done = (
    select(func.count())
    .where(
        _exchange.c.contribution_id == _contribution.c.id,
        or_(
            is_in(_exchange, ExchangeStatus.DONE),
            and_(is_in(_exchange, ExchangeStatus.ACCEPTED), _exchange.c.done_said_by.is_not(None)),
        ),
    )
    .correlate(_contribution)
    .scalar_subquery()
)
"""Of how many places somebody has said already that it is done."""


def _ask(asked: NudgePlan, days: int) -> Any:
    """Ask about all contributions that have been open for so many days and were not asked about so."""
    due = func.now() - literal(timedelta(days=days), Interval)
    rows = select(
        func.gen_random_uuid(),
        constant(asked.kind),
        _contribution.c.id,
        _contribution.c.author_id,
        literal_column(str(days)),
        func.now(),
    ).where(
        _contribution.c.kind == constant(asked.of),
        _contribution.c.status == constant(ContributionStatus.OPEN),
        ~exists().where(_mission.c.contribution_id == _contribution.c.id),  # Slots say themselves when it is over.
        or_(_contribution.c.capacity.is_(None), _contribution.c.capacity > _said_done),
        _contribution.c.published_at <= due,
        _contribution.c.published_at > due - literal(LATE_BY, Interval),
    )
    written = insert(_nudge).from_select(_columns, rows)
    return written.on_conflict_do_nothing(constraint="nudge_once").returning(_nudge.c.id, _nudge.c.actor_id)


ASK = tuple(_ask(asked, days) for asked in ASKED for days in asked.days)


def awake(at: ColumnElement[datetime], zone: ColumnElement[str]) -> ColumnElement[datetime]:
    """An instant between nine and twenty, local: the same, or the next morning; days may have 23 or 25 hours."""
    local = func.timezone(zone, at)
    day = func.date_trunc(literal_column("'day'"), local)
    hour, morning = extract("hour", local), literal(timedelta(hours=MORNING), Interval)
    tomorrow = literal(timedelta(days=1), Interval)
    return case(
        (hour < MORNING, func.timezone(zone, day + morning)),
        (hour >= EVENING, func.timezone(zone, day + tomorrow + morning)),
        else_=at,
    )


PAUSE = select(
    (awake(func.now(), portal.time_zone(bindparam("tenant", type_=BigInteger()))) - func.now()).label("pause")
)


@dataclass(frozen=True, slots=True)
class NewNudge:
    """A question that was not asked before."""

    id: UUID
    actor_id: UUID


async def ask(database: Database, tenant: int) -> int:
    """Ask what is due at a tenant; returns how many questions there are."""
    async with database.transaction(tenant) as transaction:
        new = [one for statement in ASK for one in await _written(transaction, statement)]
        if new:
            row = await transaction.one(PAUSE, tenant=tenant)
            pause = row[0] if row else None
            assert isinstance(pause, timedelta)
            for one in new:
                await queue.ask(transaction, MailKind.HELP_ASKED, one.actor_id, one.id, GOOD_FOR, pause)
    return len(new)


async def _written(transaction: Transaction, statement: Any) -> list[NewNudge]:
    read = reader(statement, NewNudge)
    return [read(row) for row in await transaction.all(statement)]
