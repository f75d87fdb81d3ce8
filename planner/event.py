"""Events: written in the transaction of the change that they record, or in its very statement."""

from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Insert, Select, Text, Update, cast, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine, Uuid

from models.base import new_id, table, unnested
from models.event import Event, EventKind

Statement = TypeVar("Statement", Insert, Update)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to write: what happened to which object; `actor` is None for jobs and operators."""

    kind: EventKind
    subject: UUID
    actor: UUID | None
    payload: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


_COLUMNS: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "kind": Text(),
    "subject_id": Uuid(),
    "actor_id": Uuid(),
    "payload": Text(),
}
_rows = unnested("events", _COLUMNS, "event_{}")


def recorded(given: Select[Any] | None = None) -> Insert:
    """Inserts any number of events, of some of them those whose ids are `given`; `events` makes its parameters."""
    row = _rows.c
    rows = select(row.id, row.kind, row.subject_id, row.actor_id, cast(row.payload, JSONB), func.now())
    return insert(table(Event)).from_select((*_COLUMNS, "at"), rows if given is None else rows.where(row.id.in_(given)))


RECORD = recorded()
"""Inserts any number of events."""


def recording(change: Statement) -> Statement:
    """The statement, extended to write events as well."""
    return change.add_cte(RECORD.cte("recorded"))


def events(*happened: NewEvent) -> dict[str, list[object]]:
    """The parameters of RECORD, or of a statement made by `recording`."""
    return {
        "event_id": [each.id for each in happened],
        "event_kind": [each.kind.value for each in happened],
        "event_subject_id": [each.subject for each in happened],
        "event_actor_id": [each.actor for each in happened],
        "event_payload": [orjson.dumps(each.payload).decode() for each in happened],
    }
