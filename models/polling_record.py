"""Polling record («procès-verbal de dépouillement»): what a desk counted; never overwritten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

MAX_BALLOTS = 1_000_000
"""In one desk's box."""

REMARK_LENGTH = (10, 1_000)
MAX_VOICES = 12
"""Columns of a desk's sheet, such as grades or ranks: more are counted by nobody without mistakes."""


class PollingRecord(TenantTable, table=True):
    """One version of a desk's record. A correction is another version, with its `reason`; the last one counts.

    `envelopes` are what was in the box: valid, blank and null ballots. `remark` says why there are more or fewer than
    signatures, where there are. `totals` has a row for each project and voice that was counted at least once:
    `project`, `choice`, `amount` (points, a rank; else null) and `count`. `photo` is a picture of the signed sheet, put
    there once.
    """

    __tablename__ = "polling_record"
    __table_args__ = (
        UniqueConstraint("desk_id", "version", name="polling_record_once"),
        CheckConstraint("version > 0", name="record_version_positive"),
        CheckConstraint("least(signatures, valid, blank, spoilt) >= 0", name="nothing_negative"),
        CheckConstraint("envelopes = valid + blank + spoilt", name="envelopes_whole"),
        CheckConstraint("signatures = envelopes OR remark IS NOT NULL", name="difference_explained"),
        CheckConstraint("version = 1 OR reason IS NOT NULL", name="correction_explained"),
        Index("polling_record_newest", "activity_id", "recorded_at"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    desk_id: UUID = Field(foreign_key=f"{TENANT}.polling_desk.id")
    version: int
    reason: str | None = Field(sa_column=text_column(nullable=True))
    signatures: int
    envelopes: int
    valid: int
    blank: int
    spoilt: int
    remark: str | None = Field(sa_column=text_column(nullable=True))
    totals: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    photo: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    photo_digest: str | None = Field(sa_column=text_column(nullable=True))
    agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    recorded_at: datetime = Field(sa_column=time_column())
