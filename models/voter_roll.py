"""Voter roll («liste des votants»): who may vote by a list that the city sent, of which keyed digests are kept."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

MAX_FILE = 60 * 1024 * 1024
MAX_ROWS = 300_000
"""Of one file: the voters of the largest arrondissement, and then some; a larger city sends several files."""

MAX_ROLLS = 20
"""Of one vote."""

MAX_REMARKS = 100
"""Refused rows that are told one by one; the others are counted."""

ROLL_NAME_LENGTH = (2, 80)

GUESSES_OF_PERSON, GUESSES_OF_NAME = 6, 20
"""Wrong guesses in a day, of one account in a vote and of one name whoever asks: whoever tries the birthdays of a life
for one name would take four years."""


class RollColumn(Enum):
    """What a column of a roll's file says of a voter."""

    FAMILY_NAME = "FAMILY_NAME"
    USAGE_NAME = "USAGE_NAME"
    GIVEN_NAMES = "GIVEN_NAMES"
    WHOLE_NAME = "WHOLE_NAME"
    BORN_ON = "BORN_ON"
    ZONE = "ZONE"


class RollProblem(Enum):
    """Why a row of a roll's file was not taken."""

    BROKEN = "BROKEN"
    NO_NAME = "NO_NAME"
    BAD_DATE = "BAD_DATE"
    REPEATED = "REPEATED"
    OTHER_ZONE = "OTHER_ZONE"


class VoterRoll(TenantTable, table=True):
    """One file of voters, whose rows are `admission`s of its batch; nothing else of it is kept.

    Nobody proves by it before it is confirmed: until then it is a trial. `columns` is how its columns were read, and
    `remarks` the first of the rows that were refused, by their line and why, without what they say. Once it is removed
    nobody proves by it; a job takes its rows out, except those of voters who have had their turn, whose other names
    they say.
    """

    __tablename__ = "voter_roll"
    __table_args__ = (
        Index("voter_roll_activity", "activity_id", "added_at"),
        Index("voter_roll_removed", "removed_at", postgresql_where=text("removed_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    name: str = Field(sa_column=text_column())
    row_count: int
    refused_count: int
    columns: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    remarks: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    added_at: datetime = Field(sa_column=time_column())
    confirmed_at: datetime | None = Field(sa_column=time_column(nullable=True))
    removed_at: datetime | None = Field(sa_column=time_column(nullable=True))
