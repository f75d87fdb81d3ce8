"""Webhooks as administrators set them: registered, revised, switched, tried, removed; a secret is told once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Interval,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    update,
)

from auth import public_url, standard_webhook
from models import expected
from models.base import constant, new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.webhook import (
    MAX_WEBHOOKS,
    WEBHOOK_NAME_LENGTH,
    WEBHOOK_URL_LENGTH,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryState,
    WebhookKind,
    WebhookState,
    secret_name,
)
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from resolvers import room, text

BOTH_FOR = timedelta(days=1)
"""How long messages are signed with the former secret, too."""

MOST_COUNTED = 1_000
"""Waiting deliveries that are counted at most."""

_webhook, _delivery = table(Webhook), table(WebhookDelivery)
_id, _delivery_id = value(Webhook, "id"), value(WebhookDelivery, "id")
_WAITING = constant(WebhookDeliveryState.WAITING)
_ON = constant(WebhookState.ON)
COUNT = select(_webhook.c.id).limit(literal_column(str(MAX_WEBHOOKS), Integer))
_NEW = ("id", "name", "url", "kinds", "sealed_secret", "created_by_id")
REGISTER = insert(_webhook).values(
    **{name: value(Webhook, name) for name in _NEW}, state=_ON, since=func.now(), created_at=func.now()
)
_REVISED = ("name", "url", "kinds")
REVISE = (
    update(_webhook)
    .where(_webhook.c.id == _id)
    .values(
        {name: func.coalesce(cast(value(Webhook, name), _webhook.c[name].type), _webhook.c[name]) for name in _REVISED}
    )
)
_is_on = bindparam("is_on", type_=Boolean())
SWITCH = (
    update(_webhook)
    .where(_webhook.c.id == _id, (_webhook.c.state == _ON) != _is_on)
    .values(
        state=case((_is_on, _ON), else_=constant(WebhookState.OFF)),
        stopped_at=case((_is_on, null()), else_=func.now()),
        since=case((_is_on, func.now()), else_=_webhook.c.since),
        failing_since=null(),
    )
)
RESUME = (
    update(_delivery)
    .where(_delivery.c.webhook_id == _id, _delivery.c.state == _WAITING)
    .values(due_at=func.now(), attempts=literal_column("0", Integer))
)
"""What still waits is tried as if it were new."""

ROTATE = (
    update(_webhook)
    .where(_webhook.c.id == _id)
    .values(
        former_secret=_webhook.c.sealed_secret,
        former_until=func.now() + literal(BOTH_FOR, Interval),
        sealed_secret=value(Webhook, "sealed_secret"),
    )
)
TRY = insert(_delivery).values(
    id=_delivery_id,
    webhook_id=value(WebhookDelivery, "webhook_id"),
    subject_id=_delivery_id,
    position=literal_column("0", Integer),
    state=_WAITING,
    attempts=literal_column("0", Integer),
    due_at=func.now(),
    made_at=func.now(),
)
REMOVE = delete(_webhook).where(_webhook.c.id == _id)
STATE = select(_webhook.c.id, _webhook.c.state).where(_webhook.c.id == _id).with_for_update()


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """The newest first."""
    return Listing((), Order("webhook.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))


def former_until(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """Until when the former secret is good; null where none is."""
    return case((row.c.former_until > func.now(), row.c.former_until))


def waiting_count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many deliveries wait, MOST_COUNTED at most."""
    waiting = table(WebhookDelivery).alias("waiting")
    some = (
        select(literal_column("1"))
        .where(waiting.c.webhook_id == row.c.id, waiting.c.state == _WAITING)
        .limit(literal_column(str(MOST_COUNTED), Integer))
        .correlate_except(waiting)
        .subquery("some_waiting")
    )
    return select(func.count(type_=Integer())).select_from(some).scalar_subquery()


def deliveries(row: FromClause, webhook: FromClause, context: FieldContext) -> Listing:
    """What it was told, or is to be told, the newest first."""
    chosen = row.c.state == constant(context.choice("state")) if context.has("state") else None
    where = all_of((row.c.webhook_id == webhook.c.id, chosen))
    newest = (row.c.made_at, row.c.id)
    return Listing(where, Order("webhook_delivery.newest", newest, (datetime, UUID), is_descending=True))


# Changes --------------------------------------------------------------------------------------------------------------


