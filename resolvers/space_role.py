"""Roles in one space: given and taken by administrators; an editor changes the space and its activities, a valuator
evaluates its proposals."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, delete, literal_column, select

from models import expected
from models.activity import Activity
from models.actor import Actor
from models.base import constant, table
from models.category import Category
from models.event import EventKind
from models.refusal import limit_reached, not_found
from models.space import ParticipatorySpace
from models.space_role import MAX_EDITORS, SpaceRole, SpaceRoleKind
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.who import ADMINISTRATOR
from resolvers import access, room, text

_role, _activity, _category, _actor = table(SpaceRole), table(Activity), table(Category), table(Actor)
_space, _who = value(SpaceRole, "space_id"), value(SpaceRole, "actor_id")
_EDITOR = constant(SpaceRoleKind.EDITOR)
_kind = value(SpaceRole, "kind")
GIVEN = select(_role.c.id).where(_role.c.space_id == _space, _role.c.actor_id == _who, _role.c.kind == _kind)
IN_SPACE = select(_role.c.id).where(_role.c.space_id == _space, _role.c.actor_id == _who, _role.c.kind == _EDITOR)
IN_ACTIVITY = (
    select(_role.c.id)
    .join_from(_activity, _role, _role.c.space_id == _activity.c.space_id)
    .where(_activity.c.id == value(Activity, "id"), _role.c.actor_id == _who, _role.c.kind == _EDITOR)
)
IN_CATEGORY = (
    select(_role.c.id)
    .join_from(_category, _activity, _activity.c.id == _category.c.activity_id)
    .join(_role, _role.c.space_id == _activity.c.space_id)
    .where(_category.c.id == value(Category, "id"), _role.c.actor_id == _who, _role.c.kind == _EDITOR)
)
HOLDERS = select(_role.c.actor_id.label("id")).where(_role.c.space_id == _space, _role.c.kind == _kind)
PERSON = select(_actor.c.id).where(_actor.c.id == value(Actor, "id"), _actor.c.erased_at.is_(None))
LOCK_PERSON = PERSON.with_for_update(read=True, key_share=True)
"""Nobody is erased while a role is given."""

REMOVE = delete(_role).where(_role.c.id == value(SpaceRole, "id"))


# Rights ---------------------------------------------------------------------------------------------------------------


async def _edits_space(act: Act, arguments: Mapping[str, Any]) -> bool:
    return await act.exists(IN_SPACE, space_id=arguments["space"], actor_id=act.actor)


async def _edits_activity(act: Act, arguments: Mapping[str, Any]) -> bool:
    return await act.exists(IN_ACTIVITY, id=arguments["activity"], actor_id=act.actor)


async def _edits_category(act: Act, arguments: Mapping[str, Any]) -> bool:
    return await act.exists(IN_CATEGORY, id=arguments["category"], actor_id=act.actor)


SPACE_EDITOR = ADMINISTRATOR.unless(_edits_space)
"""Administrators, and editors of the space that the input names."""

ACTIVITY_EDITOR = ADMINISTRATOR.unless(_edits_activity)
"""Administrators, and editors of the space of the activity that the input names."""

CATEGORY_EDITOR = ADMINISTRATOR.unless(_edits_category)
"""Administrators, and editors of the space of the category that the input names."""


# Reads ----------------------------------------------------------------------------------------------------------------


def _holds(kind: SpaceRoleKind, space_id: ColumnElement[Any], actor: ColumnElement[Any]) -> ColumnElement[bool]:
    role = table(SpaceRole).alias("holding")
    roles: Select[Any] = select(literal_column("1")).where(
        role.c.space_id == space_id, role.c.actor_id == actor, role.c.kind == constant(kind)
    )
    return roles.correlate_except(role).exists()


def edits(space_id: ColumnElement[Any], actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """An actor edits a space."""
    return _holds(SpaceRoleKind.EDITOR, space_id, actor)


def may_edit(space: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer may change the space: an administrator, or its editor."""
    if context.viewer.is_administrator:
        return literal_column("true")
    return edits(space.c.id, context.viewer_id) if context.viewer.is_member else literal_column("false")


def _holds_somewhere(kind: SpaceRoleKind, actor: ColumnElement[Any]) -> ColumnElement[bool]:
    role = table(SpaceRole).alias("holds")
    roles: Select[Any] = select(literal_column("1")).where(role.c.actor_id == actor, role.c.kind == constant(kind))
    return roles.correlate_except(role).exists()


