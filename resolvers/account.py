"""The account: what its owner sees of it, and the end of it."""

from sqlalchemy import ColumnElement, FromClause

from models.event import EventKind
from models.personal import Remains
from models.refusal import ErrorCode, Refusal
from planner.act import Act, Outcome
from planner.context import FieldContext
from resolvers import access, actor, personal


def own(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The account of the person who is signed in on the portal's pages; widgets get none, because of its address."""
    return row.c.actor_id == context.person_id


async def erase(act: Act, *, contributions: Remains, confirmation: str) -> Outcome:
    """Erase the asker, who typed the address of the account, or the name where there is none, to confirm it."""
    await access.person(act, act.actor)
    if act.asker.viewer.client is not None:
        raise Refusal(ErrorCode.FORBIDDEN, "Sign in on the portal itself to do this.")
    await actor.require_another_administrator(act, act.actor, "confirmation")
    person = await personal.locked(act.transaction, act.actor)
    if person is None or person.is_erased:
        raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
    if confirmation.strip().casefold() != (person.email or person.name).casefold():
        raise Refusal(ErrorCode.NOT_CONFIRMED, "Type the address of the account, or the name.", "confirmation")
    await personal.erase(act.transaction, person, contributions, act.actor)
    note = {"contributions": contributions.value}
    return act.did(EventKind.ACCOUNT_ERASED, act.actor, note, actor_id=act.actor)
