"""Polling typing («saisie de bulletins»): the paper ballots of a batch as one agent typed them; never overwritten."""

from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

MAX_IN_BATCH = 50
"""Ballots: what two people compare without losing their place."""

MAX_BATCHES = 400
"""Of one desk: twenty thousand ballots."""

SPOILT = "NULL"
"""What a null ballot says, beside `models.ballot.BLANK`."""

SHORT_LENGTH = 2_000
"""Characters of a ballot in its short form."""


class BatchState(Enum):
    """How far a batch is."""

    TYPED_ONCE = "TYPED_ONCE"
    DIFFERS = "DIFFERS"
    AGREED = "AGREED"


class PollingTyping(TenantTable, table=True):
    """One version of what one agent read in a batch; `version` counts all of the batch.

    `ballots` are in the order of the pile: `short`, as people type them, and `says`, as `models.ballot.says` has it.
    What two people typed alike is agreed: `agreed_with_id` is the other's, of the same `digest`, which is of desk,
    batch and ballots; the database holds that it is another person's. A correction of what was agreed has its
    `reason`.
    """

    __tablename__ = "polling_typing"
    __table_args__ = (
        UniqueConstraint("desk_id", "batch", "version", name="polling_typing_once"),
        UniqueConstraint("id", "digest", name="typing_digest"),
        UniqueConstraint("id", "agent_id", name="typing_agent"),
        CheckConstraint(f"batch BETWEEN 1 AND {MAX_BATCHES}", name="batch_bounded"),
        CheckConstraint("version > 0", name="typing_version_positive"),
        CheckConstraint(f"jsonb_array_length(ballots) BETWEEN 1 AND {MAX_IN_BATCH}", name="batch_filled"),
        CheckConstraint("least(valid, blank, spoilt) >= 0", name="typing_not_negative"),
        CheckConstraint("valid + blank + spoilt = jsonb_array_length(ballots)", name="typing_whole"),
        CheckConstraint("agreed_agent_id <> agent_id", name="agreed_by_two"),
        ForeignKeyConstraint(
            ("agreed_with_id", "digest"),
            (f"{TENANT}.polling_typing.id", f"{TENANT}.polling_typing.digest"),
            name="agreed_alike",
        ),
        ForeignKeyConstraint(
            ("agreed_with_id", "agreed_agent_id"),
            (f"{TENANT}.polling_typing.id", f"{TENANT}.polling_typing.agent_id"),
            name="agreed_by",
            onupdate="CASCADE",
        ),
        Index(
            "polling_typing_agreed", "desk_id", "batch", "version", postgresql_where=text("agreed_with_id IS NOT NULL")
        ),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    desk_id: UUID = Field(foreign_key=f"{TENANT}.polling_desk.id")
    batch: int
    version: int
    agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    reason: str | None = Field(sa_column=text_column(nullable=True))
    ballots: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    valid: int
    blank: int
    spoilt: int
    digest: str = Field(sa_column=text_column())
    agreed_with_id: UUID | None
    agreed_agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    typed_at: datetime = Field(sa_column=time_column())


def digest_of(desk: UUID, batch: int, says: list[str]) -> str:
    """The digest of what a batch's ballots say, in their order."""
    return sha256("\n".join((str(desk), str(batch), *says)).encode()).hexdigest()
