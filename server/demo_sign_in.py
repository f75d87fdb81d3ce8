"""Signing in to the demonstration by one press, as one of its residents, moderators or administrators.

The route exists in demonstration mode alone. The form must come from the portal's own pages, as all under `/auth`.
"""

from uuid import UUID

from sqlalchemy import Text, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Uuid
from starlette.responses import Response
from starlette.routing import Route

from auth.account import Known
from models.account import Account
from models.actor import Actor, ActorKind, Role
from models.base import constant, new_id, table
from server.sign_in import SignIn
from server.visit import RefusedVisitError, Visit, route

_account, _actor = table(Account), table(Actor)
_WHO = bindparam("actor", type_=Uuid())

FIRST = (
    select(_actor.c.id)
    .where(_actor.c.role == bindparam("role", type_=Text()))
    .order_by(case((_actor.c.kind == constant(ActorKind.CITIZEN), 0), else_=1), _actor.c.created_at, _actor.c.id)
    .limit(1)
)
OPEN = (
    insert(_account)
    .values(id=bindparam("id", type_=Uuid()), actor_id=_WHO, email=None, created_at=func.now())
    .on_conflict_do_nothing()
)
ACCOUNT = select(_account.c.id).where(_account.c.actor_id == _WHO)


class DemoSignIn:
    """The door of the demonstration."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    def routes(self) -> list[Route]:
        """What the application serves in demonstration mode."""
        return [route(self._sign_in.registry, "POST", "/auth/demo", self.enter)]

    async def enter(self, visit: Visit) -> Response:
        """Sign in as the first actor of a role."""
        role = visit.fields.get("role", "")
        async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
            row = await transaction.one(FIRST, role=role) if role in Role.__members__ else None
            if row is None:
                raise RefusedVisitError(404, "NOT_FOUND", "Nobody here has this role.")
            actor = row[0]
            await transaction.execute(OPEN, id=new_id(), actor=actor)
            account = await transaction.one(ACCOUNT, actor=actor)
            assert account is not None and isinstance(account[0], UUID) and isinstance(actor, UUID)
            entry = await self._sign_in.enter(transaction, visit, Known(account[0], actor), None)
        return self._sign_in.entered(visit, entry, visit.next)
