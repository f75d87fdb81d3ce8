"""Invitations are mailed after the request that wrote them, and again when the mail server could not take them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, literal_column, null, select, update
from sqlalchemy.types import Uuid

from database.door import Database
from models.base import table
from models.invitation import Invitation

BATCH = 20

Mail = Callable[[int, UUID, str], Awaitable[bool]]
"""Mails an invitation of a tenant to an address; whether the mail server took it."""

_invitation = table(Invitation)
_due = (
    select(_invitation.c.id)
    .where(
        _invitation.c.mailed_at.is_(None), _invitation.c.accepted_at.is_(None), _invitation.c.expires_at > func.now()
    )
    .limit(literal_column(str(BATCH), BigInteger))
    .with_for_update(skip_locked=True)
)
TAKE = (
    update(_invitation)
    .where(_invitation.c.id.in_(_due))
    .values(mailed_at=func.now())
    .returning(_invitation.c.id, _invitation.c.email)
)
GIVE_BACK = update(_invitation).where(_invitation.c.id == bindparam("id", type_=Uuid())).values(mailed_at=null())


async def send(database: Database, tenant: int, mail: Mail) -> None:
    """Mail one batch of a tenant's invitations. Each is taken first, so that two processes never mail it twice."""
    async with database.transaction(tenant) as transaction:
        taken = await transaction.all(TAKE)
    for id_, email in taken:
        assert isinstance(id_, UUID)
        if not await mail(tenant, id_, str(email)):
            async with database.transaction(tenant) as transaction:
                await transaction.execute(GIVE_BACK, id=id_)
