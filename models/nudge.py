"""Nudge («relance»): a question by mail about how something went, answered by one press and without signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import ContributionKind


class NudgeKind(Enum):
    """What is asked."""

    HELPED = "HELPED"
    """Of the author of a request: were you helped?"""

    STILL_OFFERED = "STILL_OFFERED"
    """Of the author of an offer: is it still on?"""


class NudgeAnswer(Enum):
    """What is answered."""

    YES = "YES"
    NOT_YET = "NOT_YET"
    NOT_NEEDED = "NOT_NEEDED"


@dataclass(frozen=True, slots=True)
class NudgePlan:
    """What is asked about contributions of a kind, so many days after they were published, and for how many days a
    "not yet" or a "yes, still" renews them."""

    kind: NudgeKind
    of: ContributionKind
    days: tuple[int, ...]
    renewed_days: int


ASKED = (
    NudgePlan(NudgeKind.HELPED, ContributionKind.REQUEST, (2, 5, 12), 14),
    NudgePlan(NudgeKind.STILL_OFFERED, ContributionKind.OFFER, (25,), 30),
)
GOOD_FOR = timedelta(days=14)
"""So long the link in the mail can be used, once."""

LATE_BY = timedelta(days=2)
"""A question that is later than this is not asked any more."""


class Nudge(TenantTable, table=True):
    """`step` is after how many days. Its link holds the id, signed; the first answer uses it up."""

    __tablename__ = "nudge"
    __table_args__ = (
        one_of("kind", NudgeKind),
        one_of("answer", NudgeAnswer),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_whole"),
        UniqueConstraint("contribution_id", "kind", "step", name="nudge_once"),
        Index("nudge_actor", "actor_id", "id"),
        Index("nudge_asked", "asked_at"),
    )

    id: UUID = Field(primary_key=True)
    kind: NudgeKind = Field(sa_column=text_column())
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    step: int = Field(sa_column=Column(SmallInteger, nullable=False))
    asked_at: datetime = Field(sa_column=time_column())
    answer: NudgeAnswer | None = Field(default=None, sa_column=text_column(nullable=True))
    answered_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
