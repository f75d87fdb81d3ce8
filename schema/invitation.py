"""Invitations in the contract: addresses whose owners get a role; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.invitation
import planner.source as planner
import resolvers.access
import resolvers.ident
import resolvers.invitation
from auth.viewer import Audience
from models.actor import Role
from planner.directive import within
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First


@planner.stored(
    models.invitation.Invitation,
    visible=resolvers.access.to_administrators,
    references={},
    marks=within(Audience.ADMINISTRATOR),
)
class Invitation:
    """An address whose owner gets a role at the next sign-in («invitation»)."""

    id: strawberry.ID = planner.expression(resolvers.ident.of("invitation"), "Opaque id.")
    email: str = planner.column("The address, in lower case.")
    role: Role = planner.column("The role that it gives; nobody's role is lowered by it.")
    inviter: Actor | None = planner.one(
        resolvers.invitation.inviter, "The administrator who invited; null: an operator of the platform."
    )
    created_at: datetime = planner.column("When it was written.")
    expires_at: datetime = planner.column("From when it is not good any more: seven days after that, or revoked.")
    mailed_at: datetime | None = planner.column("When its link was mailed; null: not yet.")
    accepted_at: datetime | None = planner.column("When the address was confirmed; null: it was not.")
    is_open: bool = planner.expression(resolvers.invitation.is_open, "Whether it can still be accepted.")


@strawberry.input(description="Whom to invite.", directives=within(Audience.ADMINISTRATOR))
class MemberInviteInput:
    email: str = strawberry.field(description="The address that gets the mail, up to 254 characters.")
    role: Role = strawberry.field(description="The role that confirming the address gives.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An invitation to revoke.", directives=within(Audience.ADMINISTRATOR))
class InvitationRevokeInput:
    invitation: strawberry.ID = strawberry.field(description="The invitation.")
    idempotency_key: str | None = idempotency_key()


@planner.payload("invitation_id")
class MemberInvitePayload:
    """The answer to `memberInvite`."""

    invitation: Invitation | None = planner.one(
        resolvers.invitation.changed, "The invitation; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@planner.payload("invitation_id")
class InvitationRevokePayload:
    """The answer to `invitationRevoke`."""

    invitation: Invitation | None = planner.one(
        resolvers.invitation.changed, "The invitation as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class InvitationQuery:
    @planner.declared(planner.Connection(resolvers.invitation.listed), directives=within(Audience.ADMINISTRATOR))
    def invitations(self, first: First = 20, after: After = None) -> Connection[Invitation]:
        """The portal's invitations, the newest first. For administrators."""


@strawberry.type
class InvitationMutation:
    @planner.action(resolvers.invitation.invite, audience=Audience.ADMINISTRATOR)
    def member_invite(
        self, input: Annotated[MemberInviteInput, strawberry.argument(description="Whom.")]
    ) -> MemberInvitePayload:
        """Invite whoever has an address: a link that signs in once is mailed, and confirming the address by a code
        gives the role as well. For administrators."""

    @planner.action(resolvers.invitation.revoke, audience=Audience.ADMINISTRATOR)
    def invitation_revoke(
        self, input: Annotated[InvitationRevokeInput, strawberry.argument(description="The invitation.")]
    ) -> InvitationRevokePayload:
        """Revoke an invitation that was not accepted; revoking twice is not an error. For administrators."""
