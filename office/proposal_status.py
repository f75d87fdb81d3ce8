"""Statuses of proposals: an activity's list of them, made and ordered by administrators and the space's editors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Uuid

from models import expected
from models.activity import Activity
from models.base import constant, table
from models.event import EventKind
from models.kind_setting import ActivitySetting
from models.official_response import OfficialResponse
from models.proposal_status import MAX_STATUSES, STATUS_NAME_LENGTH, ProposalStatus
from models.refusal import ErrorCode, Refusal, conflict, limit_reached, not_found
from models.space_role import SpaceRole, SpaceRoleKind
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.who import ADMINISTRATOR
from resolvers import access, kind_setting, portal, progress, room, text

_status, _response, _activity, _role = (
    table(model) for model in (ProposalStatus, OfficialResponse, Activity, SpaceRole)
)
_id, _activity_id = value(ProposalStatus, "id"), value(ProposalStatus, "activity_id")
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_ONE: ColumnElement[int] = literal_column("1", Integer)
_RULES = ("name", "color", "is_open_to_votes", "is_open_to_comments")
KNOWN = select(_status.c.id, _status.c.rank).where(_status.c.activity_id == _activity_id)
OF = select(_status.c.activity_id).where(_status.c.id == _id)
REVISE = (
    update(_status)
    .where(_status.c.id == _id, _status.c.version == bindparam("read_version", type_=Integer()))
    .values(**{name: value(ProposalStatus, name) for name in _RULES}, version=_status.c.version + _ONE)
)
GIVEN = select(_response.c.id).where(_response.c.status_id == _id).limit(_ONE)
REMOVE = delete(_status).where(_status.c.id == _id)
ORDER = (
    update(_status)
    .where(_status.c.activity_id == _activity_id)
    .values(rank=func.coalesce(func.array_position(_ids, _status.c.id), func.cardinality(_ids) + _status.c.rank + _ONE))
)
IN_STATUS = (
    select(_role.c.id)
    .join_from(_status, _activity, _activity.c.id == _status.c.activity_id)
    .join(_role, _role.c.space_id == _activity.c.space_id)
    .where(
        _status.c.id == _id,
        _role.c.actor_id == value(SpaceRole, "actor_id"),
        _role.c.kind == constant(SpaceRoleKind.EDITOR),
    )
)


async def _edits_status(act: Act, arguments: Mapping[str, Any]) -> bool:
    return await act.exists(IN_STATUS, id=arguments["proposal_status"], actor_id=act.actor)


STATUS_EDITOR = ADMINISTRATOR.unless(_edits_status)
"""Administrators, and editors of the space of the status that the input names."""


# Reads ----------------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """An activity's statuses in their order."""
    return Listing((row.c.activity_id == activity.c.id,), Order("status.rank", (row.c.rank, row.c.id), (int, UUID)))


def of_contribution(contribution: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Where the city is with a proposal."""
    return row.c.id == progress.newest(contribution).scalar_subquery()


# Changes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownStatus:
    """A status of an activity, and its place."""

    id: UUID
    rank: int


@dataclass(frozen=True, slots=True)
class StatusOwner:
    """Whose a status is."""

    activity_id: UUID


async def add(act: Act, *, activity: UUID, name: str, color: str, **allowed: bool) -> Outcome:
    """A new status behind the others of an activity."""
    rules = await access.activity(act, activity)
    kind_setting.require(rules.kind, ActivitySetting.STATUSES, "activity")
    columns = _columns(name, color) | allowed
    await room.of(act, Activity, activity)
    statuses = await act.all(KNOWN, into=KnownStatus, activity_id=activity)
    if len(statuses) >= MAX_STATUSES:
        raise limit_reached(
            f"An activity has at most {MAX_STATUSES} statuses.", "activity", expected.at_most(MAX_STATUSES)
        )
    await act.insert(ProposalStatus, activity_id=activity, rank=_behind(statuses), **columns)
    return act.did(EventKind.STATUSES_CHANGED, activity, activity_id=activity)


async def revise(act: Act, *, proposal_status: UUID, version: int, name: str, color: str, **allowed: bool) -> Outcome:
    """Write a status anew, unless somebody else did since `version` was read; proposals keep it."""
    columns = _columns(name, color) | allowed
    activity = await owner(act, proposal_status)
    if not await act.execute(REVISE, id=proposal_status, read_version=version, **columns):
        raise conflict()
    return act.did(EventKind.STATUSES_CHANGED, activity, activity_id=activity)


async def remove(act: Act, *, proposal_status: UUID) -> Outcome:
    """Take a status away that no response gave."""
    activity = await owner(act, proposal_status)
    if await act.exists(GIVEN, id=proposal_status):
        raise Refusal(ErrorCode.IN_USE, "Responses gave this status.", "proposalStatus")
    await act.execute(REMOVE, id=proposal_status)
    return act.did(EventKind.STATUSES_CHANGED, activity, activity_id=activity)


async def order(act: Act, *, activity: UUID, proposal_statuses: list[UUID]) -> Outcome:
    """Put an activity's statuses in order; those that are not named follow as they did."""
    await access.activity(act, activity)
    statuses = await act.all(KNOWN, into=KnownStatus, activity_id=activity)
    access.refuse_unknown(proposal_statuses, statuses, "proposalStatuses")
    await act.execute(ORDER, activity_id=activity, ids=proposal_statuses)
    return act.did(EventKind.STATUSES_CHANGED, activity, activity_id=activity)


async def owner(act: Act, status: UUID) -> UUID:
    """The activity of a status, as far as the asker sees it. Raises Refusal(NOT_FOUND)."""
    owning = await act.one(OF, into=StatusOwner, id=status)
    if owning is None:
        raise not_found("proposalStatus")
    await access.activity(act, owning.activity_id, "proposalStatus")
    return owning.activity_id


def _behind(statuses: Sequence[KnownStatus]) -> int:
    """The place behind all others, of which some may have been removed."""
    return max((each.rank for each in statuses), default=0) + 1


def _columns(name: str, color: str) -> dict[str, object]:
    return {"name": text.line(name, STATUS_NAME_LENGTH, "name"), "color": portal.color(color, "color")}
