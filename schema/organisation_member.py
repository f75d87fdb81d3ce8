"""Organisations in the contract: made by administrators, with the members who speak for them."""

from typing import Annotated

import strawberry

import models.actor
import resolvers.organisation_member
from auth.viewer import Audience
from models.actor import ActorKind
from models.organisation_member import ORGANISATION_NAME_LENGTH
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key


@strawberry.input(description="An organisation to make.", directives=audience(Audience.ADMINISTRATOR))
class OrganisationCreateInput:
    kind: ActorKind = strawberry.field(description="What it is; not CITIZEN.")
    name: str = strawberry.field(description=f"Its name, 2 to {ORGANISATION_NAME_LENGTH[1]} characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A member to give to an organisation.", directives=audience(Audience.ADMINISTRATOR))
class OrganisationMemberAddInput:
    organisation: strawberry.ID = field.reference(models.actor.Actor, "The organisation.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "The person.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A member to take from an organisation.", directives=audience(Audience.ADMINISTRATOR))
class OrganisationMemberRemoveInput:
    organisation: strawberry.ID = field.reference(models.actor.Actor, "The organisation.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "The person.")
    idempotency_key: str | None = idempotency_key()


WITH_MEMBERS = "The organisation with its members; null when it was refused."


@field.payload("organisation_id")
class OrganisationCreatePayload:
    """The answer to `organisationCreate`."""

    organisation: Actor | None = field.refers("organisation_id", WITH_MEMBERS)
    user_errors: list[UserError] = user_errors()


@field.payload("organisation_id")
class OrganisationMemberAddPayload:
    """The answer to `organisationMemberAdd`."""

    organisation: Actor | None = field.refers("organisation_id", WITH_MEMBERS)
    user_errors: list[UserError] = user_errors()


@field.payload("organisation_id")
class OrganisationMemberRemovePayload:
    """The answer to `organisationMemberRemove`."""

    organisation: Actor | None = field.refers("organisation_id", WITH_MEMBERS)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class OrganisationMutation:
    @field.action(resolvers.organisation_member.create, who=ADMINISTRATOR)
    def organisation_create(
        self, input: Annotated[OrganisationCreateInput, field.argument("The organisation.")]
    ) -> OrganisationCreatePayload:
        """Make an organisation, as a town service or an association: an actor that nobody signs in as, and for whom its
        members speak. For administrators."""

    @field.action(resolvers.organisation_member.add, who=ADMINISTRATOR)
    def organisation_member_add(
        self, input: Annotated[OrganisationMemberAddInput, field.argument("Who, and of which.")]
    ) -> OrganisationMemberAddPayload:
        """Let a person publish on behalf of an organisation, and change what it published; of a service or an
        institution, also answer proposals in its name. For administrators."""

    @field.action(resolvers.organisation_member.remove, who=ADMINISTRATOR)
    def organisation_member_remove(
        self, input: Annotated[OrganisationMemberRemoveInput, field.argument("Who, and of which.")]
    ) -> OrganisationMemberRemovePayload:
        """Take that right away again. For administrators."""
