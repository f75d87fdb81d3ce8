"""Widget («module intégré»): a part of the portal that another site shows; registered by administrators."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

CLIENT = "widget:"
"""Before a widget's id: the name under which its requests are counted and its documents found."""


class Widget(TenantTable, table=True):
    """`origins` are the sites (`https://…`) whose pages may show it; `theme` holds only what differs from the portal's.
    Where `is_trusted_only`, its pages may run trusted documents alone."""

    __tablename__ = "widget"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint("cardinality(origins) BETWEEN 1 AND 20", name="origins_some"),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column())
    origins: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    activity_id: UUID | None = Field(foreign_key=f"{TENANT}.activity.id", default=None)
    theme: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    is_trusted_only: bool
    created_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    created_at: datetime = Field(sa_column=time_column())
    revoked_at: datetime | None = Field(sa_column=time_column(nullable=True))


class HandOver(TenantTable, table=True):
    """A one-time code by which a sign-in passes from the pop-up page to a widget; `digest` is the code's SHA-256."""

    __tablename__ = "hand_over"

    digest: str = Field(sa_column=Column(Text, primary_key=True))
    widget_id: UUID = Field(foreign_key=f"{TENANT}.widget.id")
    origin: str = Field(sa_column=text_column())
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    expires_at: datetime = Field(sa_column=time_column())
