"""API tokens in the contract: what machines use a portal with; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text

import models.api_token
import office.api_token
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.api_token import TokenScope
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

described(
    TokenScope,
    "What a machine may do; every scope includes what the public may read.",
    {
        "READ": "Reads what the public sees, under a budget of its own.",
        "CONTRIBUTE": "Acts as a member, under the token's name.",
        "MODERATE": "Acts as a moderator, under the token's name; includes CONTRIBUTE.",
        "EXPORT": "Fetches `/export/contributions.jsonl`: the public contributions, a JSON object a line.",
        "ROUTER": "Asks for a federated graph («routeur»): the subgraph's SDL and objects by their keys. Only alone.",
    },
)


@field.stored(
    models.api_token.ApiToken,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class ApiToken:
    """What a machine shows to use the portal («jeton d'API»); its text is shown once, when it is created."""

    id: strawberry.ID = field.expression(resolvers.ident.of("apitoken"), "Opaque id.")
    name: str = field.column("What it is for.")
    scopes: list[TokenScope] = field.column("What it may do.")
    actor: Actor | None = field.refers("actor_id", "As whom it acts, made with it; null when it does not act.")
    budget_per_minute: int | None = field.column(
        "How much its operations may cost a minute; null: as much as everybody's."
    )
    created_by: Actor | None = field.refers(
        "created_by_id", "The administrator who created it; null: an operator of the platform."
    )
    created_at: datetime = field.column("When it was created.")
    expires_at: datetime = field.column("From when it is not good any more.")
    last_used_at: datetime | None = field.column("When it was last used, to about a minute; null: never.")
    revoked_at: datetime | None = field.column("When it was revoked; null: it was not.")
    is_active: bool = field.expression(office.api_token.is_active, "Whether it is good now.")


@strawberry.input(description="A token to create.")
class ApiTokenCreateInput:
    name: str = strawberry.field(description="What it is for, 1 to 120 characters; also the name that its acts bear.")
    scopes: list[TokenScope] = strawberry.field(description="What it may do: at least one, ROUTER only alone.")
    expires_at: datetime = strawberry.field(description="From when it is not good any more, within a year from now.")
    budget_per_minute: int | None = strawberry.field(
        default=None, description="How much its operations may cost a minute, up to 1,000,000; null: as everybody's."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A token to revoke.")
class ApiTokenRevokeInput:
    api_token: strawberry.ID = field.reference(models.api_token.ApiToken, "The token.")
    idempotency_key: str | None = idempotency_key()


@field.payload("api_token_id", token=Text())
class ApiTokenCreatePayload:
    """The answer to `apiTokenCreate`."""

    api_token: ApiToken | None = field.refers("api_token_id", "What was created; null when it was refused.")
    token: str | None = field.column(
        "Its text, for the header `Authorization: Bearer …`: shown here and never again. Null when it was refused, and"
        " for a request that is repeated under its idempotency key."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("api_token_id")
class ApiTokenRevokePayload:
    """The answer to `apiTokenRevoke`."""

    api_token: ApiToken | None = field.refers("api_token_id", "The token as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ApiTokenQuery:
    @field.declared(field.Many(office.api_token.listed), directives=audience(Audience.ADMINISTRATOR))
    def api_tokens(self) -> list[ApiToken]:
        """The tokens of the portal's machines, the newest first. For administrators."""


@strawberry.type
class ApiTokenMutation:
    @field.action(office.api_token.create, who=ADMINISTRATOR)
    def api_token_create(
        self, input: Annotated[ApiTokenCreateInput, field.argument("The token.")]
    ) -> ApiTokenCreatePayload:
        """Create a token for a machine. For administrators."""

    @field.action(office.api_token.revoke, who=ADMINISTRATOR)
    def api_token_revoke(
        self, input: Annotated[ApiTokenRevokeInput, field.argument("The token.")]
    ) -> ApiTokenRevokePayload:
        """Revoke a token, within a second everywhere; revoking twice is not an error. For administrators."""
