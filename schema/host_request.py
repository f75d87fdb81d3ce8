"""Hosts and origins in the contract: the names by which a portal is reached, those that are asked for, other sites."""

from typing import Annotated

import strawberry
from sqlalchemy import BigInteger

import office.host_request
from auth.viewer import Audience
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.portal import Portal, changed_portal

HOST = "A host's name without scheme and path, as in participer.ville.fr."
ORIGIN = "A site as browsers name it: https:// and a host, without a path."


@strawberry.input(description="A name to ask for.", directives=audience(Audience.ADMINISTRATOR))
class PortalHostAskInput:
    host: str = strawberry.field(description=HOST)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A name to check again.", directives=audience(Audience.ADMINISTRATOR))
class PortalHostCheckInput:
    host: str = strawberry.field(description=HOST)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A name to take away.", directives=audience(Audience.ADMINISTRATOR))
class PortalHostRemoveInput:
    host: str = strawberry.field(description=HOST)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A site to name.", directives=audience(Audience.ADMINISTRATOR))
class PortalOriginAddInput:
    origin: str = strawberry.field(description=ORIGIN)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A site to name no longer.", directives=audience(Audience.ADMINISTRATOR))
class PortalOriginRemoveInput:
    origin: str = strawberry.field(description="One of `Portal.origins`.")
    idempotency_key: str | None = idempotency_key()


@field.payload(number=BigInteger())
class PortalHostAskPayload:
    """The answer to `portalHostAsk`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class PortalHostCheckPayload:
    """The answer to `portalHostCheck`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class PortalHostRemovePayload:
    """The answer to `portalHostRemove`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class PortalOriginAddPayload:
    """The answer to `portalOriginAdd`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@field.payload(number=BigInteger())
class PortalOriginRemovePayload:
    """The answer to `portalOriginRemove`."""

    portal: Portal | None = changed_portal()
    user_errors: list[UserError] = user_errors()


@strawberry.type
class HostRequestMutation:
    @field.action(office.host_request.ask, who=ADMINISTRATOR)
    def portal_host_ask(
        self, input: Annotated[PortalHostAskInput, field.argument("Which name.")]
    ) -> PortalHostAskPayload:
        """Ask for a name by which the portal is to be reached, ten in all. It is served within seconds after a check
        has found the record that `hostRequests` tells, and that the name leads to the platform. For administrators."""

    @field.action(office.host_request.check, who=ADMINISTRATOR)
    def portal_host_check(
        self, input: Annotated[PortalHostCheckInput, field.argument("Which name.")]
    ) -> PortalHostCheckPayload:
        """Have the DNS of a name that was asked for looked at again. For administrators."""

    @field.action(office.host_request.remove, who=ADMINISTRATOR)
    def portal_host_remove(
        self, input: Annotated[PortalHostRemoveInput, field.argument("Which name.")]
    ) -> PortalHostRemovePayload:
        """Take a name away from the portal, or ask for it no longer; LAST_HOST for the last one. Every process follows
        within a second. For administrators."""

    @field.action(office.host_request.add_origin, who=ADMINISTRATOR)
    def portal_origin_add(
        self, input: Annotated[PortalOriginAddInput, field.argument("Which site.")]
    ) -> PortalOriginAddPayload:
        """Let pages of another site ask the portal's API in browsers, twenty sites at most. For administrators."""

    @field.action(office.host_request.remove_origin, who=ADMINISTRATOR)
    def portal_origin_remove(
        self, input: Annotated[PortalOriginRemoveInput, field.argument("Which site.")]
    ) -> PortalOriginRemovePayload:
        """Let them ask no longer. For administrators."""
