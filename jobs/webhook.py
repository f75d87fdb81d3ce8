"""Webhooks' queue: sealed events are written down once for each webhook that wants their kind, claimed by one process
at a time, and settled; of one subject the earliest alone is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Interval,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    extract,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from mail import webhook as letter
from models import retention
from models.base import constant, table, unnested
from models.event import Event, EventKind
from models.webhook import Webhook, WebhookDelivery, WebhookDeliveryState, WebhookProblem, WebhookState
from planner.event import RECORD, NewEvent, events
from planner.row import reader

if TYPE_CHECKING:
    from jobs.deliver import Delivered

AT_ONCE = 5
"""Deliveries of one webhook that are claimed and sent together, each of another subject."""

HELD_S = 60.0
"""A claim lasts so long, an attempt less (`auth.outbound.TIMEOUT_S`): after a crash another process sends it then."""

PAUSED_AFTER = timedelta(days=3)
"""Where no attempt has succeeded for so long, the webhook is told nothing any more."""

LONG_AWAY = timedelta(hours=1)
"""A receiver that is back after so long is told at once what waits, not when each is due."""

UNATTENDED = timedelta(minutes=5)
"""So long after it was due nobody sends a delivery: the process that wrote it down has ended."""

FORGOTTEN_AT_ONCE = 20_000
"""Rows that one visit removes at most."""

_webhook, _delivery, _event = table(Webhook), table(WebhookDelivery), table(Event)
_webhook_id = bindparam("webhook", type_=Uuid())
_hold = func.now() + literal(timedelta(seconds=HELD_S), Interval)
_ON, _WAITING = constant(WebhookState.ON), constant(WebhookDeliveryState.WAITING)


def _waits(row: FromClause) -> ColumnElement[bool]:
    return row.c.state == _WAITING


_before = _delivery.alias("before")
_put_off = (
    select(func.max(_before.c.due_at))
    .where(
        _before.c.webhook_id == _webhook.c.id,
        _before.c.subject_id == _event.c.subject_id,
        _waits(_before),
        _before.c.due_at > _hold,
    )
    .correlate(_webhook, _event)
    .scalar_subquery()
)
"""Until when an earlier one of the same subject is put off, behind which a new one waits."""

NEW = {
    "id": func.gen_random_uuid(),
    "webhook_id": _webhook.c.id,
    "event_id": _event.c.id,
    "kind": _event.c.kind,
    "subject_id": _event.c.subject_id,
    "position": _event.c.position,
    "state": _WAITING,
    "attempts": literal_column("0", Integer),
    "due_at": func.coalesce(_put_off, func.now()),
    "made_at": func.now(),
}
_wanted = and_(_webhook.c.state == _ON, _event.c.kind == any_(_webhook.c.kinds), _event.c.at >= _webhook.c.since)
HEAR = (
    upsert(_delivery)
    .from_select(
        [*NEW],
        select(*NEW.values())
        .select_from(_event.join(_webhook, _wanted))
        .where(_event.c.id == any_(bindparam("events", type_=ARRAY(Uuid())))),
    )
    .on_conflict_do_nothing()
)

_next = select(_delivery.c.due_at).where(_delivery.c.webhook_id == _webhook.c.id, _waits(_delivery))
_first = _next.order_by(_delivery.c.due_at, _delivery.c.position).limit(literal_column("1", Integer)).lateral("next")
_in_s: ColumnElement[float] = cast(extract("epoch", _first.c.due_at - func.now()), Double)
DUE = (
    select(_webhook.c.id, _webhook.c.failing_since.is_not(None).label("is_failing"), _in_s.label("in_s"))
    .select_from(_webhook.join(_first, true()))
    .where(_webhook.c.state == _ON)
    .order_by(_first.c.due_at)
)

_earlier = _delivery.alias("earlier")
_is_held = exists().where(
    _earlier.c.webhook_id == _delivery.c.webhook_id,
    _earlier.c.subject_id == _delivery.c.subject_id,
    _waits(_earlier),
    _earlier.c.position < _delivery.c.position,
)
_ready = (
    select(_delivery.c.id)
    .where(_delivery.c.webhook_id == _webhook_id, _waits(_delivery), _delivery.c.due_at <= func.now(), ~_is_held)
    .order_by(_delivery.c.due_at, _delivery.c.position)
    .limit(bindparam("count", type_=Integer()))
    .with_for_update(skip_locked=True)
    .cte("ready")
)
_at = select(_event.c.at).where(_event.c.id == _delivery.c.event_id).scalar_subquery()
_former = case((_webhook.c.former_until > func.now(), _webhook.c.former_secret))
CLAIM = (
    update(_delivery)
    .where(_delivery.c.id.in_(select(_ready.c.id)), _webhook.c.id == _delivery.c.webhook_id, _webhook.c.state == _ON)
    .values(due_at=_hold, attempts=_delivery.c.attempts + 1, tried_at=func.now())
    .returning(
        *(_delivery.c[name] for name in ("id", "event_id", "kind", "subject_id", "attempts")),
        func.coalesce(_at, _delivery.c.made_at).label("at"),
        _webhook.c.url,
        _webhook.c.sealed_secret,
        _former.label("former_secret"),
    )
)

_GIVEN: dict[str, Any] = {
    "id": Uuid(),
    "attempt": Integer(),
    "state": Text(),
    "pause_s": Double(),
    "status_code": Integer(),
    "problem": Text(),
    "took_ms": Integer(),
}
_done = unnested("done", _GIVEN, "{}")
_pause = func.make_interval(*[literal_column("0")] * 6, _done.c.pause_s, type_=Interval())
SETTLE = (
    update(_delivery)
    .where(_delivery.c.id == _done.c.id, _delivery.c.attempts == _done.c.attempt, _waits(_delivery))
    .values(
        state=_done.c.state,
        due_at=func.now() + _pause,
        **{name: _done.c[name] for name in ("status_code", "problem", "took_ms")},
    )
    .returning(_delivery.c.id)
)
_head = _delivery.alias("head")
_behind = and_(
    _head.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
    _head.c.webhook_id == _delivery.c.webhook_id,
    _head.c.subject_id == _delivery.c.subject_id,
    _head.c.position < _delivery.c.position,
)
FOLLOW = (
    update(_delivery)
    .where(_behind, _waits(_delivery))
    .values(due_at=case((_waits(_head), _head.c.due_at), else_=func.now()))
)
"""Those behind one that was put off are due with it; behind one that is over, at once."""

_worked, _is_gone = bindparam("worked", type_=Boolean()), bindparam("is_gone", type_=Boolean())
_is_over = and_(~_worked, _webhook.c.failing_since < func.now() - literal(PAUSED_AFTER, Interval))
NOTE = (
    update(_webhook)
    .where(
        _webhook.c.id == _webhook_id,
        _webhook.c.state == _ON,
        or_(~_worked, _is_gone, _webhook.c.failing_since.is_not(None)),
    )
    .values(
        failing_since=case((_worked, null()), else_=func.coalesce(_webhook.c.failing_since, func.now())),
        state=case(
            (_is_gone, constant(WebhookState.GONE)), (_is_over, constant(WebhookState.PAUSED)), else_=_webhook.c.state
        ),
        stopped_at=case((or_(_is_gone, _is_over), func.now())),
    )
    .returning(_webhook.c.state)
)
WAS_AWAY = select(_webhook.c.failing_since < func.now() - literal(LONG_AWAY, Interval)).where(
    _webhook.c.id == _webhook_id, _webhook.c.failing_since.is_not(None)
)
HASTEN = (
    update(_delivery)
    .where(_delivery.c.webhook_id == _webhook_id, _waits(_delivery), _delivery.c.due_at > _hold)
    .values(due_at=func.now())
)
_old = (
    select(_delivery.c.id)
    .where(_delivery.c.made_at < func.now() - literal(retention.WEBHOOK_DELIVERY.keep, Interval))
    .order_by(_delivery.c.made_at)
    .limit(literal_column(str(FORGOTTEN_AT_ONCE), Integer))
)
NEXT = (
    select(func.min(_first.c.due_at) + literal(UNATTENDED, Interval))
    .select_from(_webhook.join(_first, true()))
    .where(_webhook.c.state == _ON)
)
"""When somebody looks after what no process has sent."""

FORGET = delete(_delivery).where(_delivery.c.id.in_(_old))


@dataclass(frozen=True, slots=True)
class DueWebhook:
    """A webhook for which something waits, in how many seconds it is due, and whether its last attempt failed."""

    id: UUID
    is_failing: bool
    in_s: float


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this process alone sends, for HELD_S. `event_id` and `kind` are None of a trial."""

    id: UUID
    event_id: UUID | None
    kind: str | None
    subject_id: UUID
    attempts: int
    at: datetime
    url: str
    sealed_secret: str
    former_secret: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a claimed delivery. `pause_s` is how long it is put off where it is to be tried again."""

    id: UUID
    attempt: int
    state: WebhookDeliveryState
    pause_s: float
    status_code: int | None
    problem: WebhookProblem | None
    took_ms: int


_due, _claimed = reader(DUE, DueWebhook), reader(CLAIM, ClaimedDelivery)


async def hear(transaction: Transaction, _tenant: int, events: Sequence["Delivered"]) -> None:
    """Write these events down for each webhook that wants them, in one statement."""
    await transaction.execute(HEAR, events=[event.id for event in events])


async def due(database: Database, tenant: int) -> list[DueWebhook]:
    """The webhooks for which something waits, those that are due first."""
    return [_due(row) for row in await database.rows(DUE, tenant)]


async def claim(database: Database, tenant: int, webhook: UUID, count: int) -> list[ClaimedDelivery]:
    """Up to `count` deliveries of a webhook that are due, none of whose subject has an earlier one that waits."""
    async with database.transaction(tenant) as transaction:
        return [_claimed(row) for row in await transaction.all(CLAIM, webhook=webhook, count=count)]


async def settle(
    database: Database, tenant: int, webhook: UUID, attempts: Sequence[Attempt], *, is_gone: bool
) -> WebhookState | None:
    """Write down what came of claimed deliveries, and of the webhook: five statements at most, however many. Its new
    state where it is told nothing any more."""
    worked = any(attempt.state is WebhookDeliveryState.DELIVERED for attempt in attempts)
    async with database.transaction(tenant) as transaction:
        given = {name: [_plain(getattr(attempt, name)) for attempt in attempts] for name in _GIVEN}
        await transaction.execute(SETTLE, **given)
        await transaction.execute(FOLLOW, ids=[attempt.id for attempt in attempts])
        if worked:
            late = await transaction.one(WAS_AWAY, webhook=webhook)
            if late is not None and late[0]:
                await transaction.execute(HASTEN, webhook=webhook)
        row = await transaction.one(NOTE, webhook=webhook, worked=worked, is_gone=is_gone)
        state = WebhookState.ON if row is None else WebhookState(row[0])
        if state is WebhookState.ON:
            return None
        stopped = NewEvent(EventKind.WEBHOOK_STOPPED, webhook, None, {"state": state.value})
        await transaction.execute(RECORD, **events(stopped))
        await letter.tell(transaction, webhook)
        return state


def _plain(given: object) -> object:
    return given.value if isinstance(given, WebhookDeliveryState | WebhookProblem) else given
