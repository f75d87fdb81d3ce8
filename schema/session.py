"""Sessions in the contract: ended here; begun, renewed and asked for under `/auth`."""

from typing import Annotated

import strawberry

import resolvers.session
from planner import field
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key


@strawberry.input(description="Whose sessions to end.")
class SessionsRevokeInput:
    actor: strawberry.ID | None = strawberry.field(
        default=None, description="Whose; null: one's own. Administrators alone may name another actor."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id")
class SessionsRevokePayload:
    """The answer to `sessionsRevoke`."""

    actor: Actor | None = field.one(resolvers.session.whose, "Whose sessions are ended; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SessionMutation:
    @field.action(resolvers.session.revoke)
    def sessions_revoke(
        self, input: Annotated[SessionsRevokeInput, strawberry.argument(description="Whose.")]
    ) -> SessionsRevokePayload:
        """Sign a person out in all browsers, this one included, and all widgets, at once. For who is signed in."""
