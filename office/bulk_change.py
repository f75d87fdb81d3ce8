"""Bulk changes: a filter is tried, what it finds is changed as it was shown, and taken back where nobody changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    bindparam,
    case,
    cast,
    column,
    delete,
    false,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Integer, Uuid

from models import expected
from models.actor import Actor
from models.base import constant, table
from models.bulk_change import MAX_CHANGED, MAX_TOLD, BulkChange, BulkChangeKind, BulkChangeState, BulkObstacle
from models.category import Category
from models.contribution import Contribution, ContributionKind
from models.event import EventKind
from models.official_response import MAX_RESPONSES, SERVICE_LENGTH, OfficialResponse
from models.proposal_status import ProposalStatus
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from office import bulk_write
from office.bulk_write import BulkItem
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.event import NewEvent
from planner.listing import Listing, Order
from planner.sight import Sight
from resolvers import assignment, criteria, sight, text
from resolvers.sight import CONTRIBUTION

_change, _actor, _category, _status = table(BulkChange), table(Actor), table(Category), table(ProposalStatus)
_response = table(OfficialResponse)
_id = value(BulkChange, "id")
_given, _its_activity = bindparam("value_id", type_=Uuid()), bindparam("its_activity", type_=Uuid())
_CRITERIA = {
    name: bindparam(f"wanted_{name}", type_=Text() if name in criteria.WORDS else Uuid())
    for name in (*criteria.REFERENCES, *criteria.WORDS)
}
CATEGORY = select(_category.c.activity_id).where(_category.c.id == _given)
STATUS = select(_status.c.activity_id).where(_status.c.id == _given)
FORGET = delete(_change).where(
    _change.c.created_by_id == value(BulkChange, "created_by_id"), _change.c.state == constant(BulkChangeState.CHECKED)
)
LOCK = (
    select(*(_change.c[name] for name in ("id", "kind", "state", "value_id", "service", "items")))
    .where(_change.c.id == _id)
    .with_for_update()
)
_written = {name: value(BulkChange, name) for name in ("state", "items", "changed_count", "kept_count")}
WRITE_DONE = update(_change).where(_change.c.id == _id).values(**_written, done_at=func.now())
WRITE_UNDONE = update(_change).where(_change.c.id == _id).values(**_written, undone_at=func.now())


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """Bulk changes that were made, the newest first."""
    order = Order("bulk_change.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.state != constant(BulkChangeState.CHECKED),), order)


def contributions(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """What a filter finds, the newest first."""
    order = Order("contribution.newest", (row.c.published_at, row.c.id), (datetime, UUID), is_descending=True)
    wanted = criteria.of_arguments(row, context) if context.viewer.is_moderator else (false(),)
    return Listing(wanted, order)


def _items(change: FromClause) -> Any:
    rows = func.jsonb_array_elements(change.c["items"]).table_valued(column("value", JSONB), name="items")
    return rows.render_derived()


def _obstacle(items: Any) -> ColumnElement[str]:
    said: ColumnElement[str] = items.c.value.op("->>")(literal_column("'obstacle'", Text))
    return said


def obstacles(change: FromClause, _context: FieldContext) -> Select[Any]:
    """Why contributions are left as they are, and how many for each reason."""
    items = _items(change)
    why = _obstacle(items)
    count = func.count(type_=Integer()).label("count")
    columns: list[Any] = [why.label("obstacle"), count]
    grouped = select(*columns).select_from(items).where(why.is_not(None)).group_by(why)
    return grouped.order_by(count.desc(), why)


def left(change: FromClause, context: FieldContext) -> Select[Any]:
    """Those contributions themselves, as far as the viewer sees them."""
    items, seen = _items(change), table(Contribution).alias("left")
    is_its = cast(items.c.value.op("->>")(literal_column("'id'", Text)), Uuid) == seen.c.id
    chosen = select(seen.c.id, seen.c.title, _obstacle(items).label("obstacle")).select_from(items).join(seen, is_its)
    visible = sight.contribution(seen, context.sight)
    shown = chosen.where(_obstacle(items).is_not(None))
    shown = shown if visible is None else shown.where(visible)
    return shown.order_by(seen.c.title, seen.c.id).limit(literal_column(str(MAX_TOLD), BigInteger))


# The trial ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItsActivity:
    """Whose a category or a status is."""

    activity_id: UUID


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A contribution that a filter finds: what it has now, and why it would be left as it is."""

    id: UUID
    before: UUID | None
    obstacle: BulkObstacle | None


