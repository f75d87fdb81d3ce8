"""Missions: what an organisation asks volunteers for, and its time slots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    cast,
    extract,
    false,
    func,
    literal_column,
    not_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql

from models import expected
from models.actor import Actor
from models.base import constant, new_id, table
from models.contribution import Contribution, ContributionKind, OnBehalfOf
from models.event import EventKind
from models.mission import (
    MAX_AHEAD_DAYS,
    MAX_PLACES,
    MAX_SLOT_DAYS,
    MAX_SLOTS,
    MINORS_FROM,
    ORGANISERS,
    REQUIREMENTS_LENGTH,
    Mission,
    MissionDomain,
    MissionSlot,
)
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from models.sign_up import SignUp, SignUpStatus
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, capacity, ident, life, penalty, period, place, room, slot_place, speaking, text
from resolvers.sight import ACTIVITY, CONTRIBUTION, SPACE

_mission, _slot, _sign_up, _actor = table(Mission), table(MissionSlot), table(SignUp), table(Actor)
_id = value(MissionSlot, "id")
_columns = ("domain", "requirements", "minors_from", "is_accessible")
_saving = postgresql.insert(_mission).values(
    **{name: value(Mission, name) for name in ("id", "contribution_id", "organiser_id", *_columns)},
    revised_at=func.now(),
)
SAVE = _saving.on_conflict_do_update(
    index_elements=("contribution_id",), set_={name: _saving.excluded[name] for name in (*_columns, "revised_at")}
).returning(_mission.c.id)
FOR_ADULTS: dict[str, object] = {"domain": None, "requirements": None, "minors_from": None, "is_accessible": False}
"""What a mission says that its first slot makes."""

ORGANISER = select(_actor.c.id).where(
    _actor.c.id == value(Actor, "id"), _actor.c.kind.in_([constant(kind) for kind in ORGANISERS])
)
ANSWERED_BY_ITSELF = select(CONTRIBUTION.c.id).where(
    CONTRIBUTION.c.id == value(Mission, "contribution_id"), CONTRIBUTION.c.behalf == constant(OnBehalfOf.NOBODY)
)
REDACTED = select(CONTRIBUTION.c.id).where(
    CONTRIBUTION.c.id == value(Mission, "contribution_id"), CONTRIBUTION.c.is_redacted
)
OF = (
    select(_mission.c.id)
    .where(_mission.c.contribution_id == value(Mission, "contribution_id"))
    .with_for_update(key_share=True)
)
COUNT = select(func.count().label("count")).where(_slot.c.mission_id == value(MissionSlot, "mission_id"))
CONTRIBUTION_OF = select(_mission.c.contribution_id, _mission.c.organiser_id, _mission.c.minors_from).where(
    _mission.c.id.in_(select(_slot.c.mission_id).where(_slot.c.id == _id))
)
KEEP_UNTIL = (
    update(CONTRIBUTION)
    .where(CONTRIBUTION.c.id == value(Contribution, "id"), CONTRIBUTION.c.expires_at.is_not(None))
    .values(expires_at=func.greatest(CONTRIBUTION.c.expires_at, value(Contribution, "expires_at")))
)
"""What is open expires no sooner than then."""

RESIZE = update(_slot).where(_slot.c.id == _id).values(capacity=value(MissionSlot, "capacity"))


@dataclass(frozen=True, slots=True)
class SlotMission:
    """Of which contribution a slot is, whose, and from which age on one may sign up."""

    contribution_id: UUID
    organiser_id: UUID
    minors_from: int | None


@dataclass(frozen=True, slots=True)
class LockedSlot:
    """A slot, locked; `room` is how many places are free."""

    id: UUID
    mission_id: UUID
    starts_at: datetime
    ends_at: datetime
    room: int
    taken: int
    is_open: bool
    has_begun: bool


# Reads ----------------------------------------------------------------------------------------------------------------


def next_start(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """When the next slot begins, or began that is not over."""
    slot = _slot.alias("next_slot")
    soonest = select(func.min(slot.c.starts_at)).where(slot.c.mission_id == row.c.id, slot_place.is_to_come(slot))
    return soonest.correlate_except(slot).scalar_subquery()


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Those for which one can sign up: in what is open now, with a slot to come; the next first."""
    begins = next_start(row, context)
    order = Order("mission.next", (begins, row.c.id), (datetime, UUID))
    asked, slot = CONTRIBUTION.alias("asked_for"), _slot.alias("coming")
    activity, space = ACTIVITY.alias("asked_in"), SPACE.alias("asked_within")
    standing: Select[Any] = (
        select(literal_column("1"))
        .join_from(asked, activity, activity.c.id == asked.c.activity_id)
        .join(space, space.c.id == activity.c.space_id)
        .where(asked.c.id == row.c.contribution_id, life.is_standing(asked))
        .where(period.is_open(activity), period.is_open(space))
        .where(*_asked_for(asked, space, context))
    )
    coming: Select[Any] = select(literal_column("1")).where(slot.c.mission_id == row.c.id, slot_place.is_to_come(slot))
    where: list[ColumnElement[bool]] = [
        standing.correlate_except(asked, activity, space).exists(),
        coming.correlate_except(slot).exists(),
    ]
    if context.has("domain"):
        where.append(row.c.domain == constant(context.choice("domain")))
    if context.has("isOpenToMinors"):
        takes = row.c.minors_from.is_not(None)
        where.append(takes if context.choice("isOpenToMinors") else not_(takes))
    return Listing(tuple(where), order)


