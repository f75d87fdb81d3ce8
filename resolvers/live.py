"""Live: what subscriptions are about, and which events are about it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import array as pg_array
from sqlalchemy.types import Uuid

from geo import distance
from models import ident
from models.base import constant, table
from models.contribution import Contribution
from models.event import Consumer, Event, EventCursor, EventKind
from models.exchange import Exchange
from models.message import Message
from models.notice import Notice
from models.organisation_member import OrganisationMember
from models.refusal import ErrorCode, Refusal
from models.stream import STREAMS, Stream
from planner.context import Arguments, Asker, FieldContext
from planner.field import LiveTopic
from resolvers import ident as idents
from resolvers import message, place

BATCH = 500
"""Events that are read at once."""

_event, _exchange, _message = table(Event), table(Exchange), table(Message)
_contribution, _member = table(Contribution), table(OrganisationMember)
_cursor, _notice = table(EventCursor), table(Notice)
_members = (
    select(func.array_agg(_member.c.member_id, type_=ARRAY(Uuid())))
    .where(
        or_(_member.c.organisation_id == _exchange.c.author_id, _member.c.organisation_id == _exchange.c.proposer_id)
    )
    .correlate(_exchange)
    .scalar_subquery()
)
_named = func.coalesce(_message.c.exchange_id, _event.c.subject_id)
UNTIL = select(func.coalesce(func.max(_event.c.position), literal_column("0", BigInteger)))
"""The last position of a tenant's journal."""

HAPPENED = (
    select(
        _event.c.position,
        _event.c.kind,
        _event.c.subject_id,
        _exchange.c.id.label("exchange_id"),
        func.array_cat(pg_array((_exchange.c.author_id, _exchange.c.proposer_id)), _members, type_=ARRAY(Uuid())).label(
            "actors"
        ),
        _contribution.c.activity_id,
        _contribution.c.lat,
        _contribution.c.lng,
    )
    .select_from(_event)
    .outerjoin(_message, _message.c.id == _event.c.subject_id)
    .outerjoin(_exchange, _exchange.c.id == _named)
    .outerjoin(_contribution, _contribution.c.id == _event.c.subject_id)
    .where(
        _event.c.position > bindparam("after", type_=BigInteger()),
        _event.c.position <= bindparam("until", type_=BigInteger()),
        _event.c.kind == any_(bindparam("kinds", type_=ARRAY(Text()))),
    )
    .order_by(_event.c.position)
    .limit(literal_column(str(BATCH), BigInteger))
)
"""Events of the journal, with whatever a topic may name of them."""

KINDS = [kind.value for kind in STREAMS]
DELIVERED = select(func.coalesce(func.max(_cursor.c.position), literal_column("0", BigInteger))).where(
    _cursor.c.consumer == constant(Consumer.NOTICES)
)
"""Up to which position of the journal people were told: their notices are there."""

NOTICED = (
    select(_notice.c.position, _notice.c.id.label("notice_id"), _notice.c.actor_id)
    .where(
        _notice.c.actor_id == any_(bindparam("actors", type_=ARRAY(Uuid()))),
        tuple_(_notice.c.position, _notice.c.id)
        > tuple_(bindparam("after", type_=BigInteger()), bindparam("after_id", type_=Uuid())),
        _notice.c.position <= bindparam("until", type_=BigInteger()),
    )
    .order_by(_notice.c.position, _notice.c.id)
    .limit(literal_column(str(BATCH), BigInteger))
)
"""Notices of whoever listens, in the order of their events."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Somebody was told of the event at a position."""

    position: int
    notice_id: UUID
    actor_id: UUID


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, and what it is about: an exchange and its people, or a contribution's activity and position."""

    position: int
    kind: EventKind
    subject_id: UUID
    exchange_id: UUID | None
    actors: list[UUID | None] | None
    activity_id: UUID | None
    lat: float | None
    lng: float | None

    @property
    def stream(self) -> Stream:
        """Which subscriptions tell of it."""
        return STREAMS[self.kind]

    @property
    def ids(self) -> set[UUID]:
        """What topics may name."""
        return {id_ for id_ in (self.exchange_id, self.activity_id, *(self.actors or ())) if id_ is not None}

    def concerns(self, topic: LiveTopic) -> bool:
        """Whether it is about a topic, as far as that can be told without the subscriber's rights."""
        if topic.stream is not self.stream:
            return False
        if topic.lies_near is not None and (
            self.lat is None or self.lng is None or not topic.lies_near(self.lat, self.lng)
        ):
            return False
        return topic.id in self.ids or (topic.id is None and topic.lies_near is not None)


def about(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The row that an event is about."""
    return row.c.id == context.subject_id


def of_the_other(parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The message that an event is about, unless the viewer's side wrote it."""
    return and_(about(parent, row, context), ~message.is_mine(row, context))


def published(parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The contribution that an event is about, in the activity and the circle that are asked for."""
    conditions = [about(parent, row, context)]
    if context.has("activity"):
        conditions.append(row.c.activity_id == idents.argument(context, "activity", "activity"))
    if context.has("near"):
        conditions.append(place.within_circle(row, context, "near"))
    return and_(*conditions)


def of_exchange(stream: Stream) -> Callable[[Arguments, Asker], LiveTopic]:
    """The topic of one exchange, or of all those of the subscriber."""

    def topic(arguments: Arguments, asker: Asker) -> LiveTopic:
        if arguments.get("exchange") is None:
            return LiveTopic(stream, asker.viewer.actor_id)
        return LiveTopic(stream, ident.decode("exchange", asker.tenant, arguments["exchange"], "exchange"))

    return topic


def of_notices(_arguments: Arguments, asker: Asker) -> LiveTopic:
    """The topic of what the subscriber is told."""
    return LiveTopic(Stream.NOTICE, asker.viewer.actor_id)


def of_publications(arguments: Arguments, asker: Asker) -> LiveTopic:
    """The topic of an activity, or of a circle, or of both. Raises Refusal(BAD_INPUT) without either."""
    near, activity = arguments.get("near"), arguments.get("activity")
    if near is None and activity is None:
        raise Refusal(ErrorCode.BAD_INPUT, "Give `near`, or `activity`.", "near")
    id_ = None if activity is None else ident.decode("activity", asker.tenant, activity, "activity")
    lies_near = None if near is None or (activity is not None and id_ is None) else partial(_lies_near, near)
    return LiveTopic(Stream.CONTRIBUTION, id_, lies_near)


def of_tally(arguments: Arguments, asker: Asker) -> LiveTopic:
    """The topic of a contribution's votes."""
    id_ = ident.decode("contribution", asker.tenant, arguments["contribution"], "contribution")
    return LiveTopic(Stream.TALLY, id_)


def _lies_near(near: Any, lat: float, lng: float) -> bool:
    """A published position lies in a circle, or within a metre of it: the statement decides."""
    away: float = distance.between(near["lat"], near["lng"], lat, lng)
    return away <= float(near["radiusM"]) + 1
