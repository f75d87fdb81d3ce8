"""Wave («appel de proche en proche»): a request is told to neighbours little by little, the nearest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, time_column


@dataclass(frozen=True, slots=True)
class WavePlan:
    """When neighbours are told of a request and how many, all times counted in the portal's own days and hours."""

    wait: timedelta
    """After its publication: time to correct it, and for moderators to look."""

    people: int
    """Told in one wave, of those who were not told yet."""

    apart: timedelta
    """Between two waves, and from the last one until the team is told that nobody has answered."""

    times: int
    """So many waves of one request."""


PLAN = WavePlan(wait=timedelta(minutes=30), people=50, apart=timedelta(days=1), times=3)
TEAM = PLAN.times + 1
"""The step after the last wave: whoever runs the activity is told."""


class Wave(TenantTable, table=True):
    """One for each request, made when it is published. `step` is how many waves went out, TEAM when the team was told.

    `due_at` is when the next step is, in daylight; NULL: there is none. `told_count` is how many neighbours were told,
    `told_at` when the last of them were. Who they are, their own notices alone say."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("contribution_id", name="wave_once"),
        CheckConstraint(f"step BETWEEN 0 AND {TEAM}", name="step_in_reach"),
        CheckConstraint(f"told_count BETWEEN 0 AND {PLAN.times * PLAN.people}", name="told_in_reach"),
        CheckConstraint("(told_count > 0) = (told_at IS NOT NULL)", name="told_whole"),
        CheckConstraint(f"step < {TEAM} OR due_at IS NULL", name="ends_with_the_team"),
        Index("wave_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id", ondelete="CASCADE")
    step: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    told_count: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    told_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