def _asked_for(asked: FromClause, space: FromClause, context: FieldContext) -> Iterator[ColumnElement[bool]]:
    """Where the request lies, as `missions` asks for it."""
    if context.has("space"):
        yield space.c.id == ident.argument(context, "space", "space")
    if context.has("zone"):
        yield asked.c.zone_id == ident.argument(context, "zone", "zone")
    if context.has("near"):
        yield place.within_circle(asked, context, "near")


def may_organise(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may say what a mission says."""
    return speaking.speaks_for(row.c.organiser_id, context.viewer_id) if context.viewer.is_member else false()


def may_become(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether a contribution is, or may become, a mission of an organisation for which the viewer speaks."""
    if not context.viewer.is_member:
        return false()
    author = _actor.alias("organiser")
    organises: Select[Any] = select(literal_column("1")).where(
        author.c.id == row.c.author_id, author.c.kind.in_([constant(kind) for kind in ORGANISERS])
    )
    return and_(
        row.c.kind == constant(ContributionKind.REQUEST),
        row.c.behalf == constant(OnBehalfOf.NOBODY),
        organises.correlate_except(author).exists(),
        speaking.speaks_for(row.c.author_id, context.viewer_id),
    )


def slots(row: FromClause, mission: FromClause, _context: FieldContext) -> Listing:
    """Those that are not over, in their order."""
    order = Order("slot.start", (row.c.starts_at, row.c.id), (datetime, UUID))
    return Listing((row.c.mission_id == mission.c.id, row.c.ends_at > func.now()), order)


def past_slots(row: FromClause, mission: FromClause, context: FieldContext) -> Listing:
    """Those that are over, the last first, for whoever organises it."""
    order = Order("slot.end", (row.c.starts_at, row.c.id), (datetime, UUID), is_descending=True)
    where = (row.c.mission_id == mission.c.id, row.c.ends_at <= func.now(), may_organise(mission, context))
    return Listing(where, order)


def free_places(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many places nobody has taken."""
    return row.c.capacity - row.c.taken_count


def waiting_count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many wait for a place."""
    waiting = _sign_up.alias("waiting")
    counted = select(func.count()).where(
        waiting.c.slot_id == row.c.id, waiting.c.status == constant(SignUpStatus.WAITING)
    )
    return counted.correlate_except(waiting).scalar_subquery()


def is_open(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether people may still sign up for a slot."""
    return slot_place.is_to_come(row)


def has_begun(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether it has begun, so that who came can be marked."""
    return and_(row.c.starts_at <= func.now(), row.c.cancelled_at.is_(None))


def slot_organised(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may organise the mission of a slot."""
    if not context.viewer.is_member:
        return false()
    mission = _mission.alias("organised")
    own: Select[Any] = select(literal_column("1")).where(
        mission.c.id == row.c.mission_id, speaking.speaks_for(mission.c.organiser_id, context.viewer_id)
    )
    return own.correlate_except(mission).exists()


def hours(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many whole hours volunteers came for, to the missions of an organisation."""
    came, slot = _sign_up.alias("came"), _slot.alias("done")
    spent = cast(func.floor(extract("epoch", func.sum(slot.c.ends_at - slot.c.starts_at)) / 3600), Integer)
    counted = (
        select(func.coalesce(spent, literal_column("0")))
        .join_from(came, slot, slot.c.id == came.c.slot_id)
        .where(came.c.organiser_id == row.c.id, came.c.status == constant(SignUpStatus.CAME))
    )
    return counted.correlate_except(came, slot).scalar_subquery()


# Writes ---------------------------------------------------------------------------------------------------------------


async def _organised(act: Act, contribution: UUID, field: str) -> access.Target:
    """A request that is, or may become, a mission of an organisation of the asker's, locked: of acts at the same time
    each finds what the one before has left. Raises Refusal."""
    await act.one(capacity.LOCK, into=capacity.LockedContribution, id=contribution)
    target = await access.contribution(act, contribution, field)
    if not await speaking.acts_for(act, target.author_id):
        raise not_found(field)
    await penalty.require_no_suspension(act, {"on_behalf_of": target.author_id})
    if target.kind is not ContributionKind.REQUEST or not await act.exists(
        ANSWERED_BY_ITSELF, contribution_id=contribution
    ):
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "A mission is a request of an organisation's own.", field)
    if not await act.exists(ORGANISER, id=target.author_id):
        raise Refusal(ErrorCode.ORGANISATIONS_ONLY, "Missions are for associations and public bodies.", field)
    return target


async def revise(
    act: Act,
    *,
    contribution: UUID,
    domain: MissionDomain | None = None,
    requirements: str | None = None,
    minors_from: int | None = None,
    is_accessible: bool = False,
) -> Outcome:
    """Write all that a mission says besides its request; makes the mission. Whoever has signed up stays."""
    target = await _organised(act, contribution, "contribution")
    if minors_from is not None and not MINORS_FROM[0] <= minors_from <= MINORS_FROM[1]:
        raise bad_input(f"{MINORS_FROM[0]} to {MINORS_FROM[1]} years.", "minorsFrom", expected.number(*MINORS_FROM))
    wanted = requirements and requirements.strip()
    said = {
        "domain": domain,
        "requirements": text.clean(wanted, REQUIREMENTS_LENGTH, "requirements") if wanted else None,
        "minors_from": minors_from,
        "is_accessible": is_accessible,
    }
    if said["requirements"] is not None and await act.exists(REDACTED, contribution_id=contribution):
        raise Refusal(ErrorCode.CONTENT_REDACTED, "A moderator has redacted its words.", "requirements")
    if there := await act.one(OF, into=access.Id, contribution_id=contribution):
        await act.watch((Mission, there.id))
    mission = await _save(act, target, **said)
    return act.did(EventKind.MISSION_REVISED, contribution, mission_id=mission)


async def _save(act: Act, request: access.Target, **said: object) -> UUID:
    """Write what the mission of a locked request says, which is made where there is none; returns its id."""
    keys = {"id": new_id(), "contribution_id": request.id, "organiser_id": request.author_id}
    saved = await act.one(SAVE, into=access.Id, **keys, **said)
    assert saved is not None
    return saved.id


async def add_slot(act: Act, *, contribution: UUID, starts_at: datetime, ends_at: datetime, places: int) -> Outcome:
    """Add a time slot; makes the mission, for adults, where there is none. The request stays open until it is over."""
    target = await _organised(act, contribution, "contribution")
    target.require_standing()
    _require_places(places)
    _require_period(starts_at, ends_at)
    there = await act.one(OF, into=access.Id, contribution_id=contribution)
    mission = there.id if there else await _save(act, target, **FOR_ADULTS)
    [slots_] = await act.all(COUNT, into=room.Count, mission_id=mission)
    if slots_.count >= MAX_SLOTS:
        raise limit_reached(f"A mission has at most {MAX_SLOTS} slots.", "contribution", expected.at_most(MAX_SLOTS))
    slot = await act.insert(MissionSlot, mission_id=mission, starts_at=starts_at, ends_at=ends_at, capacity=places)
    await act.execute(KEEP_UNTIL, id=contribution, expires_at=ends_at)
    note = {"slot": str(slot)}
    return act.did(EventKind.MISSION_REVISED, contribution, note, mission_id=mission, slot_id=slot)


def _require_places(places: int) -> None:
    if not 1 <= places <= MAX_PLACES:
        raise bad_input(f"From 1 to {MAX_PLACES} places.", "places", expected.number(1, MAX_PLACES))


def _require_period(starts_at: datetime, ends_at: datetime) -> None:
    now = datetime.now(UTC)
    if ends_at <= now or starts_at > now + timedelta(days=MAX_AHEAD_DAYS):
        raise bad_input(f"A slot begins within {MAX_AHEAD_DAYS} days.", "startsAt", expected.days_ahead(MAX_AHEAD_DAYS))
    if not starts_at < ends_at <= starts_at + timedelta(days=MAX_SLOT_DAYS):
        raise bad_input(f"It ends within {MAX_SLOT_DAYS} days.", "endsAt", expected.days_after(MAX_SLOT_DAYS))


async def of_which(act: Act, slot: UUID) -> SlotMission:
    """Of which mission a slot is, which is not locked yet. Raises Refusal(NOT_FOUND)."""
    of = await act.one(CONTRIBUTION_OF, into=SlotMission, id=slot)
    if of is None:
        raise not_found("slot")
    return of


async def locked_slot(act: Act, slot: UUID) -> LockedSlot:
    """A slot, locked. Raises Refusal(NOT_FOUND)."""
    held = await act.one(slot_place.LOCK, into=LockedSlot, id=slot)
    if held is None:
        raise not_found("slot")
    return held


async def _own_slot(act: Act, slot: UUID) -> tuple[SlotMission, LockedSlot]:
    of = await of_which(act, slot)
    await _organised(act, of.contribution_id, "slot")
    return of, await locked_slot(act, slot)


async def revise_slot(act: Act, *, slot: UUID, places: int) -> Outcome:
    """Change how many places a slot has: the first who wait have those that are new."""
    _require_places(places)
    of, held = await _own_slot(act, slot)
    _require_open(held)
    if places < held.taken:
        raise Refusal(ErrorCode.CAPACITY_TAKEN, f"{held.taken} places are taken.", "places")
    await act.watch((MissionSlot, slot))
    await act.execute(RESIZE, id=slot, capacity=places)
    await slot_place.fill(act.transaction, slot, places - held.taken)
    return act.did(EventKind.MISSION_REVISED, of.contribution_id, {"slot": str(slot)}, slot_id=slot)


async def cancel_slot(act: Act, *, slot: UUID) -> Outcome:
    """Call a slot off that has not begun: everybody who is registered or waits is told."""
    of, held = await _own_slot(act, slot)
    _require_open(held)
    if held.has_begun:
        raise Refusal(ErrorCode.SLOT_OVER, "It has begun.", "slot")
    return await slot_place.call_off(act, slot, of.contribution_id)


def _require_open(slot: LockedSlot) -> None:
    if not slot.is_open:
        raise Refusal(ErrorCode.SLOT_OVER, "This slot is over, or was called off.", "slot")
