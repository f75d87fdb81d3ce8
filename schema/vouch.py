"""Vouches in the contract: chambers and the town stand for sellers."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.actor
import models.vouch
import resolvers.ident
import resolvers.sight
import resolvers.vouch
from models.tenant import Feature
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from resolvers.penalty import SPEAKER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActor

MARKET = feature(Feature.MARKETPLACE)


@field.stored(models.vouch.Vouch, visible=resolvers.sight.everyone, references={}, marks=MARKET)
class Vouch:
    """A chamber or the town stands for a seller («se porter garant»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("vouch"), "Opaque id.")
    voucher: LaterActor = field.refers("voucher_id", "The organisation that vouches.")
    given_at: datetime = field.column("Since when.")
    may_withdraw: bool = field.expression(resolvers.vouch.may_withdraw, "Whether the viewer may take it back.")


@strawberry.input(description="For whom to vouch, and in whose name.", directives=MARKET)
class VouchGiveInput:
    actor: strawberry.ID = field.reference(models.actor.Actor, "The seller.")
    on_behalf_of: strawberry.ID = field.reference(
        models.actor.Actor, "The chamber, institution or service; one of the viewer's `organisations`."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which vouch to take back.", directives=MARKET)
class VouchWithdrawInput:
    vouch: strawberry.ID = field.reference(models.vouch.Vouch, "The vouch.")
    idempotency_key: str | None = idempotency_key()


@field.payload("vouch_id")
class VouchGivePayload:
    """The answer to `vouchGive`."""

    vouch: Vouch | None = field.refers("vouch_id", "The vouch; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("actor_id")
class VouchWithdrawPayload:
    """The answer to `vouchWithdraw`."""

    actor: LaterActor | None = field.refers("actor_id", "The seller without it; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class VouchMutation:
    @field.action(resolvers.vouch.give, who=SPEAKER, features=(Feature.MARKETPLACE,))
    def vouch_give(self, input: Annotated[VouchGiveInput, field.argument("For whom.")]) -> VouchGivePayload:
        """Stand for a seller in the name of a chamber, an institution or a service. For its members."""

    @field.action(resolvers.vouch.withdraw, who=MEMBER, features=(Feature.MARKETPLACE,))
    def vouch_withdraw(self, input: Annotated[VouchWithdrawInput, field.argument("Which.")]) -> VouchWithdrawPayload:
        """Take a vouch back. For members of the organisation that gave it, and for administrators."""
