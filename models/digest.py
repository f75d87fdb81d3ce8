"""Digest («récapitulatif»): the notices that go to one person in one mail."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.mail_preference import Cadence

MERGED_OVER = timedelta(minutes=5)
"""What is told at once waits so long for more."""

HOUR, WEEKDAY = 8, 2
"""Local, of daily and weekly mails; Tuesday, as PostgreSQL counts from Sunday."""


class Digest(TenantTable, table=True):
    """Cut by the journal: it has all notices of its cadence up to the event at `until_position` that no other has."""

    __tablename__ = "digest"
    __table_args__ = (
        one_of("cadence", [cadence for cadence in Cadence if cadence is not Cadence.NEVER]),
        UniqueConstraint("actor_id", "cadence", "until_position", name="digest_once"),
        Index("digest_kept", "made_at"),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    cadence: Cadence = Field(sa_column=text_column())
    until_position: int = Field(sa_column=Column(BigInteger, nullable=False))
    made_at: datetime = Field(sa_column=time_column())
