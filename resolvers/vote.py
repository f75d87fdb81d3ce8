"""Votes: one actor, one voice; the tally that a statement reads is always exact."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SmallInteger,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Uuid

from models.base import constant, new_id, table
from models.refusal import ErrorCode, Refusal, not_found
from models.vote import CHOICES, Choice, Tally, TallyDelta, Vote, VoteMethod
from planner.act import Act, Outcome, Single, value
from planner.listing import Listing, Order
from planner.question import Asker, Question
from planner.sight import Sight
from resolvers import access

_vote, _delta = table(Vote), table(TallyDelta)
_delta_id = bindparam("delta_id", type_=Uuid())
_contribution, _actor, _choice = value(Vote, "contribution_id"), value(Vote, "actor_id"), value(Vote, "choice")
_own = (_vote.c.contribution_id == _contribution, _vote.c.actor_id == _actor)
_DELTA_COLUMNS = ("id", "contribution_id", "choice", "delta")

_gone = delete(_vote).where(*_own).returning(_vote.c.contribution_id, _vote.c.choice).cte("gone")
WITHDRAW = insert(_delta).from_select(
    _DELTA_COLUMNS, select(_delta_id, _gone.c.contribution_id, _gone.c.choice, literal_column("-1", SmallInteger))
)
LOCK = select(_vote.c.choice).where(*_own).with_for_update()
CHANGE = update(_vote).where(*_own).values(choice=_choice, cast_at=func.now())
MOVE = insert(_delta).values(
    id=_delta_id, contribution_id=_contribution, choice=_choice, delta=value(TallyDelta, "delta")
)


@cache
def _cast_where_open(seen: Sight) -> Select[Any]:
    """Cast a vote where the contribution is seen, the vote is open, knows the choice, and the actor has none yet.

    One statement decides by the database's clock and votes; it touches no row that another voter touches. Its row tells
    what decided: the method, whether activity and contribution are open, whether the vote was cast.
    """
    target = access.target_contribution(seen).cte("target")
    accepted = case(
        *(
            (target.c.vote_method == constant(method), _choice.in_([constant(choice) for choice in known]))
            for method, known in CHOICES.items()
        )
    )
    values = select(bindparam("vote_id", type_=Uuid()), target.c.id, _actor, _choice, func.now()).where(
        target.c.is_running, target.c.is_standing, accepted
    )
    new = (
        postgresql.insert(_vote)
        .from_select(("id", "contribution_id", "actor_id", "choice", "cast_at"), values)
        .on_conflict_do_nothing()
        .returning(_vote.c.contribution_id, _vote.c.choice)
        .cte("new")
    )
    counted = select(_delta_id, new.c.contribution_id, new.c.choice, literal_column("1", SmallInteger))
    delta = insert(_delta).from_select(_DELTA_COLUMNS, counted).cte("delta")
    was_cast = select(new.c.choice).exists().label("was_cast")
    return select(target.c.vote_method, target.c.is_running, target.c.is_standing, was_cast).add_cte(delta)


def own(contribution: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The viewer's vote on a contribution."""
    return and_(row.c.contribution_id == contribution.c.id, row.c.actor_id == q.viewer_id)


