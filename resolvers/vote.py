"""Votes: one for each actor and contribution; the tally that a statement reads is always exact.

The activity's method (`resolvers.vote_method`) decides what a ballot may say and what it counts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Insert,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from models.base import constant, new_id, table
from models.elector import PetitionSignature
from models.proof import ProofLevel
from models.refusal import not_found
from models.vote import Choice, Tally, TallyDelta, Vote, VoteMethod
from planner import idempotency
from planner.act import Act, Outcome, SingleStatement, value
from planner.context import Asker, FieldContext
from planner.listing import Listing, Order
from planner.sight import Sight
from resolvers import access, ballot, progress, proof, vote_method
from resolvers.sight import ACTIVITY, CONTRIBUTION
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method, Voice, voting_not_open

_vote, _delta = table(Vote), table(TallyDelta)
_contribution, _actor, _vote_id = value(Vote, "contribution_id"), value(Vote, "actor_id"), value(TallyDelta, "vote_id")
_own = (_vote.c.contribution_id == _contribution, _vote.c.actor_id == _actor)
_said = (_vote.c.id, _vote.c.choice, _vote.c.amount)

LOCK = select(*_said).where(*_own).with_for_update()
CHANGE = (
    update(_vote).where(*_own).values(choice=value(Vote, "choice"), amount=value(Vote, "amount"), cast_at=func.now())
)
_signature = table(PetitionSignature)
_unsigned = delete(_signature).where(
    _signature.c.contribution_id == _contribution, _signature.c.actor_id == _actor, _signature.c.set_aside_at.is_(None)
)
WITHDRAW = delete(_vote).where(*_own).returning(*_said).add_cte(_unsigned.cte("unsigned"))
"""Takes an elector's signature with the vote, so that the elector may sign another petition in the quarter; one that is
set aside stays so, however often it is signed."""

_ELECTOR = literal_column(f"ARRAY['{ProofLevel.DECLARATION.value}']", ARRAY(Text()))
"""What somebody lacks who has not said who of the electors this is."""


def _appended(count: int, *vote: Any, source: FromClause | None = None) -> Insert:
    """Inserts the deltas of a vote for some keys of its contribution's tally."""
    columns = ("id", "vote_id", "contribution_id", "key", "delta")
    rows = []
    for rank in range(count):
        id_, key, delta = (bindparam(f"{name}_{rank}", type_=_delta.c[name].type) for name in ("id", "key", "delta"))
        row = select(id_, *vote, key, delta)
        rows.append(row if source is None else row.select_from(source))
    return insert(_delta).from_select(columns, union_all(*rows) if len(rows) > 1 else rows[0])


@cache
def _count_of(count: int) -> Insert:
    """Append deltas for some keys of a vote's tally."""
    return _appended(count, _vote_id, _contribution)


def _let_go() -> Insert:
    """Detach the votes of an actor who is erased: they stay, without actor, and are sealed again.

    They get new ids, because the digests sealed before contain the actor, and the old id was what kept them secret.
    """
    mine = (
        select(*_said, _vote.c.contribution_id, func.gen_random_uuid(type_=Uuid()).label("new_id"))
        .where(_vote.c.actor_id == bindparam("actor", type_=Uuid()))
        .with_for_update()
        .cte("mine")
    )
    changed = update(_vote).where(_vote.c.id == mine.c.id).values(id=mine.c.new_id, actor_id=null()).cte("changed")
    both = union_all(*(select(id_.label("vote_id"), mine) for id_ in (mine.c.id, mine.c.new_id))).subquery("both")
    rows = select(
        func.gen_random_uuid(), both.c.vote_id, both.c.contribution_id, both.c.choice, literal_column("0", Integer)
    )
    return insert(_delta).from_select(("id", "vote_id", "contribution_id", "key", "delta"), rows).add_cte(changed)


LET_GO = _let_go()


