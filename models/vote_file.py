"""Vote file («fichier du vote»): a vote's rule, published when it opens, or its ballots, when they are counted."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

RULE, PROJECTS, BALLOTS, SET_ASIDE = "rule.json", "projects.csv", "ballots.csv", "set_aside.csv"
COUNTS = "counts.csv"
DESKS, PAPER, ENVELOPES, RESULT, PABULIB, MANIFEST = (
    "desks.csv",
    "paper.csv",
    "envelopes.csv",
    "result.json",
    "vote.pb",
    "manifest.json",
)
"""The rule with its projects, costs, seed and release; what is counted; what the result is; the digests of all."""

REASON_LENGTH = (10, 1_000)


class RuleChange(Enum):
    """The reason of a version of the rule that followed something else than a change of the rule itself."""

    PROJECT_ADDED = "PROJECT_ADDED"
    PROJECT_REVISED = "PROJECT_REVISED"
    PROJECT_WITHDRAWN = "PROJECT_WITHDRAWN"


class VoteFile(TenantTable, table=True):
    """Appended, never changed: what was published stays, and what follows it is another version with its `reason`.

    `digest` is the SHA-256 of its content, which an event of the journal seals.
    """

    __tablename__ = "vote_file"
    __table_args__ = (
        UniqueConstraint("activity_id", "name", "version", name="vote_file_once"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    name: str = Field(sa_column=text_column())
    version: int
    reason: str | None = Field(sa_column=text_column(nullable=True))
    content: str = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column())
    published_at: datetime = Field(sa_column=time_column())
