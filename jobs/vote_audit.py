"""The audit of votes: every vote is as the journal sealed it, and no vote is missing from the journal.

A vote that was cast, changed or withdrawn since the last fold still has deltas: it will be sealed, and is no fault.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, literal_column, or_, select

from database.door import Database
from jobs.vote_seal import CONTENT, digest
from models.base import table
from models.vote import TallyDelta, Vote, VoteSeal
from planner.row import reader

BATCH = 5_000

_vote, _seal, _delta, _later = table(Vote), table(VoteSeal), table(TallyDelta), table(VoteSeal).alias("later")
_waiting = select(_delta.c.vote_id)
_is_replaced = select(literal_column("1")).where(_later.c.replaces == _seal.c.position).exists()
_is_there = select(literal_column("1")).where(_vote.c.id == _seal.c.vote_id).exists()
_limit = literal_column(str(BATCH), BigInteger)

VOTES = (
    select(
        *(_vote.c[name] for name in CONTENT),
        _seal.c.position,
        _seal.c.digest,
        _vote.c.id.in_(_waiting).label("is_waiting"),
    )
    .select_from(_vote.outerjoin(_seal, _seal.c.vote_id == _vote.c.id))
    .where(_vote.c.id > bindparam("behind", type_=Uuid()))
    .order_by(_vote.c.id)
    .limit(_limit)
)
GONE = (
    select(_seal.c.position)
    .where(
        _seal.c.digest.is_not(None),
        ~_is_replaced,
        or_(_seal.c.vote_id.is_(None), ~_is_there & _seal.c.vote_id.not_in(_waiting)),
    )
    .order_by(_seal.c.position)
    .limit(_limit)
)
"""Leaves of votes that are missing."""

BROUGHT_BACK = select(_seal.c.position).where(_seal.c.vote_id.is_not(None), _is_replaced).limit(_limit)
"""Leaves that were replaced, and yet are the last ones of a vote: an older state was put back."""

_FIRST = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class VoteNow:
    """An existing vote and its last leaf."""

    id: UUID
    contribution_id: UUID
    actor_id: UUID | None
    choice: str
    amount: int | None
    cast_at: datetime
    position: int | None
    digest: str | None
    is_waiting: bool

    @property
    def is_sealed(self) -> bool:
        """Whether it matches its last leaf. Python computes the digest, because the database is what is audited."""
        return self.digest == digest(
            self.id, self.contribution_id, self.actor_id, self.choice, self.amount, self.cast_at
        )


_vote_now = reader(VOTES, VoteNow)


async def faults(database: Database, tenant: int) -> AsyncIterator[str]:
    """The faults of a tenant's votes, a sentence each; every check is one statement, and so consistent."""
    behind: object = _FIRST
    while rows := await database.rows(VOTES, tenant, behind=behind):
        for vote in map(_vote_now, rows):
            if not vote.is_waiting and not vote.is_sealed:
                yield _sentence(vote)
            behind = vote.id
    for (position,) in await database.rows(GONE, tenant):
        yield f"the vote of entry {position} is missing"
    for (position,) in await database.rows(BROUGHT_BACK, tenant):
        yield f"the vote of entry {position} was replaced, and is there again"


def _sentence(vote: VoteNow) -> str:
    if vote.position is None:
        return f"the vote {vote.id} was inserted: no entry is of it"
    return f"the vote of entry {vote.position} is not as it was sealed"
