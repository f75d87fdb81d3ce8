"""Replays of webhooks: events that happened in a span of time, or one of them, are told once more, in their order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, any_, bindparam, case, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from models import expected
from models.base import constant, table
from models.event import Event, EventKind
from models.refusal import bad_input, limit_reached, not_found
from models.webhook import Webhook, WebhookDelivery, WebhookDeliveryState
from office.webhook import require_on
from planner.act import Act, Outcome, value

MAX_REPLAYED = 5_000
"""Events of one replay."""

_webhook, _delivery, _event = table(Webhook), table(WebhookDelivery), table(Event)
_WAITING = constant(WebhookDeliveryState.WAITING)
_when = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "until"))
_since, _until = _when
_span = (
    select(_event.c.id, _event.c.kind, _event.c.subject_id, _event.c.position)
    .join_from(_event, _webhook, _webhook.c.id == value(Webhook, "id"))
    .where(
        _event.c.at >= _since,
        _event.c.at < _until,
        _event.c.position.is_not(None),
        _event.c.kind == any_(_webhook.c.kinds),
    )
)
COUNT = select(func.count(type_=Integer()).label("count")).select_from(
    _span.limit(literal_column(str(MAX_REPLAYED + 1), Integer)).subquery("some")
)
_each = _span.subquery("each")
_NONE = literal_column("0", Integer)
_written = insert(_delivery).from_select(
    ("id", "webhook_id", "event_id", "kind", "subject_id", "position", "state", "attempts", "due_at", "made_at"),
    select(
        func.gen_random_uuid(),
        value(Webhook, "id"),
        *(_each.c[name] for name in ("id", "kind", "subject_id", "position")),
        _WAITING,
        _NONE,
        func.now(),
        func.now(),
    ),
)
REPLAY = _written.on_conflict_do_update(
    index_elements=("webhook_id", "event_id"),
    set_={"state": _WAITING, "attempts": _NONE, "due_at": func.now(), "made_at": func.now()},
    where=_delivery.c.state != _WAITING,
)
AGAIN = (
    update(_delivery)
    .where(_delivery.c.id == value(WebhookDelivery, "id"))
    .values(
        state=_WAITING,
        due_at=func.now(),
        attempts=case((_delivery.c.state == _WAITING, _delivery.c.attempts), else_=_NONE),
    )
)
OF = select(_delivery.c.webhook_id).where(_delivery.c.id == value(WebhookDelivery, "id"))


@dataclass(frozen=True, slots=True)
class ReplayCount:
    """How many events there are to tell."""

    count: int


@dataclass(frozen=True, slots=True)
class DeliveryOwner:
    """Whose a delivery is."""

    webhook_id: UUID


async def replay(act: Act, *, webhook: UUID, since: datetime, until: datetime) -> Outcome:
    """Tell a webhook once more of what happened in a span, of the kinds that it has chosen; what still waits for it
    stays as it is."""
    await require_on(act, webhook)
    if since >= until:
        raise bad_input("The end comes after the beginning.", "until", expected.AFTER)
    span = {"id": webhook, "since": since, "until": until}
    counted = await act.one(COUNT, into=ReplayCount, **span)
    if counted is None or counted.count > MAX_REPLAYED:
        raise limit_reached(f"One replay has at most {MAX_REPLAYED:,} events.", "until", expected.fewer(MAX_REPLAYED))
    count = await act.execute(REPLAY, **span)
    return act.did(EventKind.WEBHOOK_REPLAYED, webhook, {"count": count}, webhook_id=webhook, count=count)


async def again(act: Act, *, webhook_delivery: UUID) -> Outcome:
    """Tell a webhook one thing once more, at once."""
    of = await act.one(OF, into=DeliveryOwner, id=webhook_delivery)
    if of is None:
        raise not_found("webhookDelivery")
    await require_on(act, of.webhook_id)
    await act.execute(AGAIN, id=webhook_delivery)
    note = {"count": 1}
    return act.did(EventKind.WEBHOOK_REPLAYED, of.webhook_id, note, webhook_delivery_id=webhook_delivery)