@cache
def _cast_where_open(seen: Sight, count: int, *, is_keyed: bool = False) -> Select[Any]:
    """Casts a vote if the contribution is seen, voting is open by one of the `accepting` methods, the actor has proved
    what is asked, and has none yet; adds to some keys of the tally.

    One statement decides and votes, by the database's clock; it touches no row that other voters touch. Its row says
    what decided: the method, whether activity and contribution are open, and whether the vote was cast. With
    `is_keyed` it keeps an idempotency key where it cast the vote, and casts none under one that was used.
    """
    is_proved = ACTIVITY.c.proof_levels.is_(None) | proof.level_of(_actor).is_not(None)
    wants_elector = progress.wants_elector(CONTRIBUTION, _actor)
    lacking = case((wants_elector, _ELECTOR), (is_proved, null()), else_=ACTIVITY.c.proof_levels).label("lacking")
    whole = access.target_contribution(seen)
    needed = [whole.selected_columns[name] for name in ("id", "vote_method", "is_running", "is_standing")]
    target = whole.with_only_columns(*needed, lacking, maintain_column_froms=True).cte("target")
    is_accepted = target.c.vote_method == any_(bindparam("accepting", type_=ARRAY(Text())))
    said = (_actor, value(Vote, "choice"), value(Vote, "amount"), func.now())
    values = select(_vote_id, target.c.id, *said).where(
        target.c.is_running, target.c.is_standing, is_accepted, target.c.lacking.is_(None)
    )
    if is_keyed:
        values = values.where(idempotency.UNCLAIMED)
    new = (
        postgresql.insert(_vote)
        .from_select(("id", "contribution_id", "actor_id", "choice", "amount", "cast_at"), values)
        .on_conflict_do_nothing()
        .returning(_vote.c.id, _vote.c.contribution_id)
        .cte("new")
    )
    delta = _appended(count, new.c.id, new.c.contribution_id, source=new).cte("delta")
    was_cast = select(new.c.id).exists().label("was_cast")
    decided = (target.c[name] for name in ("vote_method", "is_running", "is_standing", "lacking"))
    claimed = [idempotency.claiming(new).cte("claimed")] if is_keyed else []
    return select(*decided, was_cast).add_cte(delta, *claimed)


