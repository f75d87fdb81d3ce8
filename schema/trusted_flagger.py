"""Trusted flaggers in the contract: whose reports come first, named by administrators."""

from typing import Annotated

import strawberry

import models.actor
import resolvers.access
import resolvers.actor
import resolvers.trusted_flagger
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First


@strawberry.input(description="Whom to name a trusted flagger.", directives=audience(Audience.ADMINISTRATOR))
class TrustedFlaggerAddInput:
    actor: strawberry.ID = field.reference(
        models.actor.Actor, "A person, or an organisation: then all its members are meant."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who is a trusted flagger no more.", directives=audience(Audience.ADMINISTRATOR))
class TrustedFlaggerRemoveInput:
    actor: strawberry.ID = field.reference(models.actor.Actor, "Who.")
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id")
class TrustedFlaggerAddPayload:
    """The answer to `trustedFlaggerAdd`."""

    actor: Actor | None = field.refers("actor_id", "The actor as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("actor_id")
class TrustedFlaggerRemovePayload:
    """The answer to `trustedFlaggerRemove`."""

    actor: Actor | None = field.refers("actor_id", "The actor as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class TrustedFlaggerQuery:
    @field.declared(field.Connection(resolvers.trusted_flagger.named))
    def trusted_flaggers(self, first: First = 20, after: After = None) -> Connection[Actor]:
        """Whom the portal has named trusted flaggers («signaleurs de confiance», Regulation (EU) 2022/2065, article
        22), by name."""


@strawberry.type
class TrustedFlaggerMutation:
    @field.action(resolvers.trusted_flagger.add, who=ADMINISTRATOR)
    def trusted_flagger_add(
        self, input: Annotated[TrustedFlaggerAddInput, field.argument("Who.")]
    ) -> TrustedFlaggerAddPayload:
        """Name a person or an organisation a trusted flagger: what it reports from now on comes first in the queue, is
        marked, and is counted apart in the yearly report. For administrators."""

    @field.action(resolvers.trusted_flagger.remove, who=ADMINISTRATOR)
    def trusted_flagger_remove(
        self, input: Annotated[TrustedFlaggerRemoveInput, field.argument("Who.")]
    ) -> TrustedFlaggerRemovePayload:
        """Take that away again; what was reported before stays marked. For administrators."""
