"""Imported missions: an organisation, a mission and its one slot for each; what is imported again is changed.

The slot has the contribution's own id, so that another import finds it among those that the organisation added.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from intake.imported_place import Placing
from models.actor import Actor
from models.base import constant, new_id, table
from models.contribution import Contribution, ContributionStatus
from models.event import EventKind
from models.import_run import NOTES, ImportedKind, ImportRemarkCode, ImportTarget
from models.mission import ORGANISERS, Mission, MissionDomain, MissionSlot
from models.sign_up import ALIVE, SignUp
from planner.act import value
from planner.event import RECORD, NewEvent, events
from planner.row import reader
from resolvers import life, roll_up, slot_place
from transfer.record import Key, Record

MINORS_FROM = 16
"""Years of age of a mission that takes minors and does not say which: those of the «réserve civique»."""

_actor, _mission, _slot, _sign_up, _contribution = (
    table(model) for model in (Actor, Mission, MissionSlot, SignUp, Contribution)
)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
NAMED = (
    select(_actor.c.name, func.min(_actor.c.id.cast(Text())))
    .where(
        _actor.c.name == any_(bindparam("names", type_=ARRAY(Text()))),
        _actor.c.kind.in_([constant(kind) for kind in ORGANISERS]),
        _actor.c.erased_at.is_(None),
    )
    .group_by(_actor.c.name)
    .having(func.count() == 1)
)
"""Organisations of the portal by their names, where a name is that of one alone."""

_alive = (
    select(_sign_up.c.id)
    .where(_sign_up.c.slot_id == _slot.c.id, _sign_up.c.status.in_([constant(status) for status in ALIVE]))
    .exists()
)
_WORDS = ("title", "body", "is_redacted", "exact_lat", "exact_lng", "address", "expires_at")
_SAID = ("domain", "requirements", "minors_from", "is_accessible")
THERE = (
    select(
        *(_contribution.c[name] for name in ("id", *_WORDS, *roll_up.COLUMNS)),
        *(_mission.c[name] for name in _SAID),
        *(_slot.c[name] for name in ("starts_at", "ends_at", "capacity", "taken_count")),
        _slot.c.cancelled_at.is_(None).label("is_on"),
        _alive.label("has_people"),
    )
    .join_from(_contribution, _mission, _mission.c.contribution_id == _contribution.c.id)
    .join(_slot, _slot.c.id == _contribution.c.id)
    .where(_contribution.c.id == any_(_ids))
    .order_by(_contribution.c.id)
)
LOCK = (
    select(_slot.c.id)
    .join_from(_mission, _slot, _slot.c.mission_id == _mission.c.id)
    .where(_mission.c.contribution_id == any_(_ids))
    .order_by(_slot.c.id)
    .with_for_update(of=_slot)
)
USED = (
    select(_mission.c.contribution_id)
    .join_from(_mission, _slot, _slot.c.mission_id == _mission.c.id)
    .join(_sign_up, _sign_up.c.slot_id == _slot.c.id)
    .where(_mission.c.contribution_id == any_(_ids))
)
"""Of which of `:ids` somebody has signed up, or had."""

_of = select(_mission.c.id).where(_mission.c.contribution_id == any_(_ids))
FORGET_SLOTS = delete(_slot).where(_slot.c.mission_id.in_(_of))
FORGET = delete(_mission).where(_mission.c.contribution_id == any_(_ids))
SAY = (
    update(_mission)
    .where(_mission.c.contribution_id == value(Mission, "contribution_id"))
    .values(**{name: value(Mission, name) for name in _SAID}, revised_at=func.now())
)
SET_SLOT = (
    update(_slot)
    .where(_slot.c.id == value(MissionSlot, "id"))
    .values(**{name: value(MissionSlot, name) for name in ("starts_at", "ends_at", "capacity")})
)


@dataclass(frozen=True, slots=True)
class There(roll_up.CountedRow):
    """A mission that was imported before, with its slot."""

    id: UUID
    title: str
    body: str
    is_redacted: bool
    exact_lat: float | None
    exact_lng: float | None
    address: str | None
    expires_at: datetime | None
    domain: MissionDomain | None
    requirements: str | None
    minors_from: int | None
    is_accessible: bool
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken_count: int
    is_on: bool
    has_people: bool

    def keeps_times(self, record: Record) -> bool:
        """Whether other times were wanted, and the slot stays at its own."""
        said = record.mission
        assert said is not None
        is_same = (self.starts_at, self.ends_at) == (said.starts_at, said.ends_at)
        return not is_same and (self.has_people or not self.is_on)


_there = reader(THERE, There)

Told = tuple[Record, ImportTarget, ImportRemarkCode, str | None]
"""A row, and what is to be said of it: column, code, value."""


async def organisers(
    transaction: Transaction, records: Sequence[Record], earlier: Mapping[Key, UUID]
) -> Mapping[Key, UUID]:
    """What was imported earlier, and of the organisations that rows name those that the portal has."""
    names = {record.mission.organiser: record.mission.organisation for record in records if record.mission}
    if not names:
        return earlier
    rows = await transaction.all(NAMED, names=sorted(set(names.values())))
    had = {str(name): UUID(str(id_)) for name, id_ in rows}
    own = {(ImportedKind.ACTOR.value, reference): had[name] for reference, name in names.items() if name in had}
    return {**own, **earlier}


def expiry(record: Record, usual: datetime | None) -> datetime | None:
    """When a contribution expires: as usual, a mission once its slot is over."""
    return max(usual, record.mission.ends_at) if usual and record.mission else usual


async def write(transaction: Transaction, rows: Sequence[Mapping[str, Any]], said: Mapping[UUID, Record]) -> None:
    """Write the missions and slots of contributions that were imported just now, by their rows."""
    missions: list[dict[str, Any]] = []
    slots: list[dict[str, Any]] = []
    for row in rows:
        mission = said[row["id"]].mission
        if mission is None:
            continue
        own = {"id": new_id(), "contribution_id": row["id"], "organiser_id": row["author_id"]}
        missions.append(own | _said(said[row["id"]], None) | {"revised_at": row["published_at"]})
        period = {"starts_at": mission.starts_at, "ends_at": mission.ends_at, "capacity": mission.places}
        slots.append({"id": row["id"], "mission_id": own["id"], **period, "taken_count": 0, "cancelled_at": None})
    if missions:
        await transaction.copy(_mission, missions)
        await transaction.copy(_slot, slots)


def _said(record: Record, minors_from: int | None) -> dict[str, Any]:
    """A mission's columns; one that takes minors already takes those of the same age."""
    said = record.mission
    assert said is not None
    return {
        "domain": said.domain and said.domain.value,
        "requirements": said.requirements,
        "minors_from": (minors_from or MINORS_FROM) if said.is_open_to_minors else None,
        "is_accessible": said.is_accessible,
    }


