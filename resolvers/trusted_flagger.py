"""Trusted flaggers («signaleurs de confiance», Regulation (EU) 2022/2065, article 22): named by administrators."""

from uuid import UUID

from sqlalchemy import FromClause, or_, select, update

from models import expected
from models.actor import Actor
from models.base import table
from models.event import EventKind
from models.organisation_member import OrganisationMember
from models.refusal import limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, room, text

MAX_FLAGGERS = 200
"""Of one portal."""

_actor, _member = table(Actor), table(OrganisationMember)
_id = value(Actor, "id")
_organisations = select(_member.c.organisation_id).where(_member.c.member_id == _id)
IS_ONE = select(_actor.c.id).where(
    _actor.c.is_trusted_flagger, or_(_actor.c.id == _id, _actor.c.id.in_(_organisations))
)
"""Whether the actor `:id` is one, or a member of an organisation that is."""

PERSON = select(_actor.c.id).where(_id == _actor.c.id, _actor.c.erased_at.is_(None))
NAMED = select(_actor.c.id).where(_actor.c.is_trusted_flagger)
CHANGE = update(_actor).where(_actor.c.id == _id).values(is_trusted_flagger=value(Actor, "is_trusted_flagger"))


def named(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The portal's trusted flaggers, by name."""
    order = Order("actor.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    return Listing((row.c.is_trusted_flagger, row.c.erased_at.is_(None)), order)


async def add(act: Act, *, actor: UUID) -> Outcome:
    """Name an actor a trusted flagger; being one already is not an error."""
    await access.person(act, actor)
    if not await act.exists(PERSON, id=actor):
        raise not_found("actor")
    await room.of_portal(act)
    flaggers = await act.all(NAMED, into=access.Id)
    if access.Id(actor) in flaggers:
        return act.did(actor_id=actor)
    if len(flaggers) >= MAX_FLAGGERS:
        raise limit_reached(
            f"A portal has at most {MAX_FLAGGERS} trusted flaggers.", "actor", expected.at_most(MAX_FLAGGERS)
        )
    return await _change(act, actor, is_one=True)


async def remove(act: Act, *, actor: UUID) -> Outcome:
    """Make an actor no trusted flagger any more; what was reported before stays marked."""
    if access.Id(actor) not in await act.all(NAMED, into=access.Id):
        if not await act.exists(PERSON, id=actor):
            raise not_found("actor")
        return act.did(actor_id=actor)
    return await _change(act, actor, is_one=False)


async def _change(act: Act, actor: UUID, *, is_one: bool) -> Outcome:
    await act.watch((Actor, actor))
    await act.execute(CHANGE, id=actor, is_trusted_flagger=is_one)
    return act.did(EventKind.TRUSTED_FLAGGERS_CHANGED, actor, {"isTrusted": is_one}, actor_id=actor)
