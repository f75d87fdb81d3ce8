"""Petition sheet («feuille de signatures»): signatures on paper as an agent typed them; never overwritten."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

MAX_LINES, MAX_COUNT, MAX_SHEETS = 60, 500, 2_000
"""Signatures typed one by one of a sheet, signatures that a sheet's total says at most, and sheets of a petition."""

REASON_LENGTH = (10, 1_000)


class PetitionSheet(TenantTable, table=True):
    """One version of what was typed of a sheet; the last one of each `number` counts.

    `counted` are the signatures that count. Of a petition by the law each was typed with its elector: `repeated` are
    the lines, from 1, whose elector has signed elsewhere in the quarter or this petition before. Else they are the
    sheet's total. `rejected` is how many more the agent found on it that are no elector's, or cannot be read. `photo`
    is a picture of the sheet, put there once, at `photo_at`; its digest stays when it is taken away for its age.
    """

    __tablename__ = "petition_sheet"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number", "version", name="petition_sheet_once"),
        CheckConstraint("number > 0 AND version > 0", name="sheet_numbered"),
        CheckConstraint("(version = 1) = (reason IS NULL)", name="sheet_corrected_with_reason"),
        CheckConstraint(
            f"counted BETWEEN 0 AND {MAX_COUNT} AND rejected BETWEEN 0 AND {MAX_COUNT}", name="sheet_counts"
        ),
        CheckConstraint(
            "(photo_digest IS NULL) = (photo_at IS NULL) AND (photo IS NULL OR photo_digest IS NOT NULL)",
            name="sheet_photo_whole",
        ),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    number: int
    version: int
    reason: str | None = Field(sa_column=text_column(nullable=True))
    signed_on: date
    counted: int
    repeated: list[int] = Field(sa_column=Column(ARRAY(SmallInteger), nullable=False))
    rejected: int = Field(sa_column=Column(Integer, nullable=False))
    photo: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    photo_digest: str | None = Field(sa_column=text_column(nullable=True))
    photo_at: datetime | None = Field(sa_column=time_column(nullable=True))
    agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    typed_at: datetime = Field(sa_column=time_column())
