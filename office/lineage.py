"""Lineage: doubles are merged into one proposal, proposals are taken up as projects, and either is undone."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Update, any_, bindparam, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models import expected
from models.activity import KINDS, ActivityKind
from models.base import constant, table
from models.contribution import By, Contribution, ContributionKind, ContributionOutcome, ContributionStatus
from models.event import EventKind
from models.lineage import MAX_PREDECESSORS, SUCCESSION, Succession
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached
from models.vote import Choice, Vote
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.event import NewEvent, events
from planner.listing import Listing, Order, all_of
from resolvers import access, life, roll_up, room
from resolvers.vote_method import METHODS

_contribution = table(Contribution)
_id = value(Contribution, "id")
_named = {name: value(Contribution, name) for name in ("successor_id", "succession")} | {"succeeded_at": func.now()}
_nobodys = dict.fromkeys(SUCCESSION, null())
MERGE = life.change(
    status=value(Contribution, "status"), outcome=value(Contribution, "outcome"), closed_at=func.now(), **_named
)
REOPEN = life.change(status=value(Contribution, "status"), outcome=null(), closed_at=null(), **_nobodys)
ADOPT = update(_contribution).where(_contribution.c.id == _id).values(**_named)
LET_GO = update(_contribution).where(_contribution.c.id == _id).values(**_nobodys)


# Reads ----------------------------------------------------------------------------------------------------------------


def predecessors(row: FromClause, contribution: FromClause, context: FieldContext) -> Listing:
    """What was merged into a proposal, or became this project, the newest first."""
    order = Order("contribution.predecessor", (row.c.succeeded_at, row.c.id), (datetime, UUID), is_descending=True)
    of = row.c.succession == constant(context.choice("succession")) if context.has("succession") else None
    return Listing(all_of((row.c.successor_id == contribution.c.id, of)), order)


def supporter_count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many support it or what was merged into it: each person once, and each vote of somebody who was erased."""
    ballot, merged = table(Vote).alias("supporting"), table(Contribution).alias("merged")
    is_merged = merged.c.succession == constant(Succession.MERGED)
    of_merged = select(merged.c.id).where(merged.c.successor_id == row.c.id, is_merged).correlate_except(merged)
    agrees = ballot.c.choice.in_([constant(choice) for choice in (Choice.SUPPORT, Choice.FOR)])
    whose = func.coalesce(ballot.c.actor_id, ballot.c.id).distinct()
    of = or_(ballot.c.contribution_id == row.c.id, ballot.c.contribution_id.in_(of_merged))
    return select(func.count(whose)).where(of, agrees).correlate_except(ballot).scalar_subquery()


# Changes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ancestor(life.Due):
    """A proposal, locked: what it is counted by, and what became of it."""

    successor_id: UUID | None
    succession: Succession | None


LOCK = (
    select(*(_contribution.c[field.name] for field in fields(Ancestor)))
    .where(_contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
    .order_by(_contribution.c.id)
    .with_for_update()
)
COUNT = select(func.count().label("count")).where(_contribution.c.successor_id == value(Contribution, "successor_id"))


async def merge(act: Act, *, contribution: UUID, into: UUID) -> Outcome:
    """Close a proposal as a double of another of its activity, which hears for both from then on."""
    one, other = await access.contribution(act, contribution), await access.contribution(act, into, "into")
    for target, field in ((one, "contribution"), (other, "into")):
        _require_mergeable(target, field)
    if one.id == other.id or one.activity_id != other.activity_id:
        raise bad_input("A double is merged into another proposal of its activity.", "into", expected.OTHER)
    was, its = await _locked(act, contribution, into)
    move = life.allowed(was.status, ContributionStatus.CLOSED, By.LINEAGE)
    if move is None:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or withheld.", "contribution")
    if its.status is not ContributionStatus.OPEN:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or withheld.", "into")
    await _require_free(act, was, into, "into")
    happened = NewEvent(move.event, contribution, act.actor_or_none, {"succession": Succession.MERGED.value})
    named = {"outcome": ContributionOutcome.MERGED, **_names(into, Succession.MERGED)}
    await _move(act, MERGE, was, move.after, happened, **named)
    return act.did(contribution_id=contribution)


async def adopt(act: Act, *, contribution: UUID, project: UUID) -> Outcome:
    """Say that a proposal has become a project on which residents vote."""
    one, other = await access.contribution(act, contribution), await access.contribution(act, project, "project")
    if one.kind is not ContributionKind.PROPOSAL or KINDS[one.activity_kind].is_staffed:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "A resident's proposal becomes a project.", "contribution")
    if other.kind is not ContributionKind.PROPOSAL or not KINDS[other.activity_kind].is_staffed:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "It becomes a project of a participatory budget.", "project")
    was, _ = await _locked(act, contribution, project)
    await _require_free(act, was, project, "project")
    await act.execute(ADOPT, id=contribution, **_names(project, Succession.PROJECT))
    note = {"succession": Succession.PROJECT.value}
    return act.did(EventKind.LINEAGE_CHANGED, contribution, note, contribution_id=contribution)


