"""Vote result («résultat du vote»): what a rule of award says once a vote by ballots is over, project by project."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.vote import Choice


class AwardRule(Enum):
    """By which rule projects win. A row here is a module of `resolvers.award`."""

    GREEDY = "GREEDY"
    EQUAL_SHARES = "EQUAL_SHARES"
    THRESHOLD = "THRESHOLD"


class VoteResult(TenantTable, table=True):
    """What one rule says of an activity's ballots, counted after its close. `is_decisive`: by the activity's own rule;
    the other is told beside it. `reached_count` are the voters with a winner on their ballot."""

    __tablename__ = "vote_result"
    __table_args__ = (one_of("rule", AwardRule), UniqueConstraint("activity_id", "rule", name="result_once"))

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    rule: AwardRule = Field(sa_column=text_column())
    is_decisive: bool
    ballot_count: int
    blank_count: int
    reached_count: int
    budget_euros: int | None
    spent_euros: int
    counted_at: datetime = Field(sa_column=time_column())


class ProjectAward(TenantTable, table=True):
    """What a result says of one project, and why. `round` is its place among those that were looked at; 0: none.
    `lacking` is what it lacked: euros, or supports to a threshold. `profile` has how many gave each grade, the best
    first; `median_grade` is its majority grade."""

    __tablename__ = "project_award"
    __table_args__ = (
        one_of("median_grade", Choice),
        UniqueConstraint("result_id", "rank", name="award_once"),
        Index("project_award_contribution", "contribution_id"),
    )

    id: UUID = Field(primary_key=True)
    result_id: UUID = Field(foreign_key=f"{TENANT}.vote_result.id")
    rank: int
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    is_winner: bool
    is_completion: bool
    score: int
    voter_count: int
    round: int
    lacking: int
    median_grade: Choice | None = Field(sa_column=Column(Text, nullable=True))
    profile: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
