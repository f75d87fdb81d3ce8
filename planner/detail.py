"""Details: the columns that an act changed, before and after, stored beside the journal, which seals their digest."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.types import TypeEngine, Uuid
from sqlmodel import SQLModel

from database.door import Transaction
from models.analysis import AnalysisText
from models.answer_file import AnswerFile
from models.base import TenantTable, table, unnested
from models.collectivite import PlanePoint
from models.event import Event, EventDetail, EventKind
from models.paper_ballot import PollingTyping
from models.polling_desk import Signing
from models.survey_answer import SurveyAnswer
from models.tenant import Tenant
from planner.event import NewEvent, events, recording

Named = tuple[type[SQLModel], UUID]
"""A row, by its table and id."""

Columns = Mapping[str, Any]
Watched = dict[Named, Columns | None]
"""Rows that an act may change, as they were before; None for those that it inserted."""

UNTOLD = frozenset({"id", "content", "digest", "former_digest", "id_token", "salt", "email", "last_used_at"}) | {
    *("address", "exact_lat", "exact_lng", "lat", "lng", "precision", "search_text", "support_count"),
    *("geometry", "zones", "remarks", "items", "ballots", "contact", "desk_contact", "desk_digest"),
    *("sealed_secret", "former_secret", "failing_since", "result", "shown"),
}
"""Columns that the journal leaves out: secrets, people's addresses and places, how to reach whom a desk entered
something for, outlines, paper ballots, and what is computed."""

UNTOLD_ROWS = frozenset({Signing, PollingTyping, SurveyAnswer, AnswerFile, AnalysisText})
"""Rows that it leaves out as a whole: who has voted, what the first of two people typed, whom the second must not
read, what people answer to surveys, and where each of ten thousand texts is in an analysis."""

_UNTOLD_TYPES = (LargeBinary, PlanePoint, TSVECTOR)
"""Pictures and files, and what is computed of others."""

SALT_BYTES = 16
_PADDED: tuple[ColumnElement[int], ColumnElement[str]] = (literal_column("32"), literal_column("'0'"))

_event = table(Event)
_GIVEN: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "subject_kind": Text(),
    "subject_id": Uuid(),
    "columns": Text(),
    "salt": Text(),
}
_rows = unnested("details", _GIVEN, "detail_{}")
_act = (
    select(_event.c.id)
    .where(_event.c.subject_id == _rows.c.subject_id, _event.c.at == func.now())
    .order_by(_event.c.id)
    .limit(literal_column("1"))
    .correlate(_rows)
    .scalar_subquery()
)
_values = {name: _rows.c[name] for name in _GIVEN} | {
    "columns": cast(_rows.c.columns, JSONB),
    "act_id": func.coalesce(_act, bindparam("act_id", type_=Uuid()), _rows.c.id),
    "made_at": func.now(),
}
KEEP = recording(insert(table(EventDetail)).from_select([*_values], select(*_values.values())))
"""Inserts details with their events. Each detail belongs to this transaction's event about the same row, else to
`act_id`, else to its own event."""


def is_told(name: str, type_: TypeEngine[Any]) -> bool:
    """Whether the journal includes a column."""
    return name not in UNTOLD and not name.startswith("cell") and not isinstance(type_, _UNTOLD_TYPES)


async def read(transaction: Transaction, named: Iterable[Named]) -> Watched:
    """The rows as they are now, without those that do not exist."""
    ids: defaultdict[type[SQLModel], set[UUID]] = defaultdict(set)
    for model, id_ in named:
        if _key(model) is not None:
            ids[model].add(id_)
    rows: Watched = {}
    for model, wanted in ids.items():
        for row, columns in await transaction.all(_reading(model), ids=sorted(wanted)):
            assert isinstance(row, UUID) and isinstance(columns, dict)
            rows[model, row] = columns
    return rows


@cache
def _reading(model: type[SQLModel]) -> Select[Any]:
    row = table(model)
    told = [name for name, stored in row.c.items() if is_told(name, stored.type)]
    pairs = [item for name in told for item in (literal_column(f"'{name}'", Text), row.c[name])]
    key = _key(model)
    assert key is not None
    return select(key, func.jsonb_build_object(*pairs)).where(key == any_(bindparam("ids", type_=ARRAY(Uuid()))))


@cache
def _key(model: type[SQLModel]) -> ColumnElement[Any] | None:
    """What a row is named by: its id, or for the tenant's own row what `settings_id` makes of its number. None: the
    journal does not tell it."""
    row = table(model)
    if model in UNTOLD_ROWS:
        return None
    if model is Tenant:
        return cast(func.lpad(func.to_hex(row.c.number), *_PADDED), Uuid())
    return row.c.id if issubclass(model, TenantTable) and "id" in row.c else None


async def keep(transaction: Transaction, watched: Watched, actor: UUID | None, act: UUID | None) -> None:
    """Store what changed in the watched rows; `act` is the mutation's event, if it has one."""
    if not watched:
        return
    now = await read(transaction, watched)
    details = [(named, changed) for named, was in watched.items() if (changed := changes(was, now.get(named)))]
    if not details:
        return
    happened, given = [], []
    for (model, subject), changed in details:
        kind, salt = str(table(model).name), secrets.token_hex(SALT_BYTES)
        event = NewEvent(EventKind.CHANGED, subject, actor, {"digest": digest(kind, subject, changed, salt)})
        happened.append(event)
        given.append((event.id, kind, subject, orjson.dumps(changed).decode(), salt))
    parameters = {f"detail_{name}": [row[rank] for row in given] for rank, name in enumerate(_GIVEN)}
    await transaction.execute(KEEP, **events(*happened), **parameters, act_id=act)


def changes(was: Columns | None, now: Columns | None) -> dict[str, list[Any]]:
    """The columns that differ, each with its old and new value; null where there was, or is, no row."""
    names = sorted((was or {}).keys() | (now or {}).keys())
    pairs = {name: [(was or {}).get(name), (now or {}).get(name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def digest(kind: str, subject: UUID, columns: Columns, salt: str) -> str:
    """The digest of a detail, which the journal seals. Its form must never change."""
    row = orjson.dumps([kind, str(subject), columns], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(bytes.fromhex(salt) + row).hexdigest()
