"""Webhooks in the contract: what other programs are told of what happens here; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import BigInteger, Integer, Text

import models.webhook
import office.webhook
import office.webhook_replay
import resolvers.ident
import resolvers.portal
import resolvers.sight
from auth.viewer import Audience
from models.webhook import (
    MAX_WEBHOOKS,
    WEBHOOK_NAME_LENGTH,
    WEBHOOK_URL_LENGTH,
    WebhookDeliveryState,
    WebhookKind,
    WebhookProblem,
    WebhookState,
)
from office.webhook import MOST_COUNTED
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterPortal
from schema.page import After, Connection, First


def _said(kind: WebhookKind) -> str:
    """An event's name is a sentence already."""
    return f"{kind.value.replace('_', ' ').capitalize()}; about an object of type {kind.subject.value}."


described(WebhookKind, "What a webhook may be told of.", {kind.name: _said(kind) for kind in WebhookKind})
described(
    WebhookState,
    "Whether a webhook is told what happens.",
    {
        "ON": "It is.",
        "OFF": "An administrator switched it off.",
        "PAUSED": "No attempt succeeded for three days; administrators were told by mail.",
        "GONE": "Its receiver answered 410; administrators were told by mail.",
    },
)
described(
    WebhookDeliveryState,
    "What became of one event for one webhook.",
    {
        "WAITING": "It is to be sent, or to be sent again.",
        "DELIVERED": "The receiver took it: it answered with a status from 200 to 299.",
        "GIVEN_UP": "It was tried 18 times, over some five days.",
    },
)
described(
    WebhookProblem,
    "Why an attempt failed.",
    {
        "NOT_PUBLIC": "The address leads to no host of the public Internet: nothing was sent.",
        "NO_ANSWER": "There was no connection, or it broke.",
        "LATE": "There was no whole answer in ten seconds.",
        "BAD_ANSWER": "What came back is no HTTP.",
        "REDIRECTED": "It answered with another address, which is not followed.",
        "REFUSED": "It answered with a status of 400 or more.",
        "NO_SECRET": "The server cannot read its secret any more: rotate it.",
    },
)

URL = f"An address with https of a public host, up to {WEBHOOK_URL_LENGTH[1]:,} characters; it is sent POST requests."


