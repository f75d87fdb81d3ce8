"""Blocks («blocage»): somebody who wants no more to do with somebody else. The other is never told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, time_column


class ActorBlock(TenantTable, table=True):
    """It works both ways. `is_named`: the blocker had learnt who the other is."""

    __tablename__ = "actor_block"
    __table_args__ = (
        CheckConstraint("blocker_id <> blocked_id", name="two_actors"),
        UniqueConstraint("blocker_id", "blocked_id", name="actor_block_once"),
        Index("actor_block_newest", "blocker_id", text("blocked_at DESC"), text("id DESC")),
        Index("actor_block_blocked", "blocked_id"),
    )

    id: UUID = Field(primary_key=True)
    blocker_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    blocked_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    is_named: bool
    blocked_at: datetime = Field(sa_column=time_column())
