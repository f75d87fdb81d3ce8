"""Bulk change («modification groupée»): one thing done to all contributions of a filter, which can be taken back."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class BulkChangeKind(Enum):
    """What is done to each contribution."""

    STATUS = "STATUS"
    CATEGORY = "CATEGORY"
    ASSIGNEE = "ASSIGNEE"


class BulkChangeState(Enum):
    """Where a bulk change is."""

    CHECKED = "CHECKED"
    DONE = "DONE"
    UNDONE = "UNDONE"


class BulkObstacle(Enum):
    """Why one contribution is left as it is."""

    UNCHANGED = "UNCHANGED"
    OTHER_ACTIVITY = "OTHER_ACTIVITY"
    NOT_A_PROPOSAL = "NOT_A_PROPOSAL"
    LIMIT_REACHED = "LIMIT_REACHED"
    CHANGED_SINCE = "CHANGED_SINCE"


MAX_CHANGED = 1_000
"""Contributions of one bulk change."""

MAX_TOLD = 100
"""So many contributions that are left as they are, are listed; all are counted."""


class BulkChange(TenantTable, table=True):
    """What is to be done to which contributions, and what became of each.

    `value_id` is the status, the category or the assignee that each is given; NULL: none any more. `items` says of each
    contribution its `id`, what it had `before`, its `obstacle` (null: it changes) and, of a status, the `response`
    that gave it. `kept_count` is how many could not be taken back.
    """

    __tablename__ = "bulk_change"
    __table_args__ = (
        one_of("kind", BulkChangeKind),
        one_of("state", BulkChangeState),
        Index("bulk_change_newest", text("created_at DESC"), text("id DESC")),
        Index("bulk_change_creator", "created_by_id"),
    )

    id: UUID = Field(primary_key=True)
    kind: BulkChangeKind = Field(sa_column=text_column())
    state: BulkChangeState = Field(sa_column=text_column())
    value_id: UUID | None = None
    service: str | None = Field(default=None, sa_column=text_column(nullable=True))
    items: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    changed_count: int
    kept_count: int
    created_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    created_at: datetime = Field(sa_column=time_column())
    done_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    undone_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
