"""Verifies details: what acts changed must match the journal's digests, or be erased as a whole."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Select, bindparam, literal_column, select

from database.door import Database
from database.wire import Row
from models.base import constant, table
from models.event import Event, EventDetail, EventKind
from planner import detail
from planner.row import reader

BATCH = 1_000


class _Entry(Protocol):
    @property
    def position(self) -> int: ...


Entry = TypeVar("Entry", bound=_Entry)

_event, _detail = table(Event), table(EventDetail)
SEALED = (
    select(
        _event.c.position,
        _event.c.payload,
        _detail.c.subject_kind,
        _event.c.subject_id,
        _detail.c.columns,
        _detail.c.salt,
    )
    .join_from(_event, _detail, _detail.c.id == _event.c.id, isouter=True)
    .where(_event.c.kind == constant(EventKind.CHANGED), _event.c.position > bindparam("behind", type_=BigInteger()))
    .order_by(_event.c.position)
    .limit(literal_column(str(BATCH), BigInteger))
)


@dataclass(frozen=True, slots=True)
class SealedDetail:
    """A detail with the event that seals it; `subject_kind` is None when the detail is missing."""

    position: int
    payload: dict[str, Any]
    subject_kind: str | None
    subject_id: UUID
    columns: dict[str, Any] | None
    salt: str | None

    def fault(self) -> str | None:
        """Why it differs from what was sealed, or None."""
        if self.subject_kind is None:
            return f"what event {self.position} changed was removed"
        if self.columns is None or self.salt is None:
            return None
        digest = detail.digest(self.subject_kind, self.subject_id, self.columns, self.salt)
        return None if digest == self.payload.get("digest") else f"what event {self.position} changed is not as sealed"


_sealed = reader(SEALED, SealedDetail)


def sealed(database: Database, tenant: int) -> AsyncIterator[SealedDetail]:
    """All sealed details, in the journal's order."""
    return entries(database, tenant, SEALED, _sealed)


async def entries(
    database: Database, tenant: int, clause: Select[tuple[object, ...]], read: Callable[[Row], Entry]
) -> AsyncIterator[Entry]:
    """What a statement reads of the journal, page by page: it returns the next rows after the position `behind`."""
    behind = 0
    while rows := await database.rows(clause, tenant, behind=behind):
        for row in rows:
            entry = read(row)
            yield entry
            behind = entry.position