def own(contribution: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's vote on a contribution."""
    return and_(row.c.contribution_id == contribution.c.id, row.c.actor_id == context.viewer_id)


def of_actor(row: FromClause, actor: FromClause, _context: FieldContext) -> Listing:
    """An actor's votes, last cast first; `sight.vote` shows them to the actor alone."""
    order = Order("vote.newest", (row.c.cast_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.actor_id == actor.c.id,), order)


def tally(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The counts of votes in all and by choice: the folded ones and the changes that are not
    folded yet. The contribution's id is for `counts`."""
    counts = counted(row.c.id).subquery("counts")
    said = counts.c.key.in_([constant(choice) for choice in Choice])

    def sum_of(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(counts.c.count).filter(condition), literal_column("0")).label(name)

    by_choice = [sum_of(counts.c.key == constant(choice), f"{choice.value.lower()}_count") for choice in Choice]
    sums: list[Any] = [row.c.id.label("contribution_id"), sum_of(said, "total_count"), *by_choice]
    return select(*sums).select_from(counts)


def counted(contribution: ColumnElement[UUID]) -> CompoundSelect[Any]:
    """Folded counts and unfolded changes of a contribution, by key."""
    folded, fresh = table(Tally).alias("folded"), table(TallyDelta).alias("fresh")
    return union_all(
        select(folded.c.key, folded.c.count).where(folded.c.contribution_id == contribution).correlate_except(folded),
        select(fresh.c.key, fresh.c.delta).where(fresh.c.contribution_id == contribution).correlate_except(fresh),
    )


def counts(tally: FromClause, _context: FieldContext) -> Select[Any]:
    """The counts one by one, by key, without those that are 0."""
    counts = counted(tally.c.contribution_id).subquery("by_key")
    total = func.sum(counts.c.count)
    by_key = select(counts.c.key, total.label("count")).group_by(counts.c.key)
    return by_key.having(total != literal_column("0")).order_by(counts.c.key)


def just_cast(payload: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's vote on it."""
    return and_(row.c.contribution_id == payload.c.contribution_id, row.c.actor_id == context.viewer_id)


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided about a vote: the method, whether activity and contribution are open, the levels of proof of which
    the voter has none, and whether it was cast."""

    vote_method: VoteMethod | None
    is_running: bool
    is_standing: bool
    lacking: list[str] | None
    was_cast: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The ballot of a stored vote."""

    id: UUID
    choice: Choice
    amount: int | None

    @property
    def voice(self) -> Voice:
        """The same without the vote."""
        return Voice(self.choice, self.amount)


def single(
    asker: Asker, *, contribution: UUID, choice: Choice, amount: int | None = None, is_keyed: bool = False
) -> SingleStatement[Decided]:
    """A first vote: the deciding statement is all that it takes, whichever free method decides."""
    voice = Voice(choice, amount)
    clause, values = _casting(asker, contribution, voice, *vote_method.accepting(voice), is_keyed=is_keyed)
    return SingleStatement(
        clause, values, Outcome({"contribution_id": contribution}), Decided, lambda decided: decided.was_cast
    )


def _casting(
    asker: Asker, contribution: UUID, voice: Voice, *accepting: VoteMethod, is_keyed: bool = False
) -> tuple[Select[Any], dict[str, object]]:
    """The statement and the parameters of a first vote, by methods that count the voice alike."""
    added = METHODS[accepting[0]].adds(voice) if accepting else {voice.choice.value: 1}
    values = {
        "id": contribution,
        "actor_id": asker.viewer.actor_id,
        "viewer": asker.viewer.actor_id,
        "choice": voice.choice.value,
        "amount": voice.amount,
        "accepting": [method.value for method in accepting],
        "vote_id": new_id(),
        **_deltas(added),
    }
    return _cast_where_open(asker.sight, len(added), is_keyed=is_keyed), values


def _deltas(changes: Mapping[str, int]) -> dict[str, object]:
    """The parameters of the deltas of a tally."""
    named: dict[str, object] = {}
    for rank, (key, delta) in enumerate(changes.items()):
        named |= {f"id_{rank}": new_id(), f"key_{rank}": key, f"delta_{rank}": delta}
    return named


async def cast(act: Act, *, contribution: UUID, choice: Choice, amount: int | None = None) -> Outcome:
    """Cast or change the asker's vote."""
    voice = Voice(choice, amount)
    method = await _cast(act, contribution, voice)
    if method is not None and method.is_free:
        await _change(act, contribution, voice, method)
    elif method is not None:
        await ballot.put(act, (await access.contribution(act, contribution)).activity_id, contribution, voice)
    return act.did(contribution_id=contribution)


async def withdraw(act: Act, *, contribution: UUID) -> Outcome:
    """Withdraw the asker's vote, if there is one."""
    target = await access.contribution(act, contribution)
    method = _method(target.vote_method)
    method.require_withdrawable(target)
    if not method.is_free:
        await ballot.take(act, target.activity_id, contribution)
        return act.did(contribution_id=contribution)
    gone = await act.one(WITHDRAW, into=Said, contribution_id=contribution, actor_id=act.actor)
    if gone is not None:
        await _count(act, gone.id, contribution, Counter(), Counter(method.adds(gone.voice)))
    return act.did(contribution_id=contribution)


def _method(name: VoteMethod | None) -> Method:
    """The method by which a contribution is voted on. Raises Refusal(VOTING_NOT_OPEN)."""
    if name is None:
        raise voting_not_open()
    return METHODS[name]


async def _cast(act: Act, contribution: UUID, voice: Voice) -> Method | None:
    """Cast a vote by itself; the method, where the actor has one already that this would change, or a ballot takes it.

    Raises Refusal if voting is not possible now.
    """
    accepting = tuple(vote_method.accepting(voice))
    decided = await _decide(act, contribution, voice, *accepting)
    method = _method(decided.vote_method)
    method.require_castable(decided)
    method.check(voice)
    if not method.is_free or decided.vote_method is None:
        return None if decided.was_cast else method
    if decided.lacking is not None:
        activity = (await access.contribution(act, contribution)).activity_id
        await proof.required(act, activity, decided.lacking, None, "contribution")
    if decided.lacking is not None or decided.vote_method not in accepting:
        decided = await _decide(act, contribution, voice, decided.vote_method)
    return None if decided.was_cast else method


async def _decide(act: Act, contribution: UUID, voice: Voice, *accepting: VoteMethod) -> Decided:
    """Cast a vote where it is accepted by one of these methods; what decided. Raises Refusal(NOT_FOUND)."""
    clause, values = _casting(act.asker, contribution, voice, *accepting)
    decided = await act.one(clause, into=Decided, **values)
    if decided is None:
        raise not_found("contribution")
    return decided


async def _change(act: Act, contribution: UUID, voice: Voice, method: Method) -> None:
    """Change a vote that is there: its row is locked, so that each change moves the tally once."""
    own = {"contribution_id": contribution, "actor_id": act.actor}
    said = await act.one(LOCK, into=Said, **own)
    if said is None:  # It was withdrawn between the two statements; the constraint is free again.
        await _cast(act, contribution, voice)
    elif said.voice != voice:
        await act.execute(CHANGE, **own, choice=voice.choice, amount=voice.amount)
        await _count(act, said.id, contribution, Counter(method.adds(voice)), Counter(method.adds(said.voice)))


async def _count(act: Act, vote: UUID, contribution: UUID, now: Counter[str], before: Counter[str]) -> None:
    """Remove a vote from the tally as it was, and add it as it is."""
    now.subtract(before)
    moved = {key: delta for key, delta in now.items() if delta} or dict([*now.items()][:1])  # Has it sealed.
    await act.execute(_count_of(len(moved)), vote_id=vote, contribution_id=contribution, **_deltas(moved))
