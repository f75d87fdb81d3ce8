"""Proposal status («statut»): where a city is with a proposal, in words of its own, activity by activity."""

from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column

STATUS_NAME_LENGTH = (1, 60)
MAX_STATUSES = 20
"""Of one activity."""


class ProposalStatus(TenantTable, table=True):
    """A status with its place in the activity's list, its colour, and what a proposal in it still allows."""

    __tablename__ = "proposal_status"
    __table_args__ = (
        CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="color_is_one"),
        Index("proposal_status_activity", "activity_id", "rank"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    name: str = Field(sa_column=text_column())
    color: str = Field(sa_column=text_column())
    rank: int = Field(sa_column=Column(SmallInteger, nullable=False))
    is_open_to_votes: bool = Field(sa_column=Column(Boolean, nullable=False))
    is_open_to_comments: bool = Field(sa_column=Column(Boolean, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
