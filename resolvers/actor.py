"""Actors: their public face, who may see more, and who gives roles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Text,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    null,
    select,
    update,
)

import auth.session
import auth.widget_token
from models.actor import Actor, Role
from models.api_token import ApiToken
from models.base import constant, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from resolvers import access, text

MAX_SEARCH = 120

_actor, _token = table(Actor), table(ApiToken)
_machine = _token.alias("machine")
ADMINISTRATORS = (
    select(_actor.c.id)
    .where(_actor.c.role == constant(Role.ADMIN), ~exists().where(_token.c.actor_id == _actor.c.id))
    .order_by(_actor.c.id)
    .with_for_update()
)
"""People who are administrators. Machines with the role do not count: a portal must keep a person."""
CHANGE_ROLE = update(_actor).where(_actor.c.id == value(Actor, "id")).values(role=value(Actor, "role"))


def viewer(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The signed-in actor."""
    return row.c.id == context.viewer_id


def role(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """Roles are for moderators and for the actor itself, who may be held back from its own."""
    if context.viewer.is_moderator:
        return row.c.role
    return case((row.c.id == context.viewer_id, constant(Role.MEMBER))) if context.viewer.is_member else null()


def is_held_back(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer acts as a member, and has another role."""
    if context.viewer.role is not Role.MEMBER:
        return false()
    return and_(row.c.id == context.viewer_id, row.c.role != constant(Role.MEMBER))


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """People, the newest first; of a name, or of a role."""
    return Listing(
        all_of(
            (
                None if context.viewer.is_administrator else false(),
                row.c.erased_at.is_(None),
                ~exists().where(_machine.c.actor_id == row.c.id).correlate_except(_machine),
                is_named(row, context) if context.has("search") else None,
                row.c.role == constant(context.choice("role")) if context.has("role") else None,
            )
        ),
        Order("actor.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True),
    )


def is_named(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The name has the letters that are searched for, accents and case aside."""
    wanted = context.bind(lambda given, _: str(given["search"])[:MAX_SEARCH].strip(), Text())
    place: ColumnElement[int] = func.strpos(text.dictionary_order(row.c.name), text.dictionary_order(wanted))
    return place > literal_column("0", Integer)


async def require_another_administrator(act: Act, actor: UUID, field: str) -> None:
    """Refuse to leave the portal without administrators. Their rows are locked, so that one remains when several
    leave at once. Raises Refusal(LAST_ADMINISTRATOR)."""
    if await act.all(ADMINISTRATORS, into=access.Id) == [access.Id(actor)]:
        raise Refusal(ErrorCode.LAST_ADMINISTRATOR, "Make somebody else an administrator first.", field)


async def change_role(act: Act, *, actor: UUID, role: Role) -> Outcome:
    """Give a person a role. When the last two administrators step down at once, one remains."""
    await access.person(act, actor)
    if role is not Role.ADMIN:
        await require_another_administrator(act, actor, "role")
    if not await act.execute(CHANGE_ROLE, id=actor, role=role):
        raise not_found("actor")
    await auth.session.rotate_tokens(act.transaction, actor)
    await auth.widget_token.end(act.transaction, actor)
    return act.did(EventKind.ROLE_CHANGED, actor, {"role": role.value}, actor_id=actor)
