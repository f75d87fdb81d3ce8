"""Sessions: ended by whose they are, or by an administrator."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, bindparam, select
from sqlalchemy.types import Uuid

import auth.session
import auth.widget_token
from database.door import Transaction
from models.actor import Actor
from models.base import table
from models.refusal import ErrorCode, Refusal
from planner.mutation import Outcome
from planner.question import Asker, Question
from resolvers import access, idempotency

_actor = table(Actor)
EXISTS = select(_actor.c.id).where(_actor.c.id == bindparam("id", type_=Uuid()))


def whose(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The actor whose sessions a mutation ended."""
    return row.c.id == payload.c.actor_id


async def revoke(
    transaction: Transaction, asker: Asker, *, actor: str | None = None, idempotency_key: str | None = None
) -> Outcome:
    """End all sessions of the asker, or of the actor whom an administrator names, in browsers and in widgets."""
    whom, by = (access.member(asker),) * 2 if actor is None else await _other(transaction, asker, actor)

    async def act() -> Outcome:
        await access.person(transaction, whom)
        await auth.session.revoke(transaction, whom)
        await auth.widget_token.end(transaction, whom)
        return Outcome({"actor_id": whom})

    request = {"do": "revoke sessions", "actor": str(whom)}
    return await idempotency.once(transaction, by, idempotency_key, request, act)


async def _other(transaction: Transaction, asker: Asker, actor: str) -> tuple[UUID, UUID]:
    """An actor who exists, and under which id the request is remembered."""
    if asker.viewer.role is None:
        raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
    if not asker.viewer.is_administrator:
        raise Refusal(ErrorCode.FORBIDDEN, "Administrators alone may end the sessions of another.", "actor")
    whom = access.uuid_of(asker, "actor", actor, "actor")
    if await transaction.one(EXISTS, id=whom) is None:
        raise access.not_found("actor")
    return whom, access.administrator(asker)
