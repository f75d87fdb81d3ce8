"""Invitations: their links, and the role that they give to whoever confirms the invited address."""

from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Text, bindparam, func, select, update
from sqlalchemy.types import Uuid

from auth import session, widget_token
from auth.token import InvalidTokenError
from database.door import Transaction
from models.actor import Actor, Role
from models.base import table
from models.invitation import Invitation

_invitation, _actor = table(Invitation), table(Actor)
_is_open = (_invitation.c.accepted_at.is_(None), _invitation.c.expires_at > func.now())

ADDRESS = (
    select(_invitation.c.email).where(_invitation.c.id == bindparam("id", type_=Uuid()), *_is_open).with_for_update()
)
ACCEPT = (
    update(_invitation)
    .where(_invitation.c.email == bindparam("email", type_=Text()), *_is_open)
    .values(accepted_at=func.now())
    .returning(_invitation.c.role)
)
ROLE = select(_actor.c.role).where(_actor.c.id == bindparam("actor", type_=Uuid())).with_for_update()
RAISE = (
    update(_actor).where(_actor.c.id == bindparam("actor", type_=Uuid())).values(role=bindparam("role", type_=Text()))
)

_ORDER = list(Role)


class InvitationLinks:
    """Makes and reads the tokens in invitations' links, signed, so that no secret is stored."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="parvis-invitation")

    def make(self, tenant: int, invitation: UUID) -> str:
        """The token of an invitation of a tenant."""
        return str(self._serializer.dumps([tenant, str(invitation)]))

    def read(self, tenant: int, token: str) -> UUID:
        """The invitation that a token names. Raises InvalidTokenError, also for another tenant's."""
        try:
            number, invitation = self._serializer.loads(token)
            id_ = UUID(str(invitation))
        except (BadData, ValueError, TypeError) as error:
            raise InvalidTokenError from error
        if number != tenant:
            raise InvalidTokenError
        return id_


async def address(transaction: Transaction, invitation: UUID) -> str:
    """The address that an open invitation's link was sent to, which it confirms.

    Raises InvalidTokenError for one that is over or accepted.
    """
    row = await transaction.one(ADDRESS, id=invitation)
    if row is None:
        raise InvalidTokenError
    return str(row[0])


async def accept(transaction: Transaction, actor: UUID, email: str) -> Role | None:
    """Give an actor the highest role to which its confirmed address is invited; None where nothing changes."""
    invited = [Role(role) for (role,) in await transaction.all(ACCEPT, email=email)]
    if not invited:
        return None
    row = await transaction.one(ROLE, actor=actor)
    assert row is not None
    role = max(invited, key=_ORDER.index)
    if _ORDER.index(role) <= _ORDER.index(Role(row[0])):
        return None
    await transaction.execute(RAISE, actor=actor, role=role.value)
    await session.rotate_tokens(transaction, actor)
    await widget_token.end(transaction, actor)
    return role
