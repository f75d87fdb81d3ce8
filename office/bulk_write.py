"""What a bulk change writes: each of its contributions is locked, changed or given back, and left where somebody else
changed it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    any_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    not_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Uuid

from models.actor import Actor
from models.base import constant, new_id, table, unnested
from models.bulk_change import BulkChangeKind, BulkObstacle
from models.category import Category
from models.contribution import GONE_STATUSES, Contribution
from models.event import Event, EventKind
from models.notice import Notice
from models.official_response import OfficialResponse
from planner.act import Act
from planner.event import NewEvent
from resolvers import progress, roll_up

_contribution, _response, _actor, _category = (
    table(model) for model in (Contribution, OfficialResponse, Actor, Category)
)
_event, _notice = table(Event), table(Notice)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_ONE: ColumnElement[int] = literal_column("1", Integer)


def before(row: FromClause, kind: BulkChangeKind) -> ColumnElement[Any]:
    """What a contribution has now."""
    match kind:
        case BulkChangeKind.STATUS:
            return progress.newest(row).scalar_subquery()
        case BulkChangeKind.CATEGORY:
            return row.c.category_id
        case BulkChangeKind.ASSIGNEE:
            return row.c.assignee_id


@dataclass(slots=True)
class BulkItem:
    """One contribution of a bulk change: what it had before, and why it is left as it is."""

    id: UUID
    before: UUID | None
    obstacle: BulkObstacle | None
    response: UUID | None = None
    is_kept: bool = False
    """It was changed, and could not be given back."""

    @property
    def was_changed(self) -> bool:
        """The change has changed it, or would."""
        return self.obstacle is None or self.is_kept

    def told(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "id": str(self.id),
            "before": self.before and str(self.before),
            "obstacle": self.obstacle and self.obstacle.value,
            "response": self.response and str(self.response),
            "is_kept": self.is_kept,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "BulkItem":
        """From what is stored."""
        ids = {name: told[name] and UUID(told[name]) for name in ("before", "response")}
        obstacle = told["obstacle"] and BulkObstacle(told["obstacle"])
        return cls(UUID(told["id"]), ids["before"], obstacle, ids["response"], told["is_kept"])


@dataclass(frozen=True, slots=True)
class ChangedRow(roll_up.CountedRow):
    """A contribution that is about to change, locked: what it is counted by, and what it has now."""

    id: UUID
    before: UUID | None


@cache
def _lock(kind: BulkChangeKind) -> Select[Any]:
    columns = [_contribution.c[field.name] for field in fields(roll_up.CountedRow)]
    there = _contribution.c.status.not_in([constant(status) for status in GONE_STATUSES])
    return (
        select(*columns, _contribution.c.id, before(_contribution, kind).label("before"))
        .where(_contribution.c.id == any_(_ids), there)
        .order_by(_contribution.c.id)
        .with_for_update(of=_contribution, key_share=True)
    )


async def _locked(act: Act, kind: BulkChangeKind, items: Sequence[BulkItem]) -> dict[UUID, ChangedRow]:
    ids = [item.id for item in items]
    await act.watch(*((Contribution, id_) for id_ in ids))
    rows = await act.all(_lock(kind), into=ChangedRow, ids=ids)
    return {row.id: row for row in rows}


# Change ---------------------------------------------------------------------------------------------------------------


async def change(
    act: Act, kind: BulkChangeKind, items: Sequence[BulkItem], value_id: UUID | None, service: str | None
) -> list[NewEvent]:
    """Give each contribution without an obstacle the value; what somebody changed since has one now."""
    wanted = [item for item in items if item.obstacle is None]
    rows = await _locked(act, kind, wanted)
    for item in wanted:
        if item.id not in rows or rows[item.id].before != item.before:
            item.obstacle = BulkObstacle.CHANGED_SINCE
    changing = [item for item in wanted if item.obstacle is None]
    if kind is BulkChangeKind.STATUS:
        return await _respond(act, changing, value_id, service)
    await _write(act, kind, [(rows[item.id], value_id) for item in changing])
    return []


async def _respond(act: Act, items: Sequence[BulkItem], status: UUID | None, service: str | None) -> list[NewEvent]:
    """Publish a response without words for each, which gives the status."""
    for item in items:
        item.response = new_id()
    said = {"status_id": status, "service": service, "author_id": act.actor_or_none}
    if items:
        given = {"ids": [item.response for item in items], "contributions": [item.id for item in items]}
        await act.execute(RESPOND, **given, **said)
    return [NewEvent(EventKind.RESPONSE_PUBLISHED, item.id, act.actor_or_none) for item in items]


_pairs = unnested("given", {"id": Uuid(), "contribution": Uuid()})
_said = {name: bindparam(name, type_=_response.c[name].type) for name in ("status_id", "service", "author_id")}
RESPOND = _response.insert().from_select(
    ["id", "contribution_id", *_said, "body", "published_at"],
    select(_pairs.c.id, _pairs.c.contribution, *_said.values(), literal_column("''"), func.now()),
)

_moved = unnested("moved", {"id": Uuid(), "value": Uuid()})
ASSIGN = update(_contribution).where(_contribution.c.id == _moved.c.id).values(assignee_id=_moved.c.value)
CATEGORIZE = roll_up.counting(
    update(_contribution).where(_contribution.c.id == _moved.c.id).values(category_id=_moved.c.value)
)


async def _write(act: Act, kind: BulkChangeKind, given: Sequence[tuple[ChangedRow, UUID | None]]) -> None:
    """Give each contribution its value."""
    if not given:
        return
    bound = {"ids": [row.id for row, _ in given], "values": [wanted for _, wanted in given]}
    if kind is BulkChangeKind.ASSIGNEE:
        await act.execute(ASSIGN, **bound)
        return
    counted = [(roll_up.counted(row), wanted) for row, wanted in given]
    deltas = roll_up.deltas(*((was, replace(was, category=wanted)) for was, wanted in counted))
    await act.execute(CATEGORIZE, **bound, **deltas)


# Restore --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StillThere:
    """What a contribution had before is still there."""

    id: UUID


_EXISTING = {
    BulkChangeKind.CATEGORY: select(_category.c.id).where(_category.c.id == any_(_ids)),
    BulkChangeKind.ASSIGNEE: select(_actor.c.id).where(_actor.c.id == any_(_ids), _actor.c.erased_at.is_(None)),
}
_later = _response.alias("later")
_is_last = not_(
    exists().where(
        _later.c.contribution_id == _response.c.contribution_id,
        _later.c.status_id.is_not(None),
        tuple_(_later.c.published_at, _later.c.id) > tuple_(_response.c.published_at, _response.c.id),
    )
)
_gone = (
    delete(_response)
    .where(_response.c.id == any_(_ids), _response.c.version == _ONE, _response.c.body == literal_column("''"))
    .where(_is_last)
    .returning(*(_response.c[name] for name in ("id", "contribution_id", "published_at")))
    .cte("gone")
)
_untold = (
    delete(_notice)
    .where(
        _notice.c.event_id == _event.c.id,
        _event.c.subject_id == _gone.c.contribution_id,
        _event.c.kind == constant(EventKind.RESPONSE_PUBLISHED),
        _event.c.at == _gone.c.published_at,  # Both were written in the transaction of the change.
    )
    .cte("untold")
)
UNRESPOND = select(_gone.c.id).add_cte(_untold)
"""Removes responses which nobody has revised and after which none gave a status, with what people were told of them."""


async def restore(act: Act, kind: BulkChangeKind, items: Sequence[BulkItem], value_id: UUID | None) -> None:
    """Give back to each contribution that was changed what it had before. What somebody changed since, or what is not
    there any more, is kept as it is."""
    changed = [item for item in items if item.obstacle is None]
    rows = await _locked(act, kind, changed)
    able = [item for item in changed if item.id in rows and rows[item.id].before == value_id]
    if kind is BulkChangeKind.STATUS:
        gone = await _unrespond(act, able)
        able = [item for item in able if item.response in gone]
    else:
        there = await _existing(act, kind, able)
        able = [item for item in able if item.before is None or item.before in there]
        await _write(act, kind, [(rows[item.id], item.before) for item in able])
    given_back = {item.id for item in able}
    for item in changed:
        if item.id not in given_back:
            item.obstacle, item.is_kept = BulkObstacle.CHANGED_SINCE, True


async def _existing(act: Act, kind: BulkChangeKind, items: Sequence[BulkItem]) -> set[UUID]:
    ids = sorted({item.before for item in items if item.before is not None})
    return {row.id for row in await act.all(_EXISTING[kind], into=StillThere, ids=ids)}


async def _unrespond(act: Act, items: Sequence[BulkItem]) -> set[UUID]:
    """Remove the responses that the change published and that still stand; which of them."""
    ids = [item.response for item in items if item.response is not None]
    await act.watch(*((OfficialResponse, id_) for id_ in ids))
    return {row.id for row in await act.all(UNRESPOND, into=StillThere, ids=ids)}
