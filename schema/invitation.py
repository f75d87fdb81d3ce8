"""Invitations in the contract: addresses whose owners get a role; for administrators."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.invitation
import office.invitation
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.actor import Role
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First


@field.stored(
    models.invitation.Invitation,
    visible=resolvers.sight.administrators,
    references={},
    marks=audience(Audience.ADMINISTRATOR),
)
class Invitation:
    """An address whose owner gets a role at the next sign-in («invitation»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("invitation"), "Opaque id.")
    email: str = field.column("The address, in lower case.")
    role: Role = field.column("The role that it gives; nobody's role is lowered by it.")
    inviter: Actor | None = field.refers(
        "inviter_id", "The administrator who invited; null: an operator of the platform."
    )
    created_at: datetime = field.column("When it was written.")
    expires_at: datetime = field.column("From when it is not good any more: seven days after that, or revoked.")
    mailed_at: datetime | None = field.column("When its link was mailed; null: not yet.")
    accepted_at: datetime | None = field.column("When the address was confirmed; null: it was not.")
    is_open: bool = field.expression(office.invitation.is_open, "Whether it can still be accepted.")


@strawberry.input(description="Whom to invite.", directives=audience(Audience.ADMINISTRATOR))
class MemberInviteInput:
    email: str = strawberry.field(description="The address that gets the mail, up to 254 characters.")
    role: Role = strawberry.field(description="The role that confirming the address gives.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An invitation to revoke.", directives=audience(Audience.ADMINISTRATOR))
class InvitationRevokeInput:
    invitation: strawberry.ID = field.reference(models.invitation.Invitation, "The invitation.")
    idempotency_key: str | None = idempotency_key()


@field.payload("invitation_id")
class MemberInvitePayload:
    """The answer to `memberInvite`."""

    invitation: Invitation | None = field.refers("invitation_id", "The invitation; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("invitation_id")
class InvitationRevokePayload:
    """The answer to `invitationRevoke`."""

    invitation: Invitation | None = field.refers(
        "invitation_id", "The invitation as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class InvitationQuery:
    @field.declared(field.Connection(office.invitation.listed), directives=audience(Audience.ADMINISTRATOR))
    def invitations(self, first: First = 20, after: After = None) -> Connection[Invitation]:
        """The portal's invitations, the newest first. For administrators."""


@strawberry.type
class InvitationMutation:
    @field.action(office.invitation.invite, who=ADMINISTRATOR)
    def member_invite(self, input: Annotated[MemberInviteInput, field.argument("Whom.")]) -> MemberInvitePayload:
        """Invite whoever has an address: a link that signs in once is mailed, and confirming the address by a code
        gives the role as well. For administrators."""

    @field.action(office.invitation.revoke, who=ADMINISTRATOR)
    def invitation_revoke(
        self, input: Annotated[InvitationRevokeInput, field.argument("The invitation.")]
    ) -> InvitationRevokePayload:
        """Revoke an invitation that was not accepted; revoking twice is not an error. For administrators."""