def is_editor(actor: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The actor edits a space at least."""
    return _holds_somewhere(SpaceRoleKind.EDITOR, actor.c.id)


def is_valuator(actor: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The actor evaluates in a space at least; only the actor and administrators are told."""
    return and_(_is_told(actor, context), _holds_somewhere(SpaceRoleKind.VALUATOR, actor.c.id))


def valuates(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """An actor evaluates in a space at least."""
    return _holds_somewhere(SpaceRoleKind.VALUATOR, actor)


def _is_told(actor: FromClause, context: FieldContext) -> ColumnElement[bool]:
    if context.viewer.is_administrator:
        return literal_column("true")
    return actor.c.id == context.viewer_id if context.viewer.is_member else literal_column("false")


def _spaces(kind: SpaceRoleKind, row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    order = Order("space.title", (row.c.title, row.c.id), (str, UUID))
    return Listing((_holds(kind, row.c.id, actor.c.id), _is_told(actor, context)), order)


def spaces(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """The spaces that an actor edits, for administrators and the actor itself."""
    return _spaces(SpaceRoleKind.EDITOR, row, actor, context)


def valuated_spaces(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """The spaces in which an actor evaluates, for administrators and the actor itself."""
    return _spaces(SpaceRoleKind.VALUATOR, row, actor, context)


def _holders(kind: SpaceRoleKind, row: FromClause, space: FromClause, context: FieldContext) -> Listing:
    order = Order("actor.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    return Listing((_holds(kind, space.c.id, row.c.id), may_edit(space, context)), order)


def editors(row: FromClause, space: FromClause, context: FieldContext) -> Listing:
    """Who edits a space, for administrators and its editors."""
    return _holders(SpaceRoleKind.EDITOR, row, space, context)


def valuators(row: FromClause, space: FromClause, context: FieldContext) -> Listing:
    """Who evaluates in a space, for administrators and its editors."""
    return _holders(SpaceRoleKind.VALUATOR, row, space, context)


# Changes --------------------------------------------------------------------------------------------------------------


async def add(act: Act, *, space: UUID, actor: UUID) -> Outcome:
    """Make an actor an editor of a space; being one already is not an error."""
    return await _give(act, space, actor, SpaceRoleKind.EDITOR)


async def add_valuator(act: Act, *, space: UUID, actor: UUID) -> Outcome:
    """Make an actor a valuator in a space; being one already is not an error."""
    return await _give(act, space, actor, SpaceRoleKind.VALUATOR)


async def _give(act: Act, space: UUID, actor: UUID, kind: SpaceRoleKind) -> Outcome:
    await access.space(act, space)
    await access.person(act, actor)
    await room.of(act, ParticipatorySpace, space)
    if not await act.exists(LOCK_PERSON, id=actor):
        raise not_found("actor")
    holders = await act.all(HOLDERS, into=access.Id, space_id=space, kind=kind)
    if access.Id(actor) in holders:
        return act.did(space_id=space)
    if len(holders) >= MAX_EDITORS:
        raise limit_reached(
            f"At most {MAX_EDITORS} people have this role in a space.", "actor", expected.at_most(MAX_EDITORS)
        )
    await act.insert(SpaceRole, space_id=space, actor_id=actor, kind=kind, given_at=act.now)
    return act.did(EventKind.SPACE_ROLE_CHANGED, actor, {"role": kind.value}, space_id=space)


async def remove(act: Act, *, space: UUID, actor: UUID) -> Outcome:
    """Make an actor no editor of a space any more; being none already is not an error."""
    return await _take(act, space, actor, SpaceRoleKind.EDITOR)


async def remove_valuator(act: Act, *, space: UUID, actor: UUID) -> Outcome:
    """Make an actor no valuator in a space any more; being none already is not an error."""
    return await _take(act, space, actor, SpaceRoleKind.VALUATOR)


async def _take(act: Act, space: UUID, actor: UUID, kind: SpaceRoleKind) -> Outcome:
    await access.space(act, space)
    role = await act.one(GIVEN, into=access.Id, space_id=space, actor_id=actor, kind=kind)
    if role is None:
        await _require_person(act, actor)
        return act.did(space_id=space)
    await act.watch((SpaceRole, role.id))
    await act.execute(REMOVE, id=role.id)
    return act.did(EventKind.SPACE_ROLE_CHANGED, actor, {"role": "MEMBER"}, space_id=space)


async def _require_person(act: Act, actor: UUID) -> None:
    """The actor is there. Raises Refusal(NOT_FOUND)."""
    if not await act.exists(PERSON, id=actor):
        raise not_found("actor")
