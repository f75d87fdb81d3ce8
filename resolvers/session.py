"""Sessions: ended by their owner or by an administrator."""

from uuid import UUID

from sqlalchemy import select

import auth.session
import auth.widget_token
from models.actor import Actor
from models.base import table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, not_found
from planner.act import Act, Outcome, value
from resolvers import access

_actor = table(Actor)
EXISTS = select(_actor.c.id).where(_actor.c.id == value(Actor, "id"))


async def revoke(act: Act, *, actor: UUID | None = None) -> Outcome:
    """End all sessions of the asker, or of the actor whom an administrator names, in browsers and in widgets."""
    whom = act.actor if actor is None else await _other(act, actor)
    await access.person(act, whom)
    await auth.session.revoke(act.transaction, whom)
    await auth.widget_token.end(act.transaction, whom)
    return act.did(EventKind.SESSIONS_REVOKED, whom, actor_id=whom)


async def _other(act: Act, actor: UUID) -> UUID:
    """An actor who exists."""
    if not act.asker.viewer.is_administrator:
        raise Refusal(ErrorCode.FORBIDDEN, "Administrators alone may end the sessions of another.", "actor")
    if not await act.exists(EXISTS, id=actor):
        raise not_found("actor")
    return actor
