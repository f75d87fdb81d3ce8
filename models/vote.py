"""Vote («vote», «soutien») and its tally: one actor's voice on one contribution, and the counts derived from votes."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Column, Index, SmallInteger, Text, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class VoteMethod(Enum):
    """How an activity counts voices."""

    SUPPORT = "SUPPORT"
    OPINION = "OPINION"


class Choice(Enum):
    """What a voice says."""

    SUPPORT = "SUPPORT"
    FOR = "FOR"
    MIXED = "MIXED"
    AGAINST = "AGAINST"


CHOICES: dict[VoteMethod, tuple[Choice, ...]] = {
    VoteMethod.SUPPORT: (Choice.SUPPORT,),
    VoteMethod.OPINION: (Choice.FOR, Choice.MIXED, Choice.AGAINST),
}
"""What a voice may say under each method. Methods with limits, ranks and budgets will add a Ballot that serialises."""

POSITIVE_CHOICES = (Choice.SUPPORT, Choice.FOR)
"""The voices by which contributions are sorted as most supported."""


class Vote(TenantTable, table=True):
    """One actor, one voice: the constraint holds under any number of parallel requests.

    `contribution_id` is no foreign key, which would have every voter lock the contribution's row. The statement that
    casts a vote reads the contribution, and no role of a tenant may delete one.
    """

    __tablename__ = "vote"
    __table_args__ = (
        one_of("choice", Choice),
        UniqueConstraint("contribution_id", "actor_id", name="vote_once"),
        Index("vote_actor", "actor_id", "cast_at", "id"),
        Index("vote_cast_at", "cast_at", postgresql_using="brin"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    choice: Choice = Field(sa_column=text_column())
    cast_at: datetime = Field(sa_column=time_column())


class Tally(TenantTable, table=True):
    """Folded counts of votes; with the unfolded deltas they equal a recount at every moment. A count alone may be
    negative for a moment: a withdrawal can be folded before the vote that it takes back."""

    __tablename__ = "tally"
    __table_args__ = (one_of("choice", Choice),)

    contribution_id: UUID = Field(primary_key=True)
    choice: Choice = Field(sa_column=Column(Text, primary_key=True))
    count: int


class TallyDelta(TenantTable, table=True):
    """A change of one tally that is not folded in yet: appended, so that voters never wait for each other.

    Its choice was checked with the vote's.
    """

    __tablename__ = "tally_delta"
    __table_args__ = (Index("tally_delta_contribution", "contribution_id", "choice"),)

    id: UUID = Field(primary_key=True)
    contribution_id: UUID
    choice: Choice = Field(sa_column=text_column())
    delta: int = Field(sa_column=Column(SmallInteger, nullable=False))
