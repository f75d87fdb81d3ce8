"""Idempotency: a request repeated under its key gets the same answer and changes nothing twice."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Insert, Text, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import TypeEngine, Uuid

from models import expected
from models.base import table
from models.idempotency import Idempotency
from models.refusal import ErrorCode, Refusal, bad_input
from planner.act import OPERATORS, Act, Outcome
from planner.input import KEY

KEY_LENGTH = (8, 100)

_kept = table(Idempotency)
_mine = (_kept.c.actor_id == bindparam("owner", type_=Uuid()), _kept.c.key == bindparam("key_", type_=Text()))

CLAIM = (
    insert(_kept)
    .values(
        actor_id=bindparam("owner", type_=Uuid()),
        key=bindparam("key_", type_=Text()),
        fingerprint=bindparam("print", type_=Text()),
        outcome=func.jsonb_build_object(),
        created_at=func.now(),
    )
    .on_conflict_do_nothing()
)
UNCLAIMED = ~exists(select(_kept.c.key).where(*_mine))
"""Nothing was done under the key yet."""

RECALL = select(_kept.c.fingerprint, _kept.c.outcome).where(*_mine)
FORGET = delete(_kept).where(*_mine)
KEEP = update(_kept).where(*_mine).values(outcome=bindparam("outcome", type_=JSONB()))

Columns = Mapping[str, TypeEngine[Any]]


def owner(act: Act) -> UUID:
    """The actor who owns the key. Raises Refusal(UNAUTHENTICATED), because anonymous visitors would share theirs."""
    return OPERATORS if act.actor_or_none is None and act.asker.viewer.is_operator else act.actor


def claiming(done: FromClause) -> Insert:
    """Keeps a key and its outcome where a part of a statement has a row, one at most: where that did what was asked.
    A key that another request takes in the same moment makes the statement fail."""
    outcome, owner_, key = (bindparam("outcome", type_=JSONB()), *(one.right for one in _mine))
    row = select(owner_, key, bindparam("print", type_=Text()), outcome, func.now()).select_from(done)
    return insert(_kept).from_select(("actor_id", "key", "fingerprint", "outcome", "created_at"), row)


def claimed(owner: UUID, key: str, fingerprint: str, outcome: Outcome) -> dict[str, object]:
    """The parameters of `UNCLAIMED` and `claiming`."""
    return {"owner": owner, "key_": key, "print": fingerprint, "outcome": _stored(outcome)}


def is_key(key: str) -> bool:
    """Whether a key has a length that `once` accepts."""
    return KEY_LENGTH[0] <= len(key) <= KEY_LENGTH[1]


async def once(
    act: Act, key: str, fingerprint: str, columns: Columns, run: Callable[[], Awaitable[Outcome]]
) -> Outcome:
    """The outcome of `run`, or the stored outcome of the same request.

    A second request under the key waits until the first has ended, because both insert the same row.
    Raises Refusal(IDEMPOTENCY_KEY_REUSED) when the key was used for another request.
    """
    if not is_key(key):
        raise bad_input("An idempotency key has 8 to 100 characters.", KEY, expected.example("b7c1d0e2-4f6a"))
    mine: dict[str, object] = {"owner": owner(act), "key_": key}
    if await act.execute(CLAIM, **mine, print=fingerprint):
        outcome = await run()
        if outcome.refusal is not None:  # As after any other refusal, the key is free.
            await act.execute(FORGET, **mine)
            return outcome
        await act.execute(KEEP, **mine, outcome=_stored(outcome))
        return outcome
    row = await act.transaction.one(RECALL, **mine)
    if row is None or row[0] != fingerprint:
        raise Refusal(ErrorCode.IDEMPOTENCY_KEY_REUSED, "This key was used for another request.", KEY)
    assert isinstance(row[1], dict)
    return Outcome({name: _recalled(columns[name], value) for name, value in row[1].items()})


async def forget(act: Act, key: str) -> None:
    """The key is free again: what was done under it came to nothing after all."""
    await act.execute(FORGET, owner=owner(act), key_=key)


def _stored(outcome: Outcome) -> dict[str, object]:
    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in outcome.values.items()
        if value is not None
    }


def _recalled(type_: TypeEngine[Any], value: Any) -> object:
    return UUID(value) if isinstance(type_, Uuid) else value
