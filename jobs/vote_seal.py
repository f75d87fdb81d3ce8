"""The votes' part of the journal: what was cast, changed or withdrawn becomes a leaf when its deltas are folded.

Nothing of it is on a voter's way: the deltas that a vote appends tell what is to be sealed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Text, any_, bindparam, column, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, Uuid

from database.door import Transaction
from jobs import journal
from jobs.merkle import leaf
from models.base import table
from models.vote import Vote, VoteSeal
from planner.row import reader

_vote, _seal = table(Vote), table(VoteSeal)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_changed = func.unnest(_ids).table_valued(column("id", Uuid), name="changed").render_derived()

CONTENT = ("contribution_id", "actor_id", "choice", "amount", "cast_at")
CHANGED = (
    select(_changed.c.id, *(_vote.c[name] for name in CONTENT), _seal.c.position, _seal.c.digest)
    .select_from(
        _changed.outerjoin(_vote, _vote.c.id == _changed.c.id).outerjoin(_seal, _seal.c.vote_id == _changed.c.id)
    )
    .order_by(_changed.c.id)
)
UNTIE = update(_seal).where(_seal.c.vote_id == any_(_ids)).values(vote_id=null())

_COLUMNS: dict[str, TypeEngine[Any]] = {
    "position": BigInteger(),
    "digest": Text(),
    "replaces": BigInteger(),
    "vote_id": Uuid(),
}
_leaves = (
    func.unnest(*(bindparam(name, type_=ARRAY(type_)) for name, type_ in _COLUMNS.items()))
    .table_valued(*(column(name, type_) for name, type_ in _COLUMNS.items()), name="leaves")
    .render_derived()
)
APPEND = insert(_seal).from_select([*_COLUMNS], select(*_leaves.c))


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf of the tree is made of: a vote's digest (None: withdrawn), and the leaf that it replaces."""

    digest: str | None
    replaces: int | None

    def hash(self) -> bytes:
        """The leaf. Its form never changes: a new one would seal nothing of what is there."""
        return leaf(orjson.dumps(["VOTE", self.digest, self.replaces]))


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that may have changed, as it is now, and as it was sealed last. Without a choice it is gone."""

    id: UUID
    contribution_id: UUID | None
    actor_id: UUID | None
    choice: str | None
    amount: int | None
    cast_at: datetime | None
    position: int | None
    digest: str | None

    @property
    def digest_now(self) -> str | None:
        """Of the row as it is. Its id, which is random, keeps it from being guessed once the vote is withdrawn."""
        if self.cast_at is None:
            return None
        at = self.cast_at.astimezone(UTC).isoformat(timespec="microseconds")
        row = [str(self.id), str(self.contribution_id), str(self.actor_id), self.choice, self.amount, at]
        return hashlib.sha256(orjson.dumps(row)).hexdigest()


_cast = reader(CHANGED, Cast)


async def seal(transaction: Transaction, tenant: int, votes: Sequence[UUID]) -> None:
    """Seal votes as they are now, those that changed since they were sealed last."""
    if not votes:
        return
    await transaction.one(journal.WAIT, tenant=tenant)
    changed = [
        (vote, digest)
        for row in await transaction.all(CHANGED, ids=votes)
        for vote in [_cast(row)]
        for digest in [vote.digest_now]
        if digest != vote.digest
    ]
    if not changed:
        return
    leaves = [Leaf(digest, vote.position) for vote, digest in changed]
    positions = await journal.grow(transaction, [found.hash() for found in leaves])
    replaced = [vote.id for vote, _ in changed if vote.position is not None]
    if replaced:
        await transaction.execute(UNTIE, ids=replaced)
    await transaction.execute(
        APPEND,
        position=list(positions),
        digest=[found.digest for found in leaves],
        replaces=[found.replaces for found in leaves],
        vote_id=[vote.id if digest else None for vote, digest in changed],
    )