@field.stored(
    models.webhook.Webhook,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class Webhook:
    """An address of another program, which is told what happens here («webhook»). Its secret is shown once."""

    id: strawberry.ID = field.expression(resolvers.ident.of("webhook"), "Opaque id.")
    name: str = field.column("What it is for.")
    url: str = field.column("Where it is told.")
    kinds: list[WebhookKind] = field.column("What it is told of.")
    state: WebhookState = field.column("Whether it is told what happens.")
    failing_since: datetime | None = field.column("Since when no attempt has succeeded; null: the last one did.")
    stopped_at: datetime | None = field.column("Since when it is told nothing; null while it is on.")
    former_secret_until: datetime | None = field.expression(
        office.webhook.former_until, "Until when messages are signed with the former secret, too; null: they are not."
    )
    waiting_count: int = field.expression(
        office.webhook.waiting_count, f"How many messages wait; {MOST_COUNTED:,} stands for more, too."
    )
    created_by: Actor | None = field.refers(
        "created_by_id", "The administrator who registered it; null: an operator, or somebody erased."
    )
    created_at: datetime = field.column("When it was registered.")

    @field.declared(field.Connection(office.webhook.deliveries))
    def deliveries(
        self,
        state: Annotated[WebhookDeliveryState | None, field.argument("Only those of this state; null: all.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection["WebhookDelivery"]:
        """What it was told in the last 30 days, or is to be told, the newest first."""


@field.stored(
    models.webhook.WebhookDelivery,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class WebhookDelivery:
    """One event for one webhook («envoi»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("webhookdelivery"), "Opaque id.")
    kind: WebhookKind | None = field.column("What happened; null for a trial.")
    state: WebhookDeliveryState = field.column("What became of it.")
    attempts: int = field.column("How often it was tried since it was written down, or asked for again.")
    made_at: datetime = field.column("When it was written down, or asked for again.")
    due_at: datetime = field.column("While it waits: when it is tried next, at the earliest.")
    tried_at: datetime | None = field.column("When it was last tried; null: never.")
    status_code: int | None = field.column("What the receiver answered last, as an HTTP status; null: nothing.")
    problem: WebhookProblem | None = field.column("Why the last attempt failed; null: it did not, or there was none.")
    took_ms: int | None = field.column("How long the last attempt took, in milliseconds; null: there was none.")


@strawberry.input(description="A webhook to register.", directives=audience(Audience.ADMINISTRATOR))
class WebhookRegisterInput:
    name: str = strawberry.field(description=f"What it is for, 1 to {WEBHOOK_NAME_LENGTH[1]} characters.")
    url: str = strawberry.field(description=URL)
    kinds: list[WebhookKind] = strawberry.field(description="What it is told of: one at least.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(
    description="What to change of a webhook; what is null or left out stays as it is.",
    directives=audience(Audience.ADMINISTRATOR),
)
class WebhookReviseInput:
    webhook: strawberry.ID = field.reference(models.webhook.Webhook, "The webhook.")
    name: str | None = strawberry.field(
        default=None, description=f"A new name, 1 to {WEBHOOK_NAME_LENGTH[1]} characters."
    )
    url: str | None = strawberry.field(default=None, description=URL)
    kinds: list[WebhookKind] | None = strawberry.field(
        default=None, description="What it is told of from now on; it replaces the whole list."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whether a webhook is told what happens.", directives=audience(Audience.ADMINISTRATOR))
class WebhookSwitchInput:
    webhook: strawberry.ID = field.reference(models.webhook.Webhook, "The webhook.")
    is_on: bool = strawberry.field(description="Whether it is.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A webhook that is given another secret.", directives=audience(Audience.ADMINISTRATOR))
class WebhookRotateInput:
    webhook: strawberry.ID = field.reference(models.webhook.Webhook, "The webhook.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A webhook to try.", directives=audience(Audience.ADMINISTRATOR))
class WebhookTryInput:
    webhook: strawberry.ID = field.reference(models.webhook.Webhook, "The webhook.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A span of time to tell a webhook of again.", directives=audience(Audience.ADMINISTRATOR))
class WebhookReplayInput:
    webhook: strawberry.ID = field.reference(models.webhook.Webhook, "The webhook.")
    since: datetime = strawberry.field(description="From this instant on.")
    until: datetime = strawberry.field(description="Before this instant.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A delivery to send again.", directives=audience(Audience.ADMINISTRATOR))
class WebhookDeliveryReplayInput:
    webhook_delivery: strawberry.ID = field.reference(models.webhook.WebhookDelivery, "The delivery.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A webhook to remove.", directives=audience(Audience.ADMINISTRATOR))
class WebhookRemoveInput:
    webhook: strawberry.ID = field.reference(models.webhook.Webhook, "The webhook.")
    idempotency_key: str | None = idempotency_key()


SHOWN_ONCE = (
    "Its secret, which begins with `whsec_`: shown here and never again. Null when it was refused, and for a request"
    " that is repeated under its idempotency key."
)


@field.payload("webhook_id", secret=Text())
class WebhookRegisterPayload:
    """The answer to `webhookRegister`."""

    webhook: Webhook | None = field.refers("webhook_id", "What was registered; null when it was refused.")
    secret: str | None = field.column(SHOWN_ONCE)
    user_errors: list[UserError] = user_errors()


@field.payload("webhook_id")
class WebhookRevisePayload:
    """The answer to `webhookRevise`."""

    webhook: Webhook | None = field.refers("webhook_id", "The webhook as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("webhook_id")
class WebhookSwitchPayload:
    """The answer to `webhookSwitch`."""

    webhook: Webhook | None = field.refers("webhook_id", "The webhook as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("webhook_id", secret=Text())
class WebhookRotatePayload:
    """The answer to `webhookRotate`."""

    webhook: Webhook | None = field.refers("webhook_id", "The webhook as it is now; null when it was refused.")
    secret: str | None = field.column(SHOWN_ONCE)
    user_errors: list[UserError] = user_errors()


@field.payload("webhook_id")
class WebhookTryPayload:
    """The answer to `webhookTry`."""

    webhook: Webhook | None = field.refers("webhook_id", "The webhook; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("webhook_id", count=Integer())
class WebhookReplayPayload:
    """The answer to `webhookReplay`."""

    webhook: Webhook | None = field.refers("webhook_id", "The webhook; null when it was refused.")
    count: int | None = field.column(
        "How many events it is told of again, those left out that wait for it anyway; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("webhook_delivery_id")
class WebhookDeliveryReplayPayload:
    """The answer to `webhookDeliveryReplay`."""

    webhook_delivery: WebhookDelivery | None = field.refers(
        "webhook_delivery_id", "The delivery, which waits again; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class WebhookRemovePayload:
    """The answer to `webhookRemove`."""

    portal: LaterPortal | None = field.refers("number", "The portal as it is; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class WebhookQuery:
    @field.declared(field.Many(office.webhook.listed), directives=audience(Audience.ADMINISTRATOR), size=MAX_WEBHOOKS)
    def webhooks(self) -> list[Webhook]:
        """The webhooks of the portal, the newest first. For administrators."""

    @field.declared(field.One(resolvers.ident.by_argument("webhook")), directives=audience(Audience.ADMINISTRATOR))
    def webhook(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Webhook | None:
        """A webhook; null when the viewer sees none of this id. For administrators."""


@strawberry.type
class WebhookMutation:
    @field.action(office.webhook.register, who=ADMINISTRATOR)
    def webhook_register(
        self, input: Annotated[WebhookRegisterInput, field.argument("The webhook.")]
    ) -> WebhookRegisterPayload:
        """Register an address that is told what happens from now on, signed as Standard Webhooks asks. For
        administrators."""

    @field.action(office.webhook.revise, who=ADMINISTRATOR)
    def webhook_revise(
        self, input: Annotated[WebhookReviseInput, field.argument("What to change.")]
    ) -> WebhookRevisePayload:
        """Change a webhook; what waits for it goes to the new address. For administrators."""

    @field.action(office.webhook.switch, who=ADMINISTRATOR)
    def webhook_switch(
        self, input: Annotated[WebhookSwitchInput, field.argument("Which, and whether.")]
    ) -> WebhookSwitchPayload:
        """Tell a webhook of what still waits and of what happens from now on, or tell it nothing. What happened while
        it was off can be replayed. For administrators."""

    @field.action(office.webhook.rotate, who=ADMINISTRATOR)
    def webhook_rotate(self, input: Annotated[WebhookRotateInput, field.argument("Which.")]) -> WebhookRotatePayload:
        """Give a webhook another secret. For a day, messages are signed with both. For administrators."""

    @field.action(office.webhook.try_it, who=ADMINISTRATOR)
    def webhook_try(self, input: Annotated[WebhookTryInput, field.argument("Which.")]) -> WebhookTryPayload:
        """Send a message of the type TRIAL, of which nothing happened. WEBHOOK_STOPPED where it is not on. For
        administrators."""

    @field.action(office.webhook_replay.replay, who=ADMINISTRATOR)
    def webhook_replay(
        self, input: Annotated[WebhookReplayInput, field.argument("Which, from when to when.")]
    ) -> WebhookReplayPayload:
        """Tell a webhook again of what happened in a span of time, in its order; LIMIT_REACHED for more than 5,000
        events. WEBHOOK_STOPPED where it is not on. For administrators."""

    @field.action(office.webhook_replay.again, who=ADMINISTRATOR)
    def webhook_delivery_replay(
        self, input: Annotated[WebhookDeliveryReplayInput, field.argument("Which.")]
    ) -> WebhookDeliveryReplayPayload:
        """Send one delivery again, at once. WEBHOOK_STOPPED where the webhook is not on. For administrators."""

    @field.action(office.webhook.remove, who=ADMINISTRATOR)
    def webhook_remove(self, input: Annotated[WebhookRemoveInput, field.argument("Which.")]) -> WebhookRemovePayload:
        """Remove a webhook with its secret and its deliveries. For administrators."""
