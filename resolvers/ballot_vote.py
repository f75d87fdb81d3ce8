"""A ballot's votes: read, written, changed and removed together, each counted in the tallies as any vote is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, any_, bindparam, column, delete, func, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, Uuid

from models.base import new_id, table
from models.contribution import Contribution
from models.vote import Choice, TallyDelta, Vote
from planner.act import Act, value
from resolvers.vote_method.base import Method, Voice

_vote, _delta, _contribution = table(Vote), table(TallyDelta), table(Contribution)
_actor, _ballot = value(Vote, "actor_id"), value(Vote, "ballot_id")
_ids = bindparam("ids", type_=ARRAY(Uuid()))
VOTES = (
    select(_vote.c.id, _vote.c.contribution_id, _vote.c.choice, _vote.c.amount, _vote.c.ballot_id)
    .join_from(_vote, _contribution, _contribution.c.id == _vote.c.contribution_id)
    .where(_vote.c.actor_id == _actor, _contribution.c.activity_id == value(Contribution, "activity_id"))
)


def _rows(**columns: TypeEngine[Any]) -> Any:
    """Rows of parameters: an array a column."""
    arrays = (bindparam(f"{name}s", type_=ARRAY(type_)) for name, type_ in columns.items())
    typed = (column(name, type_) for name, type_ in columns.items())
    return func.unnest(*arrays).table_valued(*typed, name="given").render_derived()


_said = _rows(id=Uuid(), contribution=Uuid(), choice=Text(), amount=Integer())
INSERT = insert_into(_vote).from_select(
    ("id", "contribution_id", "actor_id", "choice", "amount", "cast_at", "ballot_id"),
    select(_said.c.id, _said.c.contribution, _actor, _said.c.choice, _said.c.amount, func.now(), _ballot),
)
CHANGE = (
    update(_vote)
    .where(_vote.c.id == _said.c.id)
    .values(choice=_said.c.choice, amount=_said.c.amount, cast_at=func.now(), ballot_id=_ballot)
)
DELETE = delete(_vote).where(_vote.c.id == any_(_ids))
_moved = _rows(id=Uuid(), vote=Uuid(), contribution=Uuid(), key=Text(), delta=Integer())
COUNT = insert_into(_delta).from_select(("id", "vote_id", "contribution_id", "key", "delta"), select(*_moved.c))


@dataclass(frozen=True, slots=True)
class KeptVote:
    """A vote of the actor in the activity."""

    id: UUID
    contribution_id: UUID
    choice: Choice
    amount: int | None
    ballot_id: UUID | None

    @property
    def voice(self) -> Voice:
        """What it says."""
        return Voice(self.choice, self.amount)


Moved = tuple[UUID, UUID, Counter[str]]
"""Of a vote: its id, its contribution's, and what moves in the tally."""


async def kept(act: Act, activity: UUID) -> list[KeptVote]:
    """The actor's votes in an activity."""
    return await act.all(VOTES, into=KeptVote, activity_id=activity, actor_id=act.actor)


async def insert(act: Act, ballot: UUID, method: Method, said: Mapping[UUID, Voice]) -> None:
    """New votes of a ballot, by contribution."""
    if not said:
        return
    ids = [new_id() for _ in said]
    await act.execute(
        INSERT, ids=ids, contributions=[*said], actor_id=act.actor, ballot_id=ballot, **_columns(said.values())
    )
    pairs = zip(ids, said.items(), strict=True)
    await _count(act, [(id_, contribution, _moves(method, None, voice)) for id_, (contribution, voice) in pairs])


async def change(act: Act, ballot: UUID, method: Method, pairs: Sequence[tuple[KeptVote, Voice]]) -> None:
    """Votes that are there say something else, or belong to this ballot from now on."""
    changed = [(vote, voice) for vote, voice in pairs if vote.voice != voice or vote.ballot_id != ballot]
    if not changed:
        return
    ids, contributions = [vote.id for vote, _ in changed], [vote.contribution_id for vote, _ in changed]
    said = _columns([voice for _, voice in changed])
    await act.execute(CHANGE, ids=ids, contributions=contributions, ballot_id=ballot, **said)
    await _count(act, [(vote.id, vote.contribution_id, _moves(method, vote.voice, voice)) for vote, voice in changed])


async def remove(act: Act, method: Method, votes: Sequence[KeptVote]) -> None:
    """Votes that are taken out of a ballot."""
    if not votes:
        return
    await act.execute(DELETE, ids=[vote.id for vote in votes])
    await _count(act, [(vote.id, vote.contribution_id, _moves(method, vote.voice, None)) for vote in votes])


def _columns(voices: Iterable[Voice]) -> dict[str, Any]:
    listed = list(voices)
    return {"choices": [voice.choice.value for voice in listed], "amounts": [voice.amount for voice in listed]}


def _moves(method: Method, before: Voice | None, now: Voice | None) -> Counter[str]:
    """What moves in a tally. A delta of each vote has it sealed, also where no count moves."""
    moved = Counter(method.adds(now)) if now else Counter[str]()
    moved.subtract(method.adds(before) if before else {})
    return Counter({key: delta for key, delta in moved.items() if delta} or dict([*moved.items()][:1]))


async def _count(act: Act, moved: Sequence[Moved]) -> None:
    """Append what moves in the tallies."""
    rows = [
        (new_id(), vote, contribution, key, delta)
        for vote, contribution, moves in moved
        for key, delta in moves.items()
    ]
    names = ("ids", "votes", "contributions", "keys", "deltas")
    await act.execute(
        COUNT, **{name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    )
