"""Demonstration: accounts of its actors, in which everybody may sign in."""

from uuid import UUID

from sqlalchemy import Text, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Uuid

from auth.account import AccountIds
from database.door import Transaction
from models.account import Account
from models.actor import Actor, ActorKind, Role
from models.base import constant, new_id, table

_account, _actor = table(Account), table(Actor)
_actor_id = bindparam("actor", type_=Uuid())

FIRST = (
    select(_actor.c.id)
    .where(_actor.c.role == bindparam("role", type_=Text()))
    .order_by(case((_actor.c.kind == constant(ActorKind.CITIZEN), 0), else_=1), _actor.c.created_at, _actor.c.id)
    .limit(1)
)
OPEN = (
    insert(_account)
    .values(id=bindparam("id", type_=Uuid()), actor_id=_actor_id, email=None, created_at=func.now())
    .on_conflict_do_nothing()
)
ACCOUNT = select(_account.c.id).where(_account.c.actor_id == _actor_id)


async def account(transaction: Transaction, role: str) -> AccountIds | None:
    """The account of the first actor of a role, opened at the first time; None where nobody has the role."""
    row = await transaction.one(FIRST, role=role) if role in Role.__members__ else None
    if row is None:
        return None
    [actor] = row
    await transaction.execute(OPEN, id=new_id(), actor=actor)
    account_row = await transaction.one(ACCOUNT, actor=actor)
    assert account_row is not None and isinstance(account_row[0], UUID) and isinstance(actor, UUID)
    return AccountIds(account_row[0], actor)
