"""Operators («opérateurs»): who runs the platform, known by tokens that the command line makes, and what they wish."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import PlatformTable, one_of, text_column, time_column


class OperatorToken(PlatformTable, table=True):
    """A token good at every tenant; `digest` is the SHA-256 of its text, which nobody can read again."""

    __tablename__ = "operator_token"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint(
            "expires_at > created_at AND expires_at <= created_at + INTERVAL '366 days'", name="expires_within_a_year"
        ),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column(unique=True))
    created_at: datetime = Field(sa_column=time_column())
    expires_at: datetime = Field(sa_column=time_column())
    last_used_at: datetime | None = Field(sa_column=time_column(nullable=True))
    revoked_at: datetime | None = Field(sa_column=time_column(nullable=True))


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
        Index(
            "tenant_wish_host",
            text("(details ->> 'host')"),
            unique=True,
            postgresql_where=text("state = 'WAITING' AND kind = 'CREATE'"),
        ),
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
