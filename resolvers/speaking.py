"""Speaking for an organisation: who may publish, revise and answer on whose behalf."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, literal_column, or_, select

from models.actor import Actor, ActorKind
from models.base import constant, table
from models.organisation_member import OrganisationMember
from models.refusal import not_found
from planner.act import Act, value

ANSWERING = (ActorKind.SERVICE, ActorKind.INSTITUTION)
"""The kinds of organisations that answer in the city's name."""

_member, _actor = table(OrganisationMember), table(Actor)
_organisation_id, _member_id = value(OrganisationMember, "organisation_id"), value(OrganisationMember, "member_id")
OF = select(_member.c.id).where(_member.c.organisation_id == _organisation_id, _member.c.member_id == _member_id)
ANSWERS = (
    select(_actor.c.id)
    .join_from(_member, _actor, _actor.c.id == _member.c.organisation_id)
    .where(_member.c.member_id == _member_id, _actor.c.kind.in_([constant(kind) for kind in ANSWERING]))
    .limit(literal_column("1"))
)
"""Whether a person is of an organisation that answers in the city's name."""


async def speaker(act: Act, on_behalf_of: UUID | None) -> UUID:
    """In whose name the asker acts: the own, or that of an organisation. Raises Refusal(NOT_FOUND)
    where the asker is no member of it, as where there is none."""
    if on_behalf_of is None or on_behalf_of == act.actor:
        return act.actor
    if not await act.exists(OF, organisation_id=on_behalf_of, member_id=act.actor):
        raise not_found("onBehalfOf")
    return on_behalf_of


async def acts_for(act: Act, author: UUID) -> bool:
    """Whether the asker may change what an author published: as the author, or as a member of it."""
    return author == act.actor or await act.exists(OF, organisation_id=author, member_id=act.actor)


def speaks_for(actor: ColumnElement[Any], viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """The viewer is an actor, or a member of it."""
    member = table(OrganisationMember).alias("speaking")
    memberships: Select[Any] = select(literal_column("1")).where(
        member.c.organisation_id == actor, member.c.member_id == viewer
    )
    return or_(actor == viewer, memberships.correlate_except(member).exists())


def answers(viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """The viewer is of an organisation that answers in the city's name."""
    member, actor = table(OrganisationMember).alias("answering"), table(Actor).alias("answering_organisation")
    memberships: Select[Any] = (
        select(literal_column("1"))
        .join_from(member, actor, actor.c.id == member.c.organisation_id)
        .where(member.c.member_id == viewer, actor.c.kind.in_([constant(kind) for kind in ANSWERING]))
    )
    return memberships.correlate_except(member, actor).exists()


def voices(viewer: ColumnElement[Any]) -> CompoundSelect[Any]:
    """The viewer, and the organisations of which the viewer is a member."""
    member = table(OrganisationMember).alias("voice")
    of: Select[Any] = select(member.c.organisation_id).where(member.c.member_id == viewer)
    return select(viewer).union_all(of.correlate_except(member))
