"""Organisations and their members: made by administrators; a member publishes and answers on their behalf."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, delete, false, literal_column, select

from models import expected, word
from models.actor import Actor, ActorKind, Role
from models.base import constant, table
from models.event import EventKind
from models.organisation_member import MAX_MEMBERS, ORGANISATION_NAME_LENGTH, OrganisationMember
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, room, speaking, text

_member, _actor = table(OrganisationMember), table(Actor)
_organisation_id, _member_id = value(OrganisationMember, "organisation_id"), value(OrganisationMember, "member_id")
_id = value(Actor, "id")
MEMBERS = select(_member.c.member_id.label("id")).where(_member.c.organisation_id == _organisation_id)
ORGANISATION = select(_actor.c.id).where(
    _actor.c.id == _id, _actor.c.kind != constant(ActorKind.CITIZEN), _actor.c.erased_at.is_(None)
)
PERSON = select(_actor.c.id).where(_actor.c.id == _id, _actor.c.erased_at.is_(None))
LOCK_PERSON = PERSON.with_for_update(read=True, key_share=True)
"""Nobody is erased while being made a member."""

SERVICES = select(_actor.c.name).where(_actor.c.kind == constant(ActorKind.SERVICE), _actor.c.erased_at.is_(None))
REMOVE = delete(_member).where(_member.c.id == value(OrganisationMember, "id"))


@dataclass(frozen=True, slots=True)
class ServiceName:
    """What a service of the city is called."""

    name: str


# Reads ----------------------------------------------------------------------------------------------------------------


def _is_told(context: FieldContext, actor: FromClause) -> ColumnElement[bool]:
    """Memberships are for administrators, the organisation's members, and the person."""
    if context.viewer.is_administrator:
        return literal_column("true")
    return speaking.speaks_for(actor.c.id, context.viewer_id) if context.viewer.is_member else false()


def members(row: FromClause, organisation: FromClause, context: FieldContext) -> Listing:
    """The persons of an organisation, by name."""
    of = table(OrganisationMember).alias("of_organisation")
    named = select(of.c.member_id).where(of.c.organisation_id == organisation.c.id).correlate_except(of)
    order = Order("actor.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    return Listing((row.c.id.in_(named), _is_told(context, organisation)), order)


def organisations(row: FromClause, person: FromClause, context: FieldContext) -> Listing:
    """The organisations of a person, by name; for that person and administrators."""
    of = table(OrganisationMember).alias("of_person")
    named = select(of.c.organisation_id).where(of.c.member_id == person.c.id).correlate_except(of)
    is_told = literal_column("true") if context.viewer.is_administrator else person.c.id == context.viewer_id
    order = Order("actor.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    return Listing((row.c.id.in_(named), is_told), order)


# Changes --------------------------------------------------------------------------------------------------------------


async def create(act: Act, *, kind: ActorKind, name: str) -> Outcome:
    """Make an organisation, which has no members yet."""
    if kind is ActorKind.CITIZEN:
        raise bad_input("A citizen is no organisation.", "kind", expected.OTHER)
    kept = text.line(name, ORGANISATION_NAME_LENGTH, "name")
    if kind is ActorKind.SERVICE:
        await room.of_portal(act)  # Two who make services at once follow each other.
        if word.folded(kept) in {word.folded(each.name) for each in await act.all(SERVICES, into=ServiceName)}:
            raise Refusal(ErrorCode.NAME_TAKEN, "Another service of the city has this name.", "name")
    organisation = await act.insert(Actor, kind=kind, role=Role.MEMBER, name=kept, created_at=act.now)
    return act.did(EventKind.ORGANISATION_CHANGED, organisation, {"kind": kind.value}, organisation_id=organisation)


async def add(act: Act, *, organisation: UUID, actor: UUID) -> Outcome:
    """Make a person a member of an organisation; being one already is not an error."""
    await _require(act, organisation, actor)
    await room.of(act, Actor, organisation)
    if not await act.exists(LOCK_PERSON, id=actor):
        raise not_found("actor")
    members = await act.all(MEMBERS, into=access.Id, organisation_id=organisation)
    if access.Id(actor) in members:
        return act.did(organisation_id=organisation)
    if len(members) >= MAX_MEMBERS:
        raise limit_reached(
            f"An organisation has at most {MAX_MEMBERS} members.", "actor", expected.at_most(MAX_MEMBERS)
        )
    await act.insert(OrganisationMember, organisation_id=organisation, member_id=actor, given_at=act.now)
    return act.did(EventKind.ORGANISATION_CHANGED, organisation, organisation_id=organisation)


async def remove(act: Act, *, organisation: UUID, actor: UUID) -> Outcome:
    """Take a member from an organisation; what was published on its behalf stays its own. Being none already is no
    error."""
    member = await act.one(speaking.OF, into=access.Id, organisation_id=organisation, member_id=actor)
    if member is None:
        await _require(act, organisation, actor)
        return act.did(organisation_id=organisation)
    await act.watch((OrganisationMember, member.id))
    await act.execute(REMOVE, id=member.id)
    return act.did(EventKind.ORGANISATION_CHANGED, organisation, organisation_id=organisation)


async def _require(act: Act, organisation: UUID, actor: UUID) -> None:
    """Both are there, one is an organisation, the other a person. Raises Refusal."""
    if not await act.exists(ORGANISATION, id=organisation):
        raise not_found("organisation")
    await access.person(act, actor)
    if organisation == actor or not await act.exists(PERSON, id=actor):
        raise not_found("actor")
