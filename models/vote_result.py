"""Vote result («résultat du vote»): what a rule of award says once a vote by ballots is over, project by project."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import MAX_EUROS
from models.vote import Choice


class AwardRule(Enum):
    """By which rule projects win. A row here is a module of `award`."""

    GREEDY = "GREEDY"
    EQUAL_SHARES = "EQUAL_SHARES"
    THRESHOLD = "THRESHOLD"
    BY_CATEGORY = "BY_CATEGORY"


class TieBreak(Enum):
    """Which of two projects that are even in score and cost is first."""

    AGE = "AGE"
    DRAW = "DRAW"


class RankWorth(Enum):
    """What a rank gives to its project."""

    POINTS = "POINTS"
    BORDA = "BORDA"


MAX_LEAST_EACH = 100


@dataclass(frozen=True, slots=True)
class AwardTerms:
    """What a rule of award leaves open, said («modalités»). None: as is usual, or no part of the rule.

    `ceiling_euros` is for each category that has none of its own; up to `least_each` projects of a category may exceed
    it. The first project that is too dear is `is_ending_category` or `is_ending` everything; else it is passed over.
    """

    ceiling_euros: int | None = None
    least_each: int | None = None
    is_ending_category: bool | None = None
    is_ending: bool | None = None
    tie_break: TieBreak | None = None
    rank_worth: RankWorth | None = None


TERM_COLUMNS = {
    "award_ceiling_euros": "ceiling_euros",
    "award_least_each": "least_each",
    "award_is_ending_category": "is_ending_category",
    "award_is_ending": "is_ending",
    "award_tie_break": "tie_break",
    "award_rank_worth": "rank_worth",
}
"""Where an activity keeps its terms."""

TERM_LIMITS: dict[str, tuple[int, int]] = {
    "award_ceiling_euros": (1, MAX_EUROS),
    "award_least_each": (0, MAX_LEAST_EACH),
}


TERMS_OF_RULE: dict[AwardRule, frozenset[str]] = {
    AwardRule.GREEDY: frozenset({"is_ending"}),
    AwardRule.EQUAL_SHARES: frozenset(),
    AwardRule.THRESHOLD: frozenset(),
    AwardRule.BY_CATEGORY: frozenset({"ceiling_euros", "least_each", "is_ending_category", "is_ending"}),
}
"""Which terms a rule has, beside those that every rule has."""

TERMS_OF_EVERY_RULE = frozenset({"tie_break", "rank_worth"})


class VoteResult(TenantTable, table=True):
    """What one rule says of an activity's ballots, counted after its close. `is_decisive`: by the activity's own rule;
    others are told beside it. `reached_count` are the voters with a winner on their ballot.

    `reading` counts what the sentence of a rule could mean: 0 is what the activity says; the others are told as figures
    alone, with how many projects they decide otherwise. `version` counts what was published; `reason` says why it was
    counted anew. `channels` has a row for each channel that ballots came in by: `channel`, `ballot_count`,
    `blank_count`, `spoilt_count`, `whole_count` (of ballots that are known one by one); `proofs` one for each level by
    which online voters proved who they are: `level`, `ballot_count`. `shares` says how equal shares paid
    (`counting.share`), as exact fractions of euros: `share` of each ballot, `prices` a point of each project that they
    paid, in that order, and `most` of the rule that points are by.
    """

    __tablename__ = "vote_result"
    __table_args__ = (
        one_of("rule", AwardRule),
        UniqueConstraint("activity_id", "version", "rule", "reading", name="result_once"),
    )

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
    reading: int = Field(sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
    reason: str | None = Field(sa_column=text_column(nullable=True))
    winner_count: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    set_aside_count: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    differing_count: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    least_each: int | None = None
    is_ending_category: bool | None = None
    is_ending: bool | None = None
    channels: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))
    proofs: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))
    shares: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))


class ProjectAward(TenantTable, table=True):
    """What a result says of one project, and why. `round` is its place among those that were looked at; 0: none.
    `lacking` is what it lacked: euros, or supports to a threshold. `profile` has how many gave each grade, the best
    first; `median_grade` is its majority grade. `level` says in which level of a rule it was paid; 0: in none.
    `channels` has `channel`, `score` and `voter_count` of each."""

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
    level: int = Field(sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    channels: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))
