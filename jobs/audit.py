"""Audit: a tenant's journal recomputed from its rows, and compared with the heads that it was sealed with."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, literal_column, select

from database.door import Database
from jobs import detail
from jobs.journal import ENTRY, Entry
from jobs.merkle import Tree
from models.base import table
from models.event import Event, Seal
from planner.row import reader

BATCH = 5_000
MAX_FAULTS = 20
"""So many are told; one fault in the middle makes more of them."""

LATE = timedelta(minutes=10)
"""No event says a time so long before the seal that was there when it was written: a transaction lasts some seconds."""

_event, _seal = table(Event), table(Seal)
_behind = bindparam("behind", type_=BigInteger())
SEALS = select(_seal.c.size, _seal.c.root, _seal.c.sealed_at).where(_seal.c.size > _behind).order_by(_seal.c.size)
SEALED = (
    select(_event.c.position, *(_event.c[name] for name in ENTRY))
    .where(_event.c.position > _behind)
    .order_by(_event.c.position)
    .limit(literal_column(str(BATCH), BigInteger))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The root of the tree of a journal's first events."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Sealed(Head):
    """A head that a batch was sealed with."""

    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Placed(Entry):
    """An entry at its place in the journal."""

    position: int


_sealed, _placed = reader(SEALS, Sealed), reader(SEALED, Placed)


class Audit:
    """Reads entries in their order. `faults` says, in sentences, what is not as it was sealed; `erased` counts the acts
    of which what they changed was erased since, as persons may ask and retention says."""

    def __init__(self, seals: Sequence[Sealed], known: Head | None = None) -> None:
        """`known` is a head that somebody kept outside of the database."""
        self.count = 0
        self.erased = 0
        self.faults: list[str] = []
        self._seals: dict[int, Sealed] = {}
        self.add(seals)
        self._known = known
        self._checked: Sealed | None = None
        self._tree = Tree()

    @property
    def head(self) -> Head:
        """Of what was read, as long as there is no fault."""
        return Head(self.count, self._tree.root.hex())

    def add(self, seals: Sequence[Sealed]) -> None:
        """More heads."""
        self._seals |= {seal.size: seal for seal in seals}
        self.sealed = max(self._seals, default=0)

    def read(self, entry: Placed) -> None:
        """The next entry."""
        if entry.position != self.count + 1:
            self._fault(f"events {self.count + 1} to {entry.position - 1} are missing")
        self.count = entry.position
        if entry.position > self.sealed:
            self._fault(f"event {entry.position} stands behind the last seal: it was inserted")
        if self._checked is not None and entry.at < self._checked.sealed_at - LATE:
            self._fault(f"event {entry.position} says {entry.at}, long before it was written: it was inserted")
        if not self.faults:
            self._tree.append(entry.hash())
            self._compare()

    def end(self) -> None:
        """No entry is left."""
        if self.count < self.sealed:
            self._fault(f"events {self.count + 1} to {self.sealed} are missing")
        if self._known is not None and self.count < self._known.size:
            self._fault(f"events {self.count + 1} to {self._known.size} of the known head are missing")

    def compare(self, found: detail.Sealed) -> None:
        """What an act changed, with its digest. Of what was erased nothing is left to compare."""
        self.erased += found.subject_kind is not None and found.salt is None
        if (fault := found.fault()) is not None:
            self._fault(fault)

    def _compare(self) -> None:
        root, first = self._tree.root.hex(), self._checked.size + 1 if self._checked else 1
        if self._known is not None and self._known.size == self.count and self._known.root != root:
            self._fault(f"the first {self.count} events are not those of the known head")
        seal = self._seals.get(self.count)
        if seal is not None:
            if seal.root != root:
                self._fault(f"one of the events {first} to {self.count} is not as it was sealed")
            self._checked = seal

    def _fault(self, sentence: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(sentence)


async def verify(database: Database, tenant: int, known: Head | None = None) -> Audit:
    """Read a tenant's whole journal and recompute it; some 10 s for a million events."""
    audit = Audit(await _seals(database, tenant, 0), known)
    async for entry in _entries(database, tenant):
        if entry.position > audit.sealed and not audit.faults:  # More was sealed meanwhile, or it was inserted.
            audit.add(await _seals(database, tenant, audit.sealed))
        audit.read(entry)
    audit.end()
    async for found in detail.sealed(database, tenant):
        audit.compare(found)
    return audit


async def _seals(database: Database, tenant: int, behind: int) -> list[Sealed]:
    return [_sealed(row) for row in await database.rows(SEALS, tenant, behind=behind)]


async def _entries(database: Database, tenant: int) -> AsyncIterator[Placed]:
    behind = 0
    while rows := await database.rows(SEALED, tenant, behind=behind):
        for row in rows:
            found = _placed(row)
            yield found
            behind = found.position
