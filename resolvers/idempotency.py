"""Idempotency: the same request under the same key answers the same and changes nothing twice."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import Uuid

from database.door import Transaction
from models.base import table
from models.idempotency import Idempotency
from models.refusal import ErrorCode, Refusal
from planner.mutation import Outcome

KEY_LENGTH = (8, 100)

_kept = table(Idempotency)
_mine = (_kept.c.actor_id == bindparam("actor", type_=Uuid()), _kept.c.key == bindparam("key_", type_=Text()))

CLAIM = (
    insert(_kept)
    .values(
        actor_id=bindparam("actor", type_=Uuid()),
        key=bindparam("key_", type_=Text()),
        fingerprint=bindparam("print", type_=Text()),
        outcome=func.jsonb_build_object(),
        created_at=func.now(),
    )
    .on_conflict_do_nothing()
)
RECALL = select(_kept.c.fingerprint, _kept.c.outcome).where(*_mine)
KEEP = update(_kept).where(*_mine).values(outcome=bindparam("ids", type_=JSONB()))


async def once(
    transaction: Transaction,
    actor: UUID,
    key: str | None,
    request: Mapping[str, Any],
    act: Callable[[], Awaitable[Outcome]],
) -> Outcome:
    """Act, or answer what the same request answered before.

    A second request under the key waits for the first to end, because both claim one row.
    Raises Refusal(IDEMPOTENCY_KEY_REUSED) when the key was another request's.
    """
    if key is None:
        return await act()
    if not KEY_LENGTH[0] <= len(key) <= KEY_LENGTH[1]:
        raise Refusal(ErrorCode.BAD_INPUT, "An idempotency key has 8 to 100 characters.", "idempotencyKey")
    fingerprint = hashlib.sha256(repr(sorted(request.items())).encode()).hexdigest()
    if await transaction.execute(CLAIM, actor=actor, key_=key, print=fingerprint):
        outcome = await act()
        ids = {name: str(uuid) for name, uuid in outcome.ids.items() if uuid}
        await transaction.execute(KEEP, actor=actor, key_=key, ids=ids)
        return outcome
    row = await transaction.one(RECALL, actor=actor, key_=key)
    if row is None or row[0] != fingerprint:
        raise Refusal(ErrorCode.IDEMPOTENCY_KEY_REUSED, "This key was used for another request.", "idempotencyKey")
    assert isinstance(row[1], dict)
    return Outcome({name: UUID(text) for name, text in row[1].items()})
