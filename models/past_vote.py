"""Past vote («vote passé»): the projects and ballots of another year or another place, from a file, to try rules on."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlmodel import Field

from models.base import TenantTable, text_column, time_column

MAX_FILE = 1_000_000
"""Bytes: ten times the ballots of a city of half a million."""

MAX_PAST_VOTES = 20


class PastVoteProblem(Enum):
    """Why a file is not taken."""

    NOT_PABULIB = "NOT_PABULIB"
    NO_BUDGET = "NO_BUDGET"
    BAD_NUMBER = "BAD_NUMBER"
    UNKNOWN_PROJECT = "UNKNOWN_PROJECT"
    REPEATED_PROJECT = "REPEATED_PROJECT"
    BAD_POINTS = "BAD_POINTS"


class PastVote(TenantTable, table=True):
    """Kept as the file said it, until an administrator removes it: it holds nobody's name."""

    __tablename__ = "past_vote"

    id: UUID = Field(primary_key=True)
    file_name: str = Field(sa_column=text_column())
    title: str = Field(sa_column=text_column())
    content: str = Field(sa_column=text_column())
    budget_euros: int
    project_count: int
    ballot_count: int
    added_at: datetime = Field(sa_column=time_column())
