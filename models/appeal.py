"""Appeal («réclamation»): against a moderator's decision, within six months, answered by another moderator."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class AppealOutcome(Enum):
    """What became of an appeal."""

    UPHELD = "UPHELD"
    REVERSED = "REVERSED"


OPEN_FOR = timedelta(days=184)
"""Six months at least (Regulation (EU) 2022/2065, article 20)."""

REASON_LENGTH = (10, 2_000)
REPLY_LENGTH = (10, 2_000)


class Appeal(TenantTable, table=True):
    """One of each person against each decision. `outcome` NULL: it waits; then its reply says why it was so decided."""

    __tablename__ = "appeal"
    __table_args__ = (
        one_of("outcome", AppealOutcome),
        CheckConstraint("num_nulls(outcome, reply, decider_id, decided_at) IN (0, 4)", name="decided_whole"),
        CheckConstraint(f"char_length(reason) BETWEEN {REASON_LENGTH[0]} AND {REASON_LENGTH[1]}", name="reason_length"),
        CheckConstraint(f"char_length(reply) BETWEEN {REPLY_LENGTH[0]} AND {REPLY_LENGTH[1]}", name="reply_length"),
        Index("appeal_created", "created_at"),
        Index("appeal_once", "decision_id", "appellant_id", unique=True),
        Index("appeal_appellant", "appellant_id", text("created_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key=f"{TENANT}.moderation_decision.id")
    appellant_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    reason: str = Field(sa_column=text_column())
    created_at: datetime = Field(sa_column=time_column())
    outcome: AppealOutcome | None = Field(sa_column=text_column(nullable=True))
    reply: str | None = Field(sa_column=text_column(nullable=True))
    decider_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    decided_at: datetime | None = Field(sa_column=time_column(nullable=True))
