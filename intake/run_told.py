"""What the command line shows of imports: runs, the first remarks on their rows, and activities to import into."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, literal_column, select
from sqlalchemy.types import Uuid

from models.activity import Activity
from models.base import table
from models.import_run import ImportRemark, ImportRun, ImportState

SHOWN = 20
"""Remarks."""

_run, _remark, _activity = table(ImportRun), table(ImportRemark), table(Activity)
_names = (
    "id",
    "state",
    "problem",
    "file_name",
    "source",
    "activity_id",
    "columns",
    "edition",
    "row_count",
    "accepted_count",
    "refused_count",
    "known_count",
    "kept_count",
    "created_at",
)
RUNS = select(*(_run.c[name] for name in _names)).order_by(_run.c.created_at.desc()).limit(literal_column("50"))
ONE = select(*(_run.c[name] for name in _names)).where(_run.c.id == bindparam("run", type_=Uuid()))
REMARKS = (
    select(_remark.c.line, _remark.c.column_name, _remark.c.code, _remark.c.value)
    .where(_remark.c.run_id == bindparam("run", type_=Uuid()))
    .order_by(_remark.c.line, _remark.c.id)
    .limit(literal_column(str(SHOWN)))
)
ACTIVITIES = select(cast(_activity.c.id, Text), _activity.c.title).order_by(_activity.c.title)


@dataclass(frozen=True, slots=True)
class Told:
    """A run as the command line shows it."""

    id: UUID
    state: ImportState
    problem: str | None
    file_name: str
    source: str
    activity_id: UUID
    columns: Any
    edition: Any
    row_count: int
    accepted_count: int
    refused_count: int
    known_count: int
    kept_count: int
    created_at: datetime
