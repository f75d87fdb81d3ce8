"""Petition rule («règle des pétitions»): levels of signatures, what the city does at each, and its clocks."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column
from models.petitioner import MAX_SPONSORS

REASON_LENGTH, SOURCE_LENGTH = (10, 1_000), (2, 200)
MAX_LEVELS, MAX_SIGNATURES, MAX_ELECTORS, WHOLE_PERMILLE = 5, 10_000_000, 60_000_000, 1_000
MAX_VERSIONS = 100
CLOCKS = {"admit_days": 15, "gather_days": 180, "acknowledge_days": 15, "answer_days": 90}
"""The steps that have a number of days, with what is usual."""

MAX_DAYS = 730


class PetitionPromise(Enum):
    """What the city does at a level."""

    ANSWER = "ANSWER"
    MEDIATION = "MEDIATION"
    DEBATE = "DEBATE"
    AGENDA = "AGENDA"


class PetitionRule(TenantTable, table=True):
    """A version of an activity's rule; the newest holds for all its petitions. None is ever changed: another version
    says why it differs.

    `levels` are objects in ascending order: `signatures` (how many are wanted), `permille` (of the electors; null where
    a number was given) and `promise`. `electors` is their number, by `electors_source` on the day `electors_on`.
    `is_by_law`: what is opened from now on is a petition by article L1112-16, which electors sign once a quarter.
    `sponsors`: so many are wanted before what is published from now on is submitted.
    """

    __tablename__ = "petition_rule"
    __table_args__ = (
        UniqueConstraint("activity_id", "version", name="petition_rule_version"),
        CheckConstraint("version > 0 AND (version > 1) = (reason IS NOT NULL)", name="changed_with_reason"),
        CheckConstraint("num_nonnulls(electors, electors_on, electors_source) IN (0, 3)", name="electors_whole"),
        CheckConstraint(f"electors BETWEEN 1 AND {MAX_ELECTORS}", name="electors_known"),
        CheckConstraint(f"sponsors BETWEEN 0 AND {MAX_SPONSORS}", name="sponsors_known"),
        CheckConstraint(f"jsonb_array_length(levels) BETWEEN 1 AND {MAX_LEVELS}", name="levels_known"),
        *(CheckConstraint(f"{name} BETWEEN 1 AND {MAX_DAYS}", name=f"{name}_known") for name in CLOCKS),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    version: int = Field(sa_column=Column(Integer, nullable=False))
    levels: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    electors: int | None = None
    electors_on: date | None = None
    electors_source: str | None = Field(sa_column=text_column(nullable=True))
    admit_days: int
    gather_days: int
    acknowledge_days: int
    answer_days: int
    reason: str | None = Field(sa_column=text_column(nullable=True))
    author_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    published_at: datetime = Field(sa_column=time_column())
    sponsors: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    is_by_law: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
