"""Votes: one actor, one voice; the tally that a statement reads is always exact."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SmallInteger,
    Text,
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

from database.door import Transaction
from models.base import constant, new_id, table
from models.refusal import ErrorCode, Refusal
from models.vote import CHOICES, Choice, Tally, TallyDelta, Vote, VoteMethod
from planner.mutation import Outcome, Single
from planner.question import Asker, Question
from resolvers import access, idempotency

_vote, _delta = table(Vote), table(TallyDelta)
_delta_id = bindparam("delta", type_=Uuid())
_contribution, _actor = bindparam("contribution", type_=Uuid()), bindparam("actor", type_=Uuid())
_choice = bindparam("choice", type_=Text())
_own = (_vote.c.contribution_id == _contribution, _vote.c.actor_id == _actor)
_DELTA_COLUMNS = ("id", "contribution_id", "choice", "delta")

_gone = delete(_vote).where(*_own).returning(_vote.c.contribution_id, _vote.c.choice).cte("gone")
WITHDRAW = insert(_delta).from_select(
    _DELTA_COLUMNS, select(_delta_id, _gone.c.contribution_id, _gone.c.choice, literal_column("-1", SmallInteger))
)
LOCK = select(_vote.c.choice).where(*_own).with_for_update()
CHANGE = update(_vote).where(*_own).values(choice=_choice, cast_at=func.now())
MOVE = insert(_delta).values(
    id=_delta_id, contribution_id=_contribution, choice=_choice, delta=bindparam("by", type_=SmallInteger())
)


@cache
def _cast_where_open(sight: access.Sight) -> Select[Any]:
    """Cast a vote where the contribution is seen, the vote is open, knows the choice, and the actor has none yet.

    One statement decides by the database's clock and votes; it touches no row that another voter touches. Its row tells
    what decided: the method, whether activity and contribution are open, whether the vote was cast.
    """
    target = access.target_contribution(sight).cte("target")
    accepted = case(
        *(
            (target.c.vote_method == constant(method), _choice.in_([constant(choice) for choice in known]))
            for method, known in CHOICES.items()
        )
    )
    values = select(bindparam("vote", type_=Uuid()), target.c.id, _actor, _choice, func.now()).where(
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
    was_cast = select(new.c.choice).exists()
    return select(target.c.vote_method, target.c.is_running, target.c.is_standing, was_cast).add_cte(delta)


def visible(row: FromClause, q: Question) -> ColumnElement[bool]:
    """A vote is its actor's own secret."""
    return row.c.actor_id == q.viewer_id


def own(contribution: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """The viewer's vote on a contribution."""
    return and_(row.c.contribution_id == contribution.c.id, row.c.actor_id == q.viewer_id)


def contribution(vote: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """What was voted on."""
    return row.c.id == vote.c.contribution_id


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


def cast_at_once(
    asker: Asker, *, contribution: str, choice: Choice, idempotency_key: str | None = None
) -> Single | None:
    """A first vote, without a key that would have to be looked up: the deciding statement is all that it takes."""
    actor = access.member(asker)
    uuid = access.uuid_of(asker, "contribution", contribution, "contribution")
    if idempotency_key is not None:
        return None
    values = {"id": uuid, "actor": actor, "choice": choice.value, "vote": new_id(), "delta": new_id()}
    outcome = Outcome({"contribution_id": uuid})
    return Single(_cast_where_open(access.sight(asker)), values, outcome, lambda row: bool(row and row[3]))


async def cast(
    transaction: Transaction, asker: Asker, *, contribution: str, choice: Choice, idempotency_key: str | None = None
) -> Outcome:
    """Cast or change the asker's vote."""
    actor = access.member(asker)
    uuid = access.uuid_of(asker, "contribution", contribution, "contribution")

    async def act() -> Outcome:
        if not await _cast(transaction, asker, uuid, actor, choice):
            await _change(transaction, asker, uuid, actor, choice)
        return Outcome({"contribution_id": uuid})

    request = {"do": "cast", "contribution": contribution, "choice": choice.value}
    return await idempotency.once(transaction, actor, idempotency_key, request, act)


async def withdraw(
    transaction: Transaction, asker: Asker, *, contribution: str, idempotency_key: str | None = None
) -> Outcome:
    """Withdraw the asker's vote, if there is one."""
    actor = access.member(asker)
    uuid = access.uuid_of(asker, "contribution", contribution, "contribution")

    async def act() -> Outcome:
        row = await transaction.one(access.target_contribution(access.sight(asker)), id=uuid)
        _method_now(row[-3:] if row else None)
        await transaction.execute(WITHDRAW, contribution=uuid, actor=actor, delta=new_id())
        return Outcome({"contribution_id": uuid})

    request = {"do": "withdraw", "contribution": contribution}
    return await idempotency.once(transaction, actor, idempotency_key, request, act)


async def _cast(transaction: Transaction, asker: Asker, contribution: UUID, actor: UUID, choice: Choice) -> bool:
    """Cast a vote if the actor has none; whether it was cast. Raises Refusal where there is no such vote now."""
    row = await transaction.one(
        _cast_where_open(access.sight(asker)),
        id=contribution,
        actor=actor,
        choice=choice.value,
        vote=new_id(),
        delta=new_id(),
    )
    method = _method_now(row[:3] if row else None)
    if row and not row[2]:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", "contribution")
    if choice not in CHOICES[method]:
        raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "This vote does not know this choice.", "choice")
    return bool(row and row[3])


def _method_now(row: tuple[object, ...] | None) -> VoteMethod:
    """The method by which a contribution is voted on now; `row` is method, activity open, contribution open.

    A vote can be withdrawn until the activity closes, also where the contribution is closed.
    """
    if row is None:
        raise access.not_found("contribution")
    method, is_running, _is_standing = row
    if method is None or not is_running:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "There is no vote on it, or it is not open now.", "contribution")
    return VoteMethod(method)


async def _change(transaction: Transaction, asker: Asker, contribution: UUID, actor: UUID, choice: Choice) -> None:
    """Change a vote that is there: its row is locked, so that each change moves the tally once."""
    found = await transaction.one(LOCK, contribution=contribution, actor=actor)
    if found is None:  # It was withdrawn between the two statements; the constraint is free again.
        await _cast(transaction, asker, contribution, actor, choice)
    elif found[0] != choice.value:
        await transaction.execute(CHANGE, contribution=contribution, actor=actor, choice=choice.value)
        for said, by in ((found[0], -1), (choice.value, 1)):
            await transaction.execute(MOVE, contribution=contribution, choice=said, delta=new_id(), by=by)
