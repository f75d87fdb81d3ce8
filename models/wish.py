"""Wishes of operators: what a page asks for and a process with the owner's login carries out (decision 0047)."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import PlatformTable, one_of, text_column, time_column


class WishKind(Enum):
    """What is to be done with a tenant."""

    CREATE = "CREATE"
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"


class WishState(Enum):
    """What became of it."""

    WAITING = "WAITING"
    DONE = "DONE"
    REFUSED = "REFUSED"


class TenantWish(PlatformTable, table=True):
    """A wish about the tenant of a slug. `details` are what a new tenant is made from, without its administrator's
    address once it is done; `problem` says why it was refused. A process works on it until `held_until`."""

    __tablename__ = "tenant_wish"
    __table_args__ = (
        one_of("kind", WishKind),
        one_of("state", WishState),
        CheckConstraint("(state = 'REFUSED') = (problem IS NOT NULL)", name="refused_with_problem"),
        Index("tenant_wish_waiting", "slug", unique=True, postgresql_where=text("state = 'WAITING'")),
        Index("tenant_wish_newest", text("created_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_column=text_column())
    slug: str = Field(sa_column=text_column())
    details: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    state: str = Field(sa_column=text_column())
    problem: str | None = Field(sa_column=text_column(nullable=True))
    wished_by: str = Field(sa_column=text_column())
    created_at: datetime = Field(sa_column=time_column())
    held_until: datetime | None = Field(sa_column=time_column(nullable=True))
    done_at: datetime | None = Field(sa_column=time_column(nullable=True))
