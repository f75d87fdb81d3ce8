"""Sessions in the contract: ended here; begun, renewed and asked for under `/auth`."""

from typing import Annotated

import strawberry

import models.actor
import resolvers.session
from planner import field
from planner.who import ADMINISTRATOR, MEMBER
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key


@strawberry.input(description="Whose sessions to end.")
class SessionsRevokeInput:
    actor: strawberry.ID | None = field.reference(
        models.actor.Actor, "Whose; null: one's own. Administrators alone may name another actor.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id")
class SessionsRevokePayload:
    """The answer to `sessionsRevoke`."""

    actor: Actor | None = field.refers("actor_id", "Whose sessions are ended; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SessionMutation:
    @field.action(resolvers.session.revoke, who=MEMBER | ADMINISTRATOR)
    def sessions_revoke(self, input: Annotated[SessionsRevokeInput, field.argument("Whose.")]) -> SessionsRevokePayload:
        """Sign a person out in all browsers, this one included, and all widgets, at once. For members."""
