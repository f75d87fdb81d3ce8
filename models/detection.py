"""Detection («repérage»): what a program noticed of something published, and what noticed it. It decides nothing."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class DetectionKind(Enum):
    """What noticed it."""

    RATE = "RATE"
    REPEAT = "REPEAT"
    NEAR_REPEAT = "NEAR_REPEAT"
    NEW_ACTOR = "NEW_ACTOR"
    REJECTIONS = "REJECTIONS"
    LINK = "LINK"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    WORD = "WORD"
    LANGUAGE = "LANGUAGE"
    """Another than the portal's: `words` are its tag (BCP 47)."""


NOTED = (DetectionKind.NEW_ACTOR, DetectionKind.LINK, DetectionKind.LANGUAGE)
"""What moderators see beside a case, and what opens none by itself: most are welcome."""

WORDS_LENGTH = (1, 120)


class Detection(TenantTable, table=True):
    """`words` are what was noticed; `like_id` is the contribution that it resembles, or whose reply."""

    __tablename__ = "detection"
    __table_args__ = (
        one_of("kind", DetectionKind),
        CheckConstraint(f"char_length(words) BETWEEN {WORDS_LENGTH[0]} AND {WORDS_LENGTH[1]}", name="words_length"),
        Index("detection_subject", "contribution_id", "comment_id"),
        Index("detection_author", "author_id"),
        Index("detection_age", "found_at"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    comment_id: UUID | None = Field(foreign_key=f"{TENANT}.comment.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    kind: DetectionKind = Field(sa_column=text_column())
    words: str | None = Field(sa_column=text_column(nullable=True))
    like_id: UUID | None = Field(foreign_key=f"{TENANT}.contribution.id")
    found_at: datetime = Field(sa_column=time_column())
