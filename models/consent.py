"""Consent («consentement»): what a person agreed to, in which version, since when and until when."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Integer, Text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, time_column


class ConsentKind(Enum):
    """What is agreed to."""

    CHARTER = "CHARTER"


class Consent(TenantTable, table=True):
    """One version of one text, agreed to by one actor. Withdrawing it keeps the row, as the proof of both."""

    __tablename__ = "consent"
    __table_args__ = (one_of("kind", ConsentKind), CheckConstraint("version > 0", name="version_counts"))

    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id", primary_key=True)
    kind: ConsentKind = Field(sa_column=Column(Text, primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    given_at: datetime = Field(sa_column=time_column())
    withdrawn_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
