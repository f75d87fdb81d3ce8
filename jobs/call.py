"""Calls to vote: the clock notes once that a vote has opened, and that it closes soon, for those who follow it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Interval, Select, and_, exists, func, literal, select

from database.door import Database
from models.activity import Activity
from models.base import constant, table
from models.event import Event, EventKind
from planner.event import RECORD, NewEvent, events

SOON = timedelta(days=2)
"""So long before the end it closes soon; what opened longer ago is nothing new."""

LONG = timedelta(days=7)
"""Votes that take less are over before anybody has to be told twice."""

_activity, _event = table(Activity), table(Event)
_soon = literal(SOON, Interval)
_is_long = and_(
    _activity.c.vote_method.is_not(None), _activity.c.closes_at > _activity.c.opens_at + literal(LONG, Interval)
)
_has_opened = and_(_activity.c.opens_at <= func.now(), _activity.c.opens_at > func.now() - _soon)
_closes = and_(
    _activity.c.opens_at <= func.now(), _activity.c.closes_at > func.now(), _activity.c.closes_at <= func.now() + _soon
)


def _due(kind: EventKind, condition: ColumnElement[bool]) -> Select[Any]:
    """The activities of which there is no event of the kind yet."""
    noted = exists().where(_event.c.subject_id == _activity.c.id, _event.c.kind == constant(kind))
    return select(_activity.c.id).where(_is_long, condition, ~noted)


DUE = {
    kind: _due(kind, condition)
    for kind, condition in ((EventKind.VOTE_OPENED, _has_opened), (EventKind.VOTE_CLOSING, _closes))
}


async def call(database: Database, tenant: int) -> int:
    """Note what has opened and what closes soon; returns how many events there are."""
    async with database.transaction(tenant) as transaction:
        happened = [
            NewEvent(kind, activity, None)
            for kind, statement in DUE.items()
            for (activity,) in await transaction.all(statement)
            if isinstance(activity, UUID)
        ]
        if happened:
            await transaction.execute(RECORD, **events(*happened))
    return len(happened)
