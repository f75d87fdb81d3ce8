"""Vote («vote», «soutien») and its tally: one actor's voice on one contribution, and the counts derived from votes."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class VoteMethod(Enum):
    """How an activity counts voices. A row here is a module of `resolvers.vote_method`, which says all about it, and a
    migration of the column's CHECK."""

    SUPPORT = "SUPPORT"
    OPINION = "OPINION"
    APPROVAL = "APPROVAL"
    POINTS = "POINTS"
    RANKED = "RANKED"
    BUDGET = "BUDGET"
    MAJORITY_JUDGEMENT = "MAJORITY_JUDGEMENT"


class Choice(Enum):
    """What a voice says. Methods share words: SUPPORT is also what an approval and a place in a budget say."""

    SUPPORT = "SUPPORT"
    FOR = "FOR"
    MIXED = "MIXED"
    AGAINST = "AGAINST"
    POINTS = "POINTS"
    RANK = "RANK"
    EXCELLENT = "EXCELLENT"
    VERY_GOOD = "VERY_GOOD"
    GOOD = "GOOD"
    FAIRLY_GOOD = "FAIRLY_GOOD"
    PASSABLE = "PASSABLE"
    INSUFFICIENT = "INSUFFICIENT"
    REJECTED = "REJECTED"


class Vote(TenantTable, table=True):
    """One actor, one voice: the constraint holds under any number of parallel requests.

    `amount` is what a method wants besides the choice: points, a rank, euros. `contribution_id` is no foreign key,
    which would have every voter lock the contribution's row. The statement that casts a vote reads the contribution,
    and no role of a tenant may delete one. `ballot_id` tells which votes were cast together, also when nobody knows any
    more by whom; NULL where each vote is cast by itself.
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
    amount: int | None
    cast_at: datetime = Field(sa_column=time_column())
    ballot_id: UUID | None


class Tally(TenantTable, table=True):
    """Folded counts of votes by key: by choice, and by what else a method counts. With the unfolded deltas they equal a
    recount at every moment. A count alone may be negative for a moment: a withdrawal can be folded before the vote that
    it takes back."""

    __tablename__ = "tally"

    contribution_id: UUID = Field(primary_key=True)
    key: str = Field(sa_column=Column(Text, primary_key=True))
    count: int


class TallyDelta(TenantTable, table=True):
    """A change of one count that is not folded in yet: appended, so that voters never wait for each other.

    Its vote was cast, changed or withdrawn; it is sealed when this is folded. The table is mostly empty, and PostgreSQL
    plans by its length: so it is kept long (`jobs.fold.lengthen`), and no statistics are taken of whose rows there are.
    """

    __tablename__ = "tally_delta"
    __table_args__ = (
        Index("tally_delta_contribution", "contribution_id", "key"),
        {"info": {"storage": "vacuum_truncate = false"}},
    )

    id: UUID = Field(primary_key=True)
    vote_id: UUID
    contribution_id: UUID
    key: str = Field(sa_column=text_column())
    delta: int


class VoteSeal(TenantTable, table=True):
    """A leaf of the journal: a vote as it was when it was sealed.

    Votes change and are withdrawn, and what somebody said before is forgotten then: a leaf keeps a `digest` of the row,
    which tells nothing without the vote's id. `replaces` is the position of the vote's last leaf before this one; of a
    vote that was withdrawn there is no digest. `vote_id` is no part of the leaf: the last leaf of each vote has it.
    """

    __tablename__ = "vote_seal"
    __table_args__ = (
        CheckConstraint("position > replaces", name="replaces_earlier"),
        CheckConstraint("digest IS NOT NULL OR replaces IS NOT NULL AND vote_id IS NULL", name="withdrawn_was_there"),
        Index("vote_seal_vote", "vote_id", unique=True, postgresql_where=text("vote_id IS NOT NULL")),
        Index("vote_seal_replaces", "replaces", unique=True, postgresql_where=text("replaces IS NOT NULL")),
    )

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    digest: str | None = Field(sa_column=text_column(nullable=True))
    replaces: int | None = Field(sa_column=Column(BigInteger))
    vote_id: UUID | None