def contribution(vote: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """What was voted on."""
    return row.c.id == vote.c.contribution_id


def of_actor(row: FromClause, actor: FromClause, _q: Question) -> Listing:
    """An actor's votes, the last cast first; `sight.vote` leaves them to the actor alone."""
    order = Order("vote.newest", (row.c.cast_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.actor_id == actor.c.id,), order)


def tally(row: FromClause, _q: Question) -> Select[Any]:
    """The counts by choice: the folded ones and the changes that are not folded in yet."""
    folded, fresh = table(Tally).alias("folded"), table(TallyDelta).alias("fresh")
    counts = union_all(
        select(folded.c.choice, folded.c.count).where(folded.c.contribution_id == row.c.id).correlate_except(folded),
        select(fresh.c.choice, fresh.c.delta).where(fresh.c.contribution_id == row.c.id).correlate_except(fresh),
    ).subquery("counts")
    total = func.sum(counts.c.count)

    def sum_of(condition: ColumnElement[bool] | None, name: str) -> ColumnElement[int]:
        part = total if condition is None else total.filter(condition)
        return func.coalesce(part, literal_column("0")).label(name)

    by_choice = [sum_of(counts.c.choice == constant(choice), f"{choice.value.lower()}_count") for choice in Choice]
    sums: list[Any] = [sum_of(None, "total_count"), *by_choice]
    return select(*sums).select_from(counts)


def voted_on(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The contribution that a mutation named."""
    return row.c.id == payload.c.contribution_id


def just_cast(payload: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The viewer's vote on it."""
    return and_(row.c.contribution_id == payload.c.contribution_id, row.c.actor_id == q.viewer_id)


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided about a vote: the method, whether activity and contribution are open, whether it was cast."""

    vote_method: VoteMethod | None
    is_running: bool
    is_standing: bool
    was_cast: bool


def single(asker: Asker, *, contribution: UUID, choice: Choice) -> Single[Decided]:
    """A first vote: the deciding statement is all that it takes."""
    values = {
        "id": contribution,
        "actor_id": asker.viewer.actor_id,
        "viewer": asker.viewer.actor_id,
        "choice": choice.value,
        "vote_id": new_id(),
        "delta_id": new_id(),
    }
    outcome = Outcome({"contribution_id": contribution})
    return Single(_cast_where_open(asker.sight), values, outcome, Decided, lambda decided: decided.was_cast)


async def cast(act: Act, *, contribution: UUID, choice: Choice) -> Outcome:
    """Cast or change the asker's vote."""
    if not await _cast(act, contribution, choice):
        await _change(act, contribution, choice)
    return act.did(contribution_id=contribution)


async def withdraw(act: Act, *, contribution: UUID) -> Outcome:
    """Withdraw the asker's vote, if there is one."""
    _method_now(await access.contribution(act, contribution))
    await act.execute(WITHDRAW, contribution_id=contribution, actor_id=act.actor, delta_id=new_id())
    return act.did(contribution_id=contribution)


async def _cast(act: Act, contribution: UUID, choice: Choice) -> bool:
    """Cast a vote if the actor has none; whether it was cast. Raises Refusal where there is no such vote now."""
    first = single(act.asker, contribution=contribution, choice=choice)
    decided = await act.one(first.clause, into=Decided, **first.values)
    if decided is None:
        raise not_found("contribution")
    method = _method_now(decided)
    if not decided.is_standing:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", "contribution")
    if choice not in CHOICES[method]:
        raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "This vote does not know this choice.", "choice")
    return decided.was_cast


def _method_now(target: Decided | access.Target) -> VoteMethod:
    """The method by which a contribution is voted on now.

    A vote can be withdrawn until the activity closes, also where the contribution is closed.
    """
    if target.vote_method is None or not target.is_running:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "There is no vote on it, or it is not open now.", "contribution")
    return target.vote_method


@dataclass(frozen=True, slots=True)
class Said:
    """What a vote says."""

    choice: Choice


async def _change(act: Act, contribution: UUID, choice: Choice) -> None:
    """Change a vote that is there: its row is locked, so that each change moves the tally once."""
    said = await act.one(LOCK, into=Said, contribution_id=contribution, actor_id=act.actor)
    if said is None:  # It was withdrawn between the two statements; the constraint is free again.
        await _cast(act, contribution, choice)
    elif said.choice is not choice:
        await act.execute(CHANGE, contribution_id=contribution, actor_id=act.actor, choice=choice)
        for moved, by in ((said.choice, -1), (choice, 1)):
            await act.execute(MOVE, contribution_id=contribution, choice=moved, delta_id=new_id(), delta=by)
