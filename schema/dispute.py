"""Disputes in the contract: what went wrong between two people, for moderators to settle."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.exchange
import resolvers.dispute
import resolvers.exchange
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.activity import EXCHANGED
from models.exchange import NOTE_LENGTH
from planner import field
from planner.directive import audience, feature
from planner.who import MEMBER, MODERATOR
from schema.actor import Actor
from schema.contribution import Contribution
from schema.error import UserError, user_errors
from schema.exchange import AS_IT_IS, Exchange
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First


@field.stored(
    models.exchange.Exchange,
    visible=resolvers.sight.dispute,
    references={},
    marks=[*audience(Audience.MODERATOR), *feature(*EXCHANGED)],
)
class Dispute:
    """An exchange of which one of the two says that it went wrong («litige»), without messages. For moderators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("exchange"), "The exchange's id.")
    note: str | None = field.column("What went wrong, in the words of whoever says so; null once somebody was erased.")
    accepted_at: datetime | None = field.column("When the two had agreed; null never.")
    changed_at: datetime = field.column("Since when it waits.")
    contribution: Contribution | None = field.refers("contribution_id", "What it is about; null where it is gone.")
    proposer: Actor = field.refers("proposer_id", "Who answered it.")
    author: Actor = field.refers("author_id", "Who published it.")


@strawberry.input(description="What went wrong.", directives=feature(*EXCHANGED))
class ExchangeDisputeInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    note: str = strawberry.field(description=f"What went wrong, for the moderators, up to {NOTE_LENGTH[1]} characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="How a dispute ends.", directives=[*audience(Audience.MODERATOR), *feature(*EXCHANGED)])
class ExchangeSettleInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    is_done: bool = strawberry.field(description="Whether what was agreed was done; else it is cancelled.")
    idempotency_key: str | None = idempotency_key()


@field.payload("exchange_id")
class ExchangeDisputePayload:
    """The answer to `exchangeDispute`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload()
class ExchangeSettlePayload:
    """The answer to `exchangeSettle`."""

    user_errors: list[UserError] = user_errors()


@strawberry.type
class DisputeQuery:
    @field.declared(
        field.Connection(resolvers.dispute.listed), directives=[*audience(Audience.MODERATOR), *feature(*EXCHANGED)]
    )
    def disputes(self, first: First = 20, after: After = None) -> Connection[Dispute]:
        """What waits to be settled, the longest waiting first. For moderators."""


@strawberry.type
class DisputeMutation:
    @field.action(resolvers.dispute.dispute, who=MEMBER, features=EXCHANGED)
    def exchange_dispute(
        self, input: Annotated[ExchangeDisputeInput, field.argument("Which, and what went wrong.")]
    ) -> ExchangeDisputePayload:
        """Say that what was agreed went wrong («signaler un litige»): a moderator settles it. For either of the two."""

    @field.action(resolvers.dispute.settle, who=MODERATOR, features=EXCHANGED)
    def exchange_settle(
        self, input: Annotated[ExchangeSettleInput, field.argument("Which, and how.")]
    ) -> ExchangeSettlePayload:
        """Settle a dispute: what was agreed was done, or is cancelled and its place free again; both are told. For
        moderators who are none of the two."""
