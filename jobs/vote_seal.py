"""The votes' part of the journal: a vote that is cast, changed or withdrawn gets a leaf when its deltas are folded.

Voting itself does nothing for it: the deltas that a vote appends say what has to be sealed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, Uuid

from database.door import Transaction
from jobs import journal
from jobs.merkle import leaf
from models.base import table, unnested
from models.vote import Vote, VoteSeal
from planner.row import reader

_vote, _seal = table(Vote), table(VoteSeal)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_changed = unnested("changed", {"id": Uuid()})

CONTENT = ("id", "contribution_id", "actor_id", "choice", "amount", "cast_at")
"""The columns in a vote's digest."""


_BETWEEN, _AT_SQL, _AT = " ", 'YYYY-MM-DD"T"HH24:MI:SS.US', "%Y-%m-%dT%H:%M:%S.%f"


def digest(
    id_: UUID, contribution: UUID, actor: UUID | None, choice: str, amount: int | None, cast_at: datetime
) -> str:
    """The digest of a vote. Its form must never change. The random id keeps a withdrawn vote from being guessed."""
    at = cast_at.astimezone(UTC).strftime(_AT)
    parts = (id_, contribution, actor, choice, amount, at)
    return hashlib.sha256(_BETWEEN.join("" if part is None else str(part) for part in parts).encode()).hexdigest()


def _digest() -> ColumnElement[str]:
    """The same digest computed by PostgreSQL; NULL where there is no vote."""
    at = func.to_char(func.timezone(_word("UTC"), _vote.c.cast_at), _word(_AT_SQL))
    names = ("id", "contribution_id", "actor_id", "choice", "amount")
    texts = [func.coalesce(cast(_vote.c[name], Text), _word("")) for name in names]
    joined = func.concat_ws(_word(_BETWEEN), *texts, at)
    hashed = func.encode(func.sha256(func.convert_to(joined, _word("UTF8"))), _word("hex"))
    return case((_vote.c.id.is_not(None), hashed))


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


CHANGED = (
    select(_changed.c.id, _digest().label("digest"), _seal.c.position.label("replaces"), _seal.c.digest.label("sealed"))
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
_leaves = unnested("leaves", _COLUMNS, "{}")
APPEND = insert(_seal).from_select([*_COLUMNS], select(*_leaves.c))


@dataclass(frozen=True, slots=True)
class Leaf:
    """The content of a vote's leaf: its digest (None: withdrawn), and the leaf that it replaces."""

    digest: str | None
    replaces: int | None

    def hash(self) -> bytes:
        """The leaf's hash. Its form must never change, or existing seals could not be verified."""
        return leaf(orjson.dumps(["VOTE", self.digest, self.replaces]))


@dataclass(frozen=True, slots=True)
class VoteChange(Leaf):
    """The leaf that a cast, changed or withdrawn vote needs; `sealed` is the digest in its last leaf."""

    id: UUID
    sealed: str | None


_change = reader(CHANGED, VoteChange)


async def seal(transaction: Transaction, tenant: int, votes: Sequence[UUID]) -> None:
    """Seal the current state of votes that changed since their last leaf."""
    if not votes:
        return
    await transaction.one(journal.WAIT, tenant=tenant)
    candidates = [_change(row) for row in await transaction.all(CHANGED, ids=votes)]
    changes = [change for change in candidates if change.digest != change.sealed]
    if not changes:
        return
    positions = await journal.grow(transaction, [change.hash() for change in changes])
    replaced = [change.id for change in changes if change.replaces is not None]
    if replaced:
        await transaction.execute(UNTIE, ids=replaced)
    await transaction.execute(
        APPEND,
        position=list(positions),
        digest=[change.digest for change in changes],
        replaces=[change.replaces for change in changes],
        vote_id=[change.id if change.digest else None for change in changes],
    )