def _obstacle_of(kind: BulkChangeKind) -> ColumnElement[Any]:
    """Why a contribution cannot be given the value, or need not; NULL where it changes."""
    row, before = CONTRIBUTION, bulk_write.before(CONTRIBUTION, kind)
    reasons: list[tuple[Any, Any]] = []
    if kind is BulkChangeKind.STATUS:
        is_proposal = row.c.kind == constant(ContributionKind.PROPOSAL)
        counted = select(func.count()).where(_response.c.contribution_id == row.c.id).correlate_except(_response)
        is_full = counted.scalar_subquery() >= literal_column(str(MAX_RESPONSES), Integer)
        reasons = [(~is_proposal, BulkObstacle.NOT_A_PROPOSAL), (is_full, BulkObstacle.LIMIT_REACHED)]
    if kind is not BulkChangeKind.ASSIGNEE:
        reasons.append((row.c.activity_id != _its_activity, BulkObstacle.OTHER_ACTIVITY))
    reasons.append((before.is_not_distinct_from(_given), BulkObstacle.UNCHANGED))
    return case(*((condition, constant(reason)) for condition, reason in reasons), else_=null())


@lru_cache(maxsize=256)
def _trial(kind: BulkChangeKind, names: tuple[str, ...], is_assigned: bool | None, seen: Sight) -> Select[Any]:
    """What a filter finds, with what each has now and why it cannot change; one more than may be."""
    row = CONTRIBUTION
    columns: list[Any] = [row.c.id, bulk_write.before(row, kind).label("before"), _obstacle_of(kind).label("obstacle")]
    statement: Select[Any] = select(*columns)
    where = criteria.conditions(row, {name: _CRITERIA[name] for name in names}, is_assigned=is_assigned)
    order = (row.c.published_at.desc(), row.c.id.desc())
    most = literal_column(str(MAX_CHANGED + 1), BigInteger)
    return sight.contributions(statement, seen).where(*where).order_by(*order).limit(most)


async def check(
    act: Act,
    *,
    criteria: Mapping[str, Any],
    kind: BulkChangeKind,
    status: UUID | None = None,
    category: UUID | None = None,
    assignee: UUID | None = None,
    service: str = "",
) -> Outcome:
    """Find what a filter finds and say of each whether it would change; nothing is changed yet."""
    value_id = {"STATUS": status, "CATEGORY": category, "ASSIGNEE": assignee}[kind.value]
    its_activity = await _require(act, kind, value_id)
    said = text.line(service, SERVICE_LENGTH, "service") if kind is BulkChangeKind.STATUS else None
    items = await _tried(act, criteria, kind, value_id, its_activity)
    if act.actor_or_none is not None:
        await act.execute(FORGET, created_by_id=act.actor)
    change = await act.insert(
        BulkChange,
        kind=kind,
        state=BulkChangeState.CHECKED,
        value_id=value_id,
        service=said,
        items=[item.told() for item in items],
        changed_count=sum(item.obstacle is None for item in items),
        kept_count=0,
        created_by_id=act.actor_or_none,
        created_at=act.now,
    )
    return act.did(bulk_change_id=change)


