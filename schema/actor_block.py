"""Blocks in the contract: people who want no more to do with each other."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.actor_block
import models.exchange
import resolvers.actor_block
import resolvers.ident
import resolvers.sight
from models.activity import EXCHANGED
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key


@field.stored(models.actor_block.ActorBlock, visible=resolvers.sight.block, references={}, marks=feature(*EXCHANGED))
class ActorBlock:
    """Somebody whom the viewer has blocked («blocage»); the other is never told."""

    id: strawberry.ID = field.expression(resolvers.ident.of("actorblock"), "Opaque id.")
    name: str | None = field.expression(
        resolvers.actor_block.name, "Who it is; null where the viewer had not learnt that."
    )
    blocked_at: datetime = field.column("Since when.")


@strawberry.input(description="Whom to block.", directives=feature(*EXCHANGED))
class ActorBlockInput:
    exchange: strawberry.ID = field.reference(
        models.exchange.Exchange, "An exchange between the viewer and whoever is blocked."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which block to take back.", directives=feature(*EXCHANGED))
class ActorUnblockInput:
    block: strawberry.ID = field.reference(models.actor_block.ActorBlock, "One of the viewer's `blocks`.")
    idempotency_key: str | None = idempotency_key()


@field.payload("block_id")
class ActorBlockPayload:
    """The answer to `actorBlock`."""

    block: ActorBlock | None = field.refers("block_id", "The block; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload()
class ActorUnblockPayload:
    """The answer to `actorUnblock`."""

    user_errors: list[UserError] = user_errors()


@strawberry.type
class ActorBlockMutation:
    @field.action(resolvers.actor_block.block, who=MEMBER, features=EXCHANGED)
    def actor_block(self, input: Annotated[ActorBlockInput, field.argument("Whom.")]) -> ActorBlockPayload:
        """Have no more to do with the other in an exchange («bloquer»): all that the two have with each other ends, and
        neither can answer the other any more. The other is not told. For the two in an exchange."""

    @field.action(resolvers.actor_block.unblock, who=MEMBER, features=EXCHANGED)
    def actor_unblock(self, input: Annotated[ActorUnblockInput, field.argument("Which.")]) -> ActorUnblockPayload:
        """Take one's own block back («débloquer»). For whoever made it."""