async def part(act: Act, *, contribution: UUID) -> Outcome:
    """Undo what was said of a proposal: one that was merged is open again, with its own votes."""
    await access.contribution(act, contribution)
    [was] = await act.all(LOCK, into=Ancestor, ids=[contribution])
    if was.succession is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It has no successor.", "contribution")
    note: dict[str, Any] = {"succession": None}
    if was.succession is Succession.PROJECT:
        await act.execute(LET_GO, id=contribution)
        return act.did(EventKind.LINEAGE_CHANGED, contribution, note, contribution_id=contribution)
    move = life.allowed(was.status, ContributionStatus.OPEN, By.LINEAGE)
    if move is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "Moderation withholds it.", "contribution")
    await _move(act, REOPEN, was, move.after, NewEvent(move.event, contribution, act.actor_or_none, note))
    return act.did(contribution_id=contribution)


def _require_mergeable(target: access.Target, field: str) -> None:
    """It is a proposal on which people vote one by one: signatures of petitions and ballots go with what was signed or
    voted on. Raises Refusal(KIND_NOT_ACCEPTED)."""
    kind = KINDS[target.activity_kind]
    is_free = kind.usual_vote is not None and METHODS[kind.usual_vote].is_free and not kind.is_staffed
    if target.kind is not ContributionKind.PROPOSAL or not is_free or target.activity_kind is ActivityKind.PETITION:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Proposals are merged; petitions and projects are not.", field)


async def _locked(act: Act, contribution: UUID, successor: UUID) -> tuple[Ancestor, Ancestor]:
    """Both, locked in the order of their ids, so that of two at once the other waits."""
    rows = {row.id: row for row in await act.all(LOCK, into=Ancestor, ids=[contribution, successor])}
    return rows[contribution], rows[successor]


async def _require_free(act: Act, was: Ancestor, successor: UUID, field: str) -> None:
    """Nothing became of it yet, and its successor has room. Raises Refusal(ACTION_NOT_POSSIBLE, LIMIT_REACHED)."""
    if was.succession is not None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It has a successor already.", "contribution")
    counted = await act.one(COUNT, into=room.Count, successor_id=successor)
    if counted is not None and counted.count >= MAX_PREDECESSORS:
        raise limit_reached(
            f"At most {MAX_PREDECESSORS} have one successor.", field, expected.at_most(MAX_PREDECESSORS)
        )


def _names(successor: UUID, succession: Succession) -> dict[str, object]:
    return {"successor_id": successor, "succession": succession}


async def _move(
    act: Act, statement: Update, was: Ancestor, after: ContributionStatus, event: NewEvent, **values: object
) -> None:
    counted = roll_up.counted(was)
    deltas = roll_up.deltas((counted, replace(counted, status=after)))
    await act.execute(statement, **deltas, **events(event), **values, id=was.id, status=after)
