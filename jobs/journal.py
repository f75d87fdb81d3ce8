"""The journal: seals a tenant's events and votes in batches into one hash tree with a public head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, func, insert, literal_column, select, update
from sqlalchemy.types import Uuid

from database.advisory_lock import AdvisoryLock
from database.door import Database, Transaction
from jobs.merkle import Tree, leaf
from models.base import table, unnested
from models.event import Event
from models.seal import Seal
from planner.act import value
from planner.row import reader

BATCH = 5_000

_event, _seal = table(Event), table(Seal)
LOCK = select(func.pg_try_advisory_xact_lock(*AdvisoryLock.SEAL.in_tenant()))
"""One process seals a tenant at a time: two would assign the same positions."""

WAIT = select(func.pg_advisory_xact_lock(*AdvisoryLock.SEAL.in_tenant()))
"""Waits for the same lock, for work that cannot be left to the next run."""

HEAD = select(_seal.c.size, _seal.c.root, _seal.c.peaks).order_by(_seal.c.size.desc()).limit(1)
ENTRY = ("id", "kind", "subject_id", "actor_id", "payload", "at")
UNSEALED = (
    select(*(_event.c[name] for name in ENTRY))
    .where(_event.c.position.is_(None))
    .order_by(_event.c.id)
    .limit(literal_column(str(BATCH), BigInteger))
)
_places = unnested("places", {"id": Uuid(), "position": BigInteger()})
PLACE = update(_event).where(_event.c.id == _places.c.id).values(position=_places.c.position)
SEAL = insert(_seal).values(**{name: value(Seal, name) for name in ("size", "root", "peaks")}, sealed_at=func.now())


@dataclass(frozen=True, slots=True)
class Head:
    """The head after a batch; the peaks are hexadecimal."""

    size: int
    root: str
    peaks: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """The content of an event's leaf."""

    id: UUID
    kind: str
    subject_id: UUID
    actor_id: UUID | None
    payload: dict[str, Any]
    at: datetime

    def hash(self) -> bytes:
        """The leaf's hash. Its form must never change, or existing seals could not be verified."""
        actor = None if self.actor_id is None else str(self.actor_id)
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        row = [str(self.id), self.kind, str(self.subject_id), actor, self.payload, at]
        return leaf(orjson.dumps(row, option=orjson.OPT_SORT_KEYS))


_head, _unsealed = reader(HEAD, Head), reader(UNSEALED, Entry)


async def seal(database: Database, tenant: int) -> int:
    """Seal a batch of a tenant's events; returns how many."""
    async with database.transaction(tenant) as transaction:
        locked = await transaction.one(LOCK, tenant=tenant)
        if locked is None or not locked[0]:
            return 0
        events = [_unsealed(row) for row in await transaction.all(UNSEALED)]
        if events:
            positions = await grow(transaction, [event.hash() for event in events])
            await transaction.execute(PLACE, ids=[event.id for event in events], positions=list(positions))
        return len(events)


async def grow(transaction: Transaction, leaves: Sequence[bytes]) -> range:
    """Append leaves to the tree and seal it, in a transaction that holds the lock; returns their positions."""
    tree = await _tree(transaction)
    positions = range(tree.size + 1, tree.size + len(leaves) + 1)
    for each in leaves:
        tree.append(each)
    peaks = [peak.hex() for peak in tree.peaks]
    await transaction.execute(SEAL, size=tree.size, root=tree.root.hex(), peaks=peaks)
    return positions


async def _tree(transaction: Transaction) -> Tree:
    row = await transaction.one(HEAD)
    if row is None:
        return Tree()
    head = _head(row)
    return Tree(head.size, map(bytes.fromhex, head.peaks))