async def _tried(
    act: Act, given: Mapping[str, Any], kind: BulkChangeKind, value_id: UUID | None, its_activity: UUID | None
) -> list[BulkItem]:
    """What the filter finds. Raises Refusal(LIMIT_REACHED)."""
    asked = criteria.values(given)
    statement = _trial(kind, tuple(asked), given.get(criteria.IS_ASSIGNED), act.sight)
    wanted = {f"wanted_{name}": wanted for name, wanted in asked.items()}
    bound = {"value_id": value_id, "its_activity": its_activity} if kind is not BulkChangeKind.ASSIGNEE else {}
    tried = await act.all(statement, into=TriedRow, **wanted, **({"value_id": value_id} | bound))
    items = [BulkItem(row.id, row.before, row.obstacle) for row in tried]
    if len(items) > MAX_CHANGED:
        message = f"The filter finds more than {MAX_CHANGED:,} contributions: narrow it down."
        raise limit_reached(message, "criteria", expected.fewer(MAX_CHANGED))
    return items


async def _require(act: Act, kind: BulkChangeKind, value_id: UUID | None) -> UUID | None:
    """The value is there; its activity, if it has one. Raises Refusal."""
    match kind:
        case BulkChangeKind.ASSIGNEE:
            if value_id is not None:
                await assignment.require_of_team(act, value_id)
            return None
        case BulkChangeKind.STATUS if value_id is None:
            raise Refusal(ErrorCode.REQUIRED, "Say which status.", "status")
        case BulkChangeKind.CATEGORY if value_id is None:
            return None
    is_status = kind is BulkChangeKind.STATUS
    owner = await act.one(STATUS if is_status else CATEGORY, into=ItsActivity, value_id=value_id)
    if owner is None:
        raise not_found("status" if is_status else "category")
    return owner.activity_id


# The change -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LockedChange:
    """A bulk change, locked."""

    id: UUID
    kind: BulkChangeKind
    state: BulkChangeState
    value_id: UUID | None
    service: str | None
    items: list[dict[str, Any]]


async def _locked(act: Act, bulk_change: UUID, wanted: BulkChangeState) -> LockedChange:
    """The bulk change in the state that is wanted. Raises Refusal."""
    change = await act.one(LOCK, into=LockedChange, id=bulk_change)
    if change is None:
        raise not_found("bulkChange")
    if change.state is not wanted:
        raise Refusal(ErrorCode.CONFLICT, "Somebody has gone on with it already; read it again.", "bulkChange")
    return change


async def confirm(act: Act, *, bulk_change: UUID) -> Outcome:
    """Change what was shown to change, unless somebody changed it since."""
    change = await _locked(act, bulk_change, BulkChangeState.CHECKED)
    await _require(act, change.kind, change.value_id)
    items = [BulkItem.of(item) for item in change.items]
    happened = await bulk_write.change(act, change.kind, items, change.value_id, change.service)
    return await _end(act, change, BulkChangeState.DONE, items, EventKind.BULK_CHANGED, happened)


async def undo(act: Act, *, bulk_change: UUID) -> Outcome:
    """Give back to each contribution what it had before, unless somebody changed it since."""
    change = await _locked(act, bulk_change, BulkChangeState.DONE)
    items = [BulkItem.of(item) for item in change.items]
    await bulk_write.restore(act, change.kind, items, change.value_id)
    return await _end(act, change, BulkChangeState.UNDONE, items, EventKind.BULK_UNDONE)


async def _end(
    act: Act,
    change: LockedChange,
    state: BulkChangeState,
    items: list[BulkItem],
    event: EventKind,
    more: Sequence[NewEvent] = (),
) -> Outcome:
    write = WRITE_DONE if state is BulkChangeState.DONE else WRITE_UNDONE
    changed_count = sum(item.was_changed for item in items)
    kept_count = sum(item.is_kept for item in items)
    counts = {"changed_count": changed_count, "kept_count": kept_count}
    await act.execute(write, id=change.id, state=state, items=[item.told() for item in items], **counts)
    outcome = act.did(event, change.id, {"kind": change.kind.value, "count": changed_count}, bulk_change_id=change.id)
    return Outcome(outcome.values, outcome.secrets, (*outcome.events, *more))
