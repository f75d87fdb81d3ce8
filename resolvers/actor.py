"""Actors: their public face, who may see more, and who gives roles."""

import logging

from sqlalchemy import ColumnElement, FromClause, Text, bindparam, exists, literal_column, select, update
from sqlalchemy.types import Uuid

import auth.session
import auth.widget_token
from database.door import Transaction
from models.actor import Actor, Role
from models.api_token import ApiToken
from models.base import constant, table
from models.refusal import ErrorCode, Refusal
from planner.mutation import Outcome
from planner.question import Asker, Question
from resolvers import access, idempotency

_actor, _token = table(Actor), table(ApiToken)
_id = bindparam("id", type_=Uuid())
ADMINISTRATORS = (
    select(_actor.c.id)
    .where(_actor.c.role == constant(Role.ADMIN), ~exists().where(_token.c.actor_id == _actor.c.id))
    .order_by(_actor.c.id)
    .with_for_update()
)
"""The people who administer; a machine that has the role does not keep the portal from being left alone."""
CHANGE_ROLE = update(_actor).where(_actor.c.id == _id).values(role=bindparam("role", type_=Text()))

security = logging.getLogger("parvis.security")


def viewer(_parent: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The signed-in actor."""
    return row.c.id == q.viewer_id


def may_see_role(row: FromClause, q: Question) -> ColumnElement[bool]:
    """Roles are for moderators and for the actor itself."""
    return literal_column("true") if q.viewer.is_moderator else row.c.id == q.viewer_id


def whose(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The actor whom a mutation named."""
    return row.c.id == payload.c.actor_id


async def change_role(
    transaction: Transaction, asker: Asker, *, actor: str, role: Role, idempotency_key: str | None = None
) -> Outcome:
    """Give a person a role. The administrators' rows are locked: of two who step down at once, one stays."""
    administrator = access.administrator(asker)
    uuid = access.uuid_of(asker, "actor", actor, "actor")

    async def act() -> Outcome:
        await access.person(transaction, uuid)
        administrators = [found for (found,) in await transaction.all(ADMINISTRATORS)]
        if administrators == [uuid] and role is not Role.ADMIN:
            raise Refusal(ErrorCode.LAST_ADMINISTRATOR, "Make somebody else an administrator first.", "role")
        if not await transaction.execute(CHANGE_ROLE, id=uuid, role=role.value):
            raise access.not_found("actor")
        await auth.session.hurry(transaction, uuid)
        await auth.widget_token.end(transaction, uuid)
        event = {"tenant": asker.tenant, "by": str(asker.viewer.actor_id), "actor": str(uuid), "role": role.value}
        security.info("role change", extra=event)
        return Outcome({"actor_id": uuid})

    request = {"do": "change role", "actor": actor, "role": role.value}
    return await idempotency.once(transaction, administrator, idempotency_key, request, act)
