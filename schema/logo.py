"""The logo in the contract: taken off. Putting one is an upload (`POST /logo`), because GraphQL carries no files."""

from typing import Annotated

import strawberry
from sqlalchemy import BigInteger

import office.logo
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.portal import Portal


@strawberry.input(description="How to take a portal's logo off.", directives=audience(Audience.ADMINISTRATOR))
class LogoRemoveInput:
    idempotency_key: str | None = idempotency_key()


@field.payload(number=BigInteger())
class LogoRemovePayload:
    """The answer to `logoRemove`."""

    portal: Portal | None = field.refers("number", "The portal without it; null when it was refused.", to="number")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class LogoMutation:
    @field.action(office.logo.remove, who=ADMINISTRATOR)
    def logo_remove(
        self, input: Annotated[LogoRemoveInput, field.argument("Nothing more is wanted.")]
    ) -> LogoRemovePayload:
        """Take the logo off every page; NOT_FOUND where there is none. For administrators."""
