"""Assignment: to whom of the city's team a contribution is given, to a service or to a person; and their own queue."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, false, literal_column, select, union, update

from models.actor import Actor, Role
from models.api_token import ApiToken
from models.base import constant, table
from models.contribution import Contribution
from models.event import EventKind
from models.organisation_member import OrganisationMember
from models.refusal import ErrorCode, Refusal, not_found
from models.space_role import SpaceRole
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from planner.sight import Sight
from planner.who import MODERATOR
from resolvers import access, life, sight, speaking, text
from resolvers import actor as actors
from resolvers.sight import CONTRIBUTION

_contribution, _actor = table(Contribution), table(Actor)
_id = value(Contribution, "id")
ASSIGN = update(_contribution).where(_contribution.c.id == _id).values(assignee_id=value(Contribution, "assignee_id"))


# Rights ---------------------------------------------------------------------------------------------------------------


@cache
def _handled(seen: Sight) -> Select[Any]:
    """Finds the contribution `:id` if the asker works on it."""
    statement: Select[Any] = select(CONTRIBUTION.c.id)
    return sight.contributions(statement, seen).where(CONTRIBUTION.c.id == _id, sight.handled(CONTRIBUTION, seen))


@cache
def _assigned(seen: Sight) -> Select[Any]:
    """Finds the contribution `:id` if the asker may give it to somebody."""
    statement: Select[Any] = select(CONTRIBUTION.c.id)
    return sight.contributions(statement, seen).where(CONTRIBUTION.c.id == _id, sight.assigned(CONTRIBUTION, seen))


async def _handles(act: Act, arguments: Any) -> bool:
    return await act.exists(_handled(act.sight), id=arguments["contribution"])


async def _assigns(act: Act, arguments: Any) -> bool:
    return await act.exists(_assigned(act.sight), id=arguments["contribution"])


HANDLER = MODERATOR.unless(_handles)
"""Moderators, administrators, editors and valuators of the contribution's space, and to whom it is given, or to whose
service; without moderators' role nobody who speaks for its author."""

ASSIGNER = MODERATOR.unless(_assigns)
"""The same without valuators of the space to whom it is not given."""


# The team -------------------------------------------------------------------------------------------------------------


def _team() -> Any:
    """The ids of the city's team: its services, their members, moderators, administrators, editors and valuators of a
    space."""
    service, member = table(Actor).alias("serving"), table(OrganisationMember).alias("serving_member")
    staff, role = table(Actor).alias("staff"), table(SpaceRole).alias("staff_role")
    kinds = service.c.kind.in_([constant(kind) for kind in speaking.ANSWERING])
    return union(
        select(service.c.id).where(kinds),
        select(member.c.member_id).join_from(member, service, service.c.id == member.c.organisation_id).where(kinds),
        select(staff.c.id).where(staff.c.role != constant(Role.MEMBER)),
        select(role.c.actor_id),
    )


def is_of_team(actor: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The actor is of the city's team; only the actor and moderators are told."""
    if not context.viewer.is_member:
        return literal_column("false")
    is_told = literal_column("true") if context.viewer.is_moderator else actor.c.id == context.viewer_id
    return and_(is_told, actor.c.id.in_(_team()), _is_person(actor))


def team(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The city's team, by name, without machines, or those of it who have a name; for the team itself."""
    order = Order("actor.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    named = actors.is_named(row, context) if context.has("search") else None
    return Listing(all_of((row.c.id.in_(_team()), _is_person(row), _is_told(context), named)), order)


def _is_told(context: FieldContext) -> ColumnElement[bool]:
    if context.viewer.is_moderator:
        return literal_column("true")
    if not context.viewer.is_member:
        return false()
    viewer = table(Actor).alias("told")
    told = select(viewer.c.id).where(viewer.c.id == context.viewer_id, viewer.c.id.in_(_team()), _is_person(viewer))
    return told.correlate_except(viewer).exists()


def _is_person(row: FromClause) -> ColumnElement[bool]:
    """Nobody who was erased, and no machine."""
    machine = table(ApiToken).alias("team_machine")
    return and_(row.c.erased_at.is_(None), ~exists().where(machine.c.actor_id == row.c.id).correlate_except(machine))


# Reads ----------------------------------------------------------------------------------------------------------------


def may_handle(contribution: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer works on the contribution for the city."""
    return sight.handled(contribution, context.sight)


def may_assign(contribution: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer may give the contribution to somebody."""
    return sight.assigned(contribution, context.sight)


def of_contribution(contribution: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """To whom a contribution is given, as far as the viewer works on it."""
    return and_(row.c.id == contribution.c.assignee_id, may_handle(contribution, context))


def own(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """What stands and is given to the viewer or to the viewer's service, as far as the viewer works on it: not what one
    wrote oneself, unless as a moderator. The longest published first."""
    order = Order("contribution.oldest", (row.c.published_at, row.c.id), (datetime, UUID))
    if not context.viewer.is_member:
        return Listing((false(),), order)
    is_given = row.c.assignee_id.in_(speaking.voices(context.viewer_id))
    return Listing((is_given, life.is_standing(row), may_handle(row, context)), order)


# Changes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TeamCandidate:
    """An actor to whom a contribution may be given, if it is of the team."""

    id: UUID
    is_of_team: bool


CANDIDATE = select(_actor.c.id, and_(_actor.c.id.in_(_team()), _is_person(_actor)).label("is_of_team")).where(
    _actor.c.id == value(Actor, "id")
)


async def assign(act: Act, *, contribution: UUID, assignee: UUID | None = None) -> Outcome:
    """Give a contribution to a service or a person of the team, or back to nobody."""
    await access.contribution(act, contribution)
    if assignee is not None:
        await require_of_team(act, assignee)
    await act.execute(ASSIGN, id=contribution, assignee_id=assignee)
    return act.did(EventKind.CONTRIBUTION_ASSIGNED, contribution, contribution_id=contribution)


async def require_of_team(act: Act, assignee: UUID) -> None:
    """The actor is there and of the city's team. Raises Refusal."""
    candidate = await act.one(CANDIDATE, into=TeamCandidate, id=assignee)
    if candidate is None:
        raise not_found("assignee")
    if not candidate.is_of_team:
        message = "Only services of the city and people of its team work on contributions."
        raise Refusal(ErrorCode.NOT_OF_TEAM, message, "assignee")
