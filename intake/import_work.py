"""The statements of the import job: it claims a run, advances it batch by batch, and releases it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Interval,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Uuid

from database.claim import Claims
from models.activity import Activity
from models.base import constant, table
from models.import_run import WORKING, ImportChunk, ImportFormat, ImportRemark, ImportRun, ImportState
from planner.act import value
from resolvers import portal

HELD = timedelta(seconds=60)
"""How long after its last batch a process that works on a run is considered dead."""

FORGOTTEN_AFTER = timedelta(days=7)
"""When a file that nobody confirmed is deleted."""


@dataclass(slots=True)
class Run:
    """A run as a job claims it."""

    id: UUID
    format: ImportFormat
    state: ImportState
    source: str
    activity_id: UUID
    columns: Any
    may_add_categories: bool
    done_rows: int
    created_by_id: UUID | None
    may_take_ballots: bool
    edition: Any


_run, _chunk, _remark, _activity = table(ImportRun), table(ImportChunk), table(ImportRemark), table(Activity)
_id = bindparam("run", type_=Uuid())
_before = bindparam("before", type_=Text())
_names = (
    "id",
    "format",
    "state",
    "source",
    "activity_id",
    "columns",
    "may_add_categories",
    "done_rows",
    "created_by_id",
    "may_take_ballots",
    "edition",
)
_CLAIMS = Claims(
    waits=_run.c.state.in_([constant(state) for state in WORKING]),
    since=_run.c.created_at,
    held_until=_run.c.held_until,
    held=HELD,
)
CLAIM, NEXT, HOLD = _CLAIMS.claim(*_names), _CLAIMS.next, _CLAIMS.hold
"""Takes the next run; when the next can be continued; until when a run belongs to the process that works on it."""

STATE = select(_run.c.state).where(_run.c.id == _id)
CHUNK = select(_chunk.c.content).where(_chunk.c.run_id == _id, _chunk.c.rank == bindparam("rank", type_=Integer()))
NEW = insert(_run).values(
    id=value(ImportRun, "id"),
    format=constant(ImportFormat.TABLE),
    state=constant(ImportState.CHECKING),
    **{name: value(ImportRun, name) for name in ("file_name", "file_size", "digest", "source", "activity_id")},
    columns=literal_column("'[]'", JSONB),
    may_add_categories=literal_column("true"),
    **{
        name: literal_column("0")
        for name in ("row_count", "accepted_count", "refused_count", "known_count", "kept_count", "done_rows")
    },
    created_by_id=value(ImportRun, "created_by_id"),
    created_at=func.now(),
)
"""Inserts the run of an uploaded file, whose chunks are stored already."""

BEGIN = (
    update(_run)
    .where(_run.c.id == _id)
    .values(
        columns=value(ImportRun, "columns"),
        format=value(ImportRun, "format"),
        **{name: literal_column("0") for name in ("row_count", "accepted_count", "refused_count", "known_count")},
        done_rows=literal_column("0"),
        edition=null(),
    )
)


def _more(column: str, by: str) -> Any:
    return _run.c[column] + bindparam(by, type_=Integer())


ADVANCE = (
    update(_run)
    .where(_run.c.id == _id, _run.c.state == _before, _run.c.done_rows == bindparam("expected", type_=Integer()))
    .values(
        done_rows=_more("done_rows", "lines"),
        row_count=_more("row_count", "rows"),
        accepted_count=_more("accepted_count", "accepted"),
        known_count=_more("known_count", "known"),
        refused_count=_more("refused_count", "refused"),
        held_until=HOLD,
    )
)
KEPT = update(_run).where(_run.c.id == _id).values(kept_count=_more("kept_count", "kept"), held_until=HOLD)
_state = bindparam("state", type_=Text())
END = (
    update(_run)
    .where(_run.c.id == _id, _run.c.state == _before)
    .values(
        state=_state,
        problem=bindparam("problem", type_=Text()),
        held_until=null(),
        ended_at=case((_state != constant(ImportState.CHECKED), func.now())),
    )
)
FORGET_FILE = delete(_chunk).where(_chunk.c.run_id == _id)
FORGET_REMARKS = delete(_remark).where(_remark.c.run_id == _id)
REMARKED = select(func.count()).where(_remark.c.run_id == _id)
RULES = select(_activity.c.kind, portal.time_zone(bindparam("tenant", type_=BigInteger()))).where(
    _activity.c.id == bindparam("activity", type_=Uuid())
)

_old = select(_run.c.id).where(
    _run.c.state == constant(ImportState.CHECKED), _run.c.created_at < func.now() - literal(FORGOTTEN_AFTER, Interval)
)
FORGET_OLD = (
    delete(_run)
    .where(_run.c.id.in_(_old))
    .add_cte(
        delete(_chunk).where(_chunk.c.run_id.in_(_old)).cte("chunks"),
        delete(_remark).where(_remark.c.run_id.in_(_old)).cte("remarks"),
    )
)
"""Deletes files that nobody confirmed."""
