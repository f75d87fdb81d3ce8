"""MailPreference («préférences de courriel»): how often somebody wants to be mailed of what the person is told."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, SmallInteger, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class Cadence(Enum):
    """How often somebody is mailed."""

    AT_ONCE = "AT_ONCE"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    NEVER = "NEVER"


QUIET = (21, 8)
"""From which hour until which nothing is mailed, unless somebody chooses otherwise."""

USUAL = {"mine": Cadence.AT_ONCE, "followed": Cadence.DAILY}
"""How often people are mailed who chose nothing: what concerns them, and what they follow."""

LOCALES = ("fr", "en")


class MailPreference(TenantTable, table=True):
    """How often somebody is mailed of what concerns the person (`mine`) and of what the person follows, in which
    language (NULL: the portal's), and between which hours not; people without a row get what is usual."""

    __tablename__ = "mail_preference"
    __table_args__ = (
        one_of("mine", Cadence),
        one_of("followed", Cadence),
        CheckConstraint("locale IN ('fr', 'en')", name="locale_known"),
        CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23", name="hours_of_a_day"),
        UniqueConstraint("actor_id", name="preference_once"),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    mine: Cadence = Field(sa_column=text_column())
    followed: Cadence = Field(sa_column=text_column())
    locale: str | None = Field(default=None, sa_column=text_column(nullable=True))
    quiet_from: int = Field(sa_column=Column(SmallInteger, nullable=False))
    quiet_until: int = Field(sa_column=Column(SmallInteger, nullable=False))
    revised_at: datetime = Field(sa_column=time_column())
