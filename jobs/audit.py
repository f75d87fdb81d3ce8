"""Audit: recomputes a tenant's journal and compares it with its sealed heads, and the votes with the journal."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import BigInteger, bindparam, literal_column, select

from database.door import Database
from jobs import detail, vote_audit
from jobs.journal import ENTRY, Entry
from jobs.merkle import Tree
from jobs.vote_seal import Leaf
from models.base import table
from models.event import Event
from models.seal import Seal
from models.vote import VoteSeal
from planner.row import reader

BATCH = 5_000
MAX_FAULTS = 20
"""How many faults are reported; one fault in the middle causes further ones."""

LATE = timedelta(minutes=10)
"""An event dated so long before the previous seal was inserted later, because a transaction takes seconds at most."""

_event, _seal, _vote_seal = table(Event), table(Seal), table(VoteSeal)
_behind = bindparam("behind", type_=BigInteger())
SEALS = select(_seal.c.size, _seal.c.root, _seal.c.sealed_at).where(_seal.c.size > _behind).order_by(_seal.c.size)
SEALED = (
    select(_event.c.position, *(_event.c[name] for name in ENTRY))
    .where(_event.c.position > _behind)
    .order_by(_event.c.position)
    .limit(literal_column(str(BATCH), BigInteger))
)
LEAVES = (
    select(*(_vote_seal.c[name] for name in ("position", "digest", "replaces")))
    .where(_vote_seal.c.position > _behind)
    .order_by(_vote_seal.c.position)
    .limit(literal_column(str(BATCH), BigInteger))
)


@dataclass(frozen=True, slots=True)
class TreeRoot:
    """The root of the tree over a journal's first `size` entries."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class SealedRoot(TreeRoot):
    """The head after a sealed batch."""

    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Placed(Entry):
    """An event at its place in the journal."""

    position: int


@dataclass(frozen=True, slots=True)
class PlacedLeaf(Leaf):
    """A vote's leaf at its place in the journal."""

    position: int


class Placeable(Protocol):
    """An entry of the journal."""

    @property
    def position(self) -> int:
        """Its place, counted from 1."""

    def hash(self) -> bytes:
        """The leaf of the tree."""


_sealed, _placed, _leaf = reader(SEALS, SealedRoot), reader(SEALED, Placed), reader(LEAVES, PlacedLeaf)


class Audit:
    """Reads entries in order. `faults` lists, in sentences, what differs from what was sealed. `erased` counts the acts
    whose details were erased since, by a person's request or by retention."""

    def __init__(self, seals: Sequence[SealedRoot], known_head: TreeRoot | None = None) -> None:
        """`known_head` is a head that somebody kept outside the database."""
        self.count = 0
        self.erased = 0
        self.faults: list[str] = []
        self._seals: dict[int, SealedRoot] = {}
        self.add(seals)
        self._known_head = known_head
        self._checked: SealedRoot | None = None
        self._tree = Tree()

    @property
    def head(self) -> TreeRoot:
        """The head over what was read, valid while there is no fault."""
        return TreeRoot(self.count, self._tree.root.hex())

    def add(self, seals: Sequence[SealedRoot]) -> None:
        """Add further sealed heads."""
        self._seals |= {seal.size: seal for seal in seals}
        self.sealed = max(self._seals, default=0)

    def read(self, entry: Placeable) -> None:
        """Check the next entry."""
        if entry.position <= self.count:
            self.fault(f"two entries stand at {entry.position}: one was inserted")
        elif entry.position != self.count + 1:
            self.fault(f"entries {self.count + 1} to {entry.position - 1} are missing")
        self.count = entry.position
        if entry.position > self.sealed:
            self.fault(f"entry {entry.position} stands behind the last seal: it was inserted")
        if isinstance(entry, Placed) and self._checked is not None and entry.at < self._checked.sealed_at - LATE:
            self.fault(f"entry {entry.position} says {entry.at}, long before it was written: it was inserted")
        if not self.faults:
            self._tree.append(entry.hash())
            self._compare()

    def end(self) -> None:
        """Check that no entry is missing at the end."""
        if self.count < self.sealed:
            self.fault(f"entries {self.count + 1} to {self.sealed} are missing")
        if self._known_head is not None and self.count < self._known_head.size:
            self.fault(f"entries {self.count + 1} to {self._known_head.size} of the known head are missing")

    def compare(self, detail_: detail.SealedDetail) -> None:
        """Compare what an act changed with its sealed digest; erased details cannot be compared."""
        self.erased += detail_.subject_kind is not None and detail_.salt is None
        if (fault := detail_.fault()) is not None:
            self.fault(fault)

    def _compare(self) -> None:
        root, first = self._tree.root.hex(), self._checked.size + 1 if self._checked else 1
        if self._known_head is not None and self._known_head.size == self.count and self._known_head.root != root:
            self.fault(f"the first {self.count} entries are not those of the known head")
        seal = self._seals.get(self.count)
        if seal is not None:
            if seal.root != root:
                self.fault(f"one of the entries {first} to {self.count} is not as it was sealed")
            self._checked = seal

    def fault(self, sentence: str) -> None:
        """Report a fault, up to MAX_FAULTS."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(sentence)


async def verify(database: Database, tenant: int, known_head: TreeRoot | None = None) -> Audit:
    """Recompute a tenant's whole journal and compare the votes with it; takes some 10 s for a million entries."""
    audit = Audit(await _seals(database, tenant, 0), known_head)
    async for entry in _entries(database, tenant):
        if entry.position > audit.sealed and not audit.faults:  # More was sealed meanwhile, or it was inserted.
            audit.add(await _seals(database, tenant, audit.sealed))
        audit.read(entry)
    audit.end()
    async for sentence in vote_audit.faults(database, tenant):
        audit.fault(sentence)
    async for sealed_detail in detail.sealed(database, tenant):
        audit.compare(sealed_detail)
    return audit


async def _seals(database: Database, tenant: int, behind: int) -> list[SealedRoot]:
    return [_sealed(row) for row in await database.rows(SEALS, tenant, behind=behind)]


async def _entries(database: Database, tenant: int) -> AsyncIterator[Placeable]:
    """Events and the leaves of votes, by position."""
    streams: list[AsyncIterator[Placeable]] = [
        detail.entries(database, tenant, SEALED, _placed),
        detail.entries(database, tenant, LEAVES, _leaf),
    ]
    heads = [await anext(stream, None) for stream in streams]
    while waiting := [(row.position, rank) for rank, row in enumerate(heads) if row is not None]:
        _, rank = min(waiting)
        row = heads[rank]
        assert row is not None
        yield row
        heads[rank] = await anext(streams[rank], None)
