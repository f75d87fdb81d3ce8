"""Invitations: administrators name an address and a role; whoever confirms the address gets it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Interval, and_, func, insert, literal, update

from auth import email_address
from auth.email_address import AddressError
from database.door import Transaction
from mail import queue
from models import expected
from models.actor import Role
from models.base import new_id, table
from models.event import EventKind
from models.invitation import Invitation
from models.mail import MailKind
from models.refusal import bad_input, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order

GOOD_FOR = timedelta(days=7)

_invitation = table(Invitation)
_id = value(Invitation, "id")
INVITE = insert(_invitation).values(
    id=_id,
    email=value(Invitation, "email"),
    role=value(Invitation, "role"),
    inviter_id=value(Invitation, "inviter_id"),
    created_at=func.now(),
    expires_at=func.now() + literal(GOOD_FOR, Interval),
)
REVOKE = (
    update(_invitation)
    .where(_invitation.c.id == _id, _invitation.c.accepted_at.is_(None))
    .values(expires_at=func.least(_invitation.c.expires_at, func.now()))
)


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """Newest first, including those that are over."""
    return Listing((), Order("invitation.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True))


def is_open(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """It can still be accepted."""
    return and_(row.c.accepted_at.is_(None), row.c.expires_at > func.now())


async def invite(act: Act, *, email: str, role: Role) -> Outcome:
    """Create an invitation; a job mails its link."""
    try:
        address = email_address.canonical(email)
    except AddressError as error:
        raise bad_input(str(error), "email", expected.example("prenom.nom@exemple.fr")) from error
    invitation = await write(act.transaction, address, role, act.actor_or_none)
    return act.did(EventKind.MEMBER_INVITED, invitation, {"role": role.value}, invitation_id=invitation)


async def write(transaction: Transaction, address: str, role: Role, inviter: UUID | None) -> UUID:
    """Insert an invitation and queue its mail; returns its id. `inviter` is None for the platform's operator."""
    id_ = new_id()
    await transaction.execute(INVITE, id=id_, email=address, role=role.value, inviter_id=inviter)
    await queue.add(transaction, MailKind.INVITATION, address, id_, GOOD_FOR)
    return id_


async def revoke(act: Act, *, invitation: UUID) -> Outcome:
    """Revoke an invitation that was not accepted: its link and its address no longer give a role."""
    if not await act.execute(REVOKE, id=invitation):
        raise not_found("invitation")
    return act.did(EventKind.INVITATION_REVOKED, invitation, invitation_id=invitation)
