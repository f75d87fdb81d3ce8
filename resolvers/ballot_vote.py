"""A ballot's votes: read, written, changed and removed together, each counted in the tallies as any vote is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, any_, bindparam, delete, func, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, Uuid

from models.base import new_id, table, unnested
from models.contribution import Contribution
from models.vote import Choice, TallyDelta, Vote
from planner.act import Sending, value
from resolvers.vote_method.base import Method, Voice

_vote, _delta, _contribution = table(Vote), table(TallyDelta), table(Contribution)
_actor, _ballot = value(Vote, "actor_id"), value(Vote, "ballot_id")
_ids = bindparam("ids", type_=ARRAY(Uuid()))
VOTES = (
    select(_vote.c.id, _vote.c.contribution_id, _vote.c.choice, _vote.c.amount, _vote.c.ballot_id)
    .join_from(_vote, _contribution, _contribution.c.id == _vote.c.contribution_id)
    .where(_vote.c.actor_id == _actor, _contribution.c.activity_id == value(Contribution, "activity_id"))
)


def rows(prefix: str = "", /, **columns: TypeEngine[Any]) -> Any:
    """Rows of parameters, an array a column."""
    return unnested(f"{prefix}given", columns, f"{prefix}{{}}s")


COLUMNS = ("id", "contribution_id", "actor_id", "choice", "amount", "cast_at", "ballot_id")
MOVED = ("id", "vote_id", "contribution_id", "key", "delta")
_said = rows(id=Uuid(), contribution=Uuid(), choice=Text(), amount=Integer())
INSERT = insert_into(_vote).from_select(
    COLUMNS, select(_said.c.id, _said.c.contribution, _actor, _said.c.choice, _said.c.amount, func.now(), _ballot)
)
CHANGE = (
    update(_vote)
    .where(_vote.c.id == _said.c.id)
    .values(choice=_said.c.choice, amount=_said.c.amount, cast_at=func.now(), ballot_id=_ballot)
)
DELETE = delete(_vote).where(_vote.c.id == any_(_ids))
_moved = rows(id=Uuid(), vote=Uuid(), contribution=Uuid(), key=Text(), delta=Integer())
COUNTED = ("ids", "votes", "contributions", "keys", "deltas")
COUNT = insert_into(_delta).from_select(MOVED, select(*_moved.c))


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


def kept(actor: UUID, activity: UUID) -> Sending:
    """Reads an actor's votes in an activity."""
    return Sending(VOTES, {"activity_id": activity, "actor_id": actor}, KeptVote)


class VoteChanges:
    """What becomes of the votes of an actor's ballot: statements that are run together, the tallies' last."""

    def __init__(self, actor: UUID, ballot: UUID, method: Method) -> None:
        self._whose = {"actor_id": actor, "ballot_id": ballot}
        self._method = method
        self._written: list[Sending] = []
        self._moved: list[Moved] = []

    @property
    def statements(self) -> list[Sending]:
        """In their order."""
        return [*self._written, *_counted(self._moved)]

    def insert(self, said: Mapping[UUID, Voice]) -> None:
        """New votes of the ballot, by contribution."""
        if not said:
            return
        ids = [new_id() for _ in said]
        columns = _columns(said.values())
        self._written.append(Sending(INSERT, {"ids": ids, "contributions": [*said], **self._whose, **columns}))
        pairs = zip(ids, said.items(), strict=True)
        self._moved += [(id_, contribution, moves(self._method, None, voice)) for id_, (contribution, voice) in pairs]

    def change(self, pairs: Sequence[tuple[KeptVote, Voice]]) -> None:
        """Votes that are there say something else, or belong to the ballot from now on."""
        ballot = self._whose["ballot_id"]
        changed = [(vote, voice) for vote, voice in pairs if vote.voice != voice or vote.ballot_id != ballot]
        if not changed:
            return
        ids, contributions = [vote.id for vote, _ in changed], [vote.contribution_id for vote, _ in changed]
        said = _columns([voice for _, voice in changed])
        given = {"ids": ids, "contributions": contributions, "ballot_id": ballot, **said}
        self._written.append(Sending(CHANGE, given))
        self._moved += [
            (vote.id, vote.contribution_id, moves(self._method, vote.voice, voice)) for vote, voice in changed
        ]

    def remove(self, votes: Sequence[KeptVote]) -> None:
        """Votes that are taken out of the ballot."""
        if not votes:
            return
        self._written.append(Sending(DELETE, {"ids": [vote.id for vote in votes]}))
        self._moved += [(vote.id, vote.contribution_id, moves(self._method, vote.voice, None)) for vote in votes]


def moves(method: Method, before: Voice | None, now: Voice | None) -> Counter[str]:
    """What moves in a tally. A delta of each vote has it sealed, also where no count moves."""
    moved = Counter(method.adds(now)) if now else Counter[str]()
    moved.subtract(method.adds(before) if before else {})
    return Counter({key: delta for key, delta in moved.items() if delta} or dict([*moved.items()][:1]))


def _columns(voices: Iterable[Voice]) -> dict[str, Any]:
    listed = list(voices)
    return {"choices": [voice.choice.value for voice in listed], "amounts": [voice.amount for voice in listed]}


def _counted(moved: Sequence[Moved]) -> list[Sending]:
    """Appends what moves in the tallies."""
    columns = counted_columns(moved)
    return [Sending(COUNT, columns)] if columns["ids"] else []


def counted_columns(moved: Sequence[Moved]) -> dict[str, list[Any]]:
    """What moves in the tallies, an array a column."""
    deltas = [
        (new_id(), vote, contribution, key, delta)
        for vote, contribution, moves in moved
        for key, delta in moves.items()
    ]
    return {name: [delta[place] for delta in deltas] for place, name in enumerate(COUNTED)}