async def register(act: Act, *, name: str, url: str, kinds: list[WebhookKind]) -> Outcome:
    """Register a webhook. Its secret is in the outcome alone."""
    columns = _checked(act, name=name, url=url, kinds=kinds)
    await room.of_portal(act)
    if len(await act.transaction.all(COUNT)) >= MAX_WEBHOOKS:
        raise limit_reached(f"A portal has at most {MAX_WEBHOOKS} webhooks.", "url", expected.at_most(MAX_WEBHOOKS))
    id_, secret = new_id(), standard_webhook.new_secret()
    sealed = act.asker.seal(secret_name(id_), secret)
    await act.execute(REGISTER, id=id_, sealed_secret=sealed, created_by_id=act.actor_or_none, **columns)
    act.inserted(Webhook, [id_])
    return act.did(EventKind.WEBHOOK_REGISTERED, id_, webhook_id=id_, secrets={"secret": secret})


async def revise(
    act: Act, *, webhook: UUID, name: str | None = None, url: str | None = None, kinds: list[WebhookKind] | None = None
) -> Outcome:
    """Change the given fields of a webhook."""
    if not await act.execute(REVISE, id=webhook, **_checked(act, name=name, url=url, kinds=kinds)):
        raise not_found("webhook")
    return act.did(EventKind.WEBHOOK_REVISED, webhook, webhook_id=webhook)


async def switch(act: Act, *, webhook: UUID, is_on: bool) -> Outcome:
    """Tell a webhook of what happens from now on, and of what still waits for it; or tell it nothing."""
    await require(act, webhook)
    if not await act.execute(SWITCH, id=webhook, is_on=is_on):
        return act.did(webhook_id=webhook)
    if is_on:
        await act.execute(RESUME, id=webhook)
    return act.did(EventKind.WEBHOOK_REVISED, webhook, {"isOn": is_on}, webhook_id=webhook)


async def rotate(act: Act, *, webhook: UUID) -> Outcome:
    """Give a webhook another secret; the one before is good for BOTH_FOR."""
    secret = standard_webhook.new_secret()
    if not await act.execute(ROTATE, id=webhook, sealed_secret=act.asker.seal(secret_name(webhook), secret)):
        raise not_found("webhook")
    return act.did(EventKind.WEBHOOK_ROTATED, webhook, webhook_id=webhook, secrets={"secret": secret})


async def try_it(act: Act, *, webhook: UUID) -> Outcome:
    """Send a message of which nothing happened."""
    await require_on(act, webhook)
    await act.execute(TRY, id=new_id(), webhook_id=webhook)
    return act.did(EventKind.WEBHOOK_TRIED, webhook, webhook_id=webhook)


async def remove(act: Act, *, webhook: UUID) -> Outcome:
    """Remove a webhook with its secret and its deliveries."""
    if not await act.execute(REMOVE, id=webhook):
        raise not_found("webhook")
    return act.did(EventKind.WEBHOOK_REMOVED, webhook, number=act.asker.tenant)


async def require(act: Act, webhook: UUID) -> WebhookState:
    """The state of a webhook, which nobody else changes meanwhile. Raises Refusal(NOT_FOUND)."""
    row = await act.transaction.one(STATE, id=webhook)
    if row is None:
        raise not_found("webhook")
    return WebhookState(row[1])


async def require_on(act: Act, webhook: UUID) -> None:
    """The webhook is told what happens. Raises Refusal(WEBHOOK_STOPPED)."""
    if await require(act, webhook) is not WebhookState.ON:
        raise Refusal(ErrorCode.WEBHOOK_STOPPED, "The webhook is told nothing: switch it on first.", "webhook")


def _checked(act: Act, *, name: str | None, url: str | None, kinds: Sequence[WebhookKind] | None) -> dict[str, object]:
    """The values of a webhook's columns; None for what is not given."""
    if kinds is not None and not kinds:
        raise Refusal(ErrorCode.REQUIRED, "A webhook wants a kind of event.", "kinds")
    return {
        "name": None if name is None else text.line(name, WEBHOOK_NAME_LENGTH, "name"),
        "url": None if url is None else _checked_url(act, url),
        "kinds": None if kinds is None else sorted({kind.value for kind in kinds}),
    }


def _checked_url(act: Act, url: str) -> str:
    kept = text.line(url, WEBHOOK_URL_LENGTH, "url")
    if public_url.host_of(kept, allows_private=act.asker.allows_private_urls) is None:
        raise Refusal(ErrorCode.BAD_WEBHOOK_URL, "An address is https:// and a public host.", "url")
    return kept