async def again(
    transaction: Transaction, actor: UUID | None, rows: Mapping[UUID, Record], places: Placing, *, is_dry: bool
) -> list[Told]:
    """Change missions that were imported before as their rows say now, while they are open; what is to be said of rows.
    With `is_dry` nothing changes."""
    told: list[Told] = []
    for was in await _open(transaction, rows, is_dry=is_dry):
        record = rows[was.id]
        if (fault := places.settle(record)) is not None:
            told.append((record, *fault))
        if was.keeps_times(record):
            told.append((record, ImportTarget.STARTS_AT, ImportRemarkCode.SLOT_KEPT, None))
        if not is_dry and (fault is None or fault[1] in NOTES):
            await _revise(transaction, actor, was, record, await places.columns(transaction, record))
    return told


async def _open(transaction: Transaction, ids: Collection[UUID], *, is_dry: bool) -> list[There]:
    """Those of them that are open, locked unless it is a trial."""
    if not ids:
        return []
    if not is_dry:
        await transaction.all(life.LOCKED, ids=list(ids))
        await transaction.all(LOCK, ids=list(ids))
    rows = [_there(row) for row in await transaction.all(THERE, ids=list(ids))]
    return [row for row in rows if row.status is ContributionStatus.OPEN]


async def _revise(
    transaction: Transaction, actor: UUID | None, was: There, record: Record, place: Mapping[str, Any]
) -> None:
    """Change what another import says of a mission. Words that a moderator has redacted stay."""
    said = record.mission
    assert said is not None
    columns: dict[str, Any] = {}
    if not was.is_redacted and (was.title, was.body) != (record.title, record.body):
        columns |= {"title": record.title, "body": record.body, "search_text": record.search_text}
    placed = ("exact_lat", "exact_lng", "address", "cell")
    if [getattr(was, name) for name in placed] != [place[name] for name in placed]:
        columns |= place
    if was.expires_at is not None and was.expires_at < said.ends_at:
        columns["expires_at"] = said.ends_at
    if columns:
        now = roll_up.CountedRow.of(
            {name: getattr(was, name) for name in roll_up.COLUMNS}
            | {"status": was.status.value, "kind": was.kind.value, "precision": was.precision and was.precision.value}
            | {name: given for name, given in columns.items() if name in roll_up.COLUMNS}
        )
        told = NewEvent(EventKind.CONTRIBUTION_REVISED, was.id, actor, {"columns": sorted(columns)})
        deltas = roll_up.deltas((roll_up.counted(was), roll_up.counted(now)))
        statement = life.revision(tuple(columns), is_renewed=False)
        await transaction.execute(statement, **deltas, **events(told), **columns, id=was.id)
    if await _revise_mission(transaction, was, record):
        told = NewEvent(EventKind.MISSION_REVISED, was.id, actor, {"slot": str(was.id)})
        await transaction.execute(RECORD, **events(told))


async def _revise_mission(transaction: Transaction, was: There, record: Record) -> bool:
    """Change the mission and its slot; the places that are taken stay, and those who wait have new ones. Whether
    anything was changed."""
    mission = record.mission
    assert mission is not None
    said = _said(record, was.minors_from)
    if was.is_redacted:
        said["requirements"] = was.requirements
    before = {name: getattr(was, name) for name in _SAID} | {"domain": was.domain and was.domain.value}
    is_said_anew = said != before
    if is_said_anew:
        await transaction.execute(SAY, contribution_id=was.id, **said)
    if not was.is_on:
        return is_said_anew
    times = (was.starts_at, was.ends_at) if was.keeps_times(record) else (mission.starts_at, mission.ends_at)
    capacity = max(mission.places, was.taken_count)
    if (*times, capacity) == (was.starts_at, was.ends_at, was.capacity):
        return is_said_anew
    await transaction.execute(SET_SLOT, id=was.id, starts_at=times[0], ends_at=times[1], capacity=capacity)
    await slot_place.fill(transaction, was.id, capacity - was.taken_count)
    return True


async def forget(transaction: Transaction, ids: Sequence[UUID]) -> None:
    """Remove the missions and slots of contributions for which nobody signed up."""
    await transaction.execute(FORGET_SLOTS, ids=list(ids))
    await transaction.execute(FORGET, ids=list(ids))
