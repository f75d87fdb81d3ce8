"""Idempotency: what a mutation answered under a client's key, so that a repeated request changes nothing twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TenantTable, text_column, time_column


class Idempotency(TenantTable, table=True):
    """`fingerprint` tells a repetition from another request under the same key; `outcome` names the changed object."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_created_at", "created_at"),)

    actor_id: UUID = Field(primary_key=True)
    key: str = Field(sa_column=Column(Text, primary_key=True))
    fingerprint: str = Field(sa_column=text_column())
    outcome: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    created_at: datetime = Field(sa_column=time_column())
