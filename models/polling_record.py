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
MAX_PHOTO_BYTES = 8 * 1024 * 1024
MAX_PHOTO_SIDE = 8_000
"""Bytes and pixels of what a telephone sends, on each side; what is kept fits into `SHOWN_PHOTO`."""

SHOWN_PHOTO = (1_600, 1_600)
"""Pixels: small print on a sheet can still be read."""

MAX_VOICES = 12
"""Columns of a desk's sheet, such as grades or ranks: more are counted by nobody without mistakes."""


class PollingRecord(TenantTable, table=True):
    """One version of a desk's record. A correction is another version, with its `reason`; the last one counts.

    `envelopes` are what was in the box: valid, blank and null ballots. `remark` says why there are more or fewer than
    signatures, where there are. `totals` has a row for each project and voice that was counted at least once:
    `project`, `choice`, `amount` (points, a rank; else null) and `count`. `ballots` are what each valid one says,
    sorted, where two people typed them (`models.paper_ballot`); null where totals alone were counted. `photo` is a
    picture of the signed sheet, put there once, at `photo_at`.
    """

    __tablename__ = "polling_record"
    __table_args__ = (
        UniqueConstraint("desk_id", "version", name="polling_record_once"),
        CheckConstraint("version > 0", name="record_version_positive"),
        CheckConstraint("least(signatures, valid, blank, spoilt) >= 0", name="nothing_negative"),
        CheckConstraint("envelopes = valid + blank + spoilt", name="envelopes_whole"),
        CheckConstraint("signatures = envelopes OR remark IS NOT NULL", name="difference_explained"),
        CheckConstraint("version = 1 OR reason IS NOT NULL", name="correction_explained"),
        CheckConstraint("ballots IS NULL OR jsonb_array_length(ballots) = valid", name="ballots_whole"),
        CheckConstraint("num_nulls(photo, photo_digest, photo_at) IN (0, 3)", name="photo_whole"),
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
    ballots: list[Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))
    photo: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    photo_digest: str | None = Field(sa_column=text_column(nullable=True))
    photo_at: datetime | None = Field(sa_column=time_column(nullable=True))
    agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    recorded_at: datetime = Field(sa_column=time_column())
