"""Text version («version d'un texte»): the articles of an activity's official text, as they were published or are
prepared to be."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column
from models.wording.article import MAX_ARTICLES

REASON_LENGTH = (10, 1_000)
MAX_VERSIONS = 100
MAX_FILE = 5 * 1024**2
"""Bytes of a file that a text is read from."""


class TextVersion(TenantTable, table=True):
    """What was published is never changed; what is not (`published_at` is NULL) is the one draft of the next version.

    `articles` are objects in the order of reading: `number` (the article's for good), `heading`, `level` (of the tree
    of sections, 1 is the highest) and `body`. `merged` are the amendments that are merged in it. `last_number` is the
    highest number that an article of the text ever had.
    """

    __tablename__ = "text_version"
    __table_args__ = (
        UniqueConstraint("activity_id", "number", name="text_version_number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "(published_at IS NOT NULL AND number > 1) = (reason IS NOT NULL)", name="published_with_reason"
        ),
        CheckConstraint(f"jsonb_array_length(articles) BETWEEN 1 AND {MAX_ARTICLES}", name="articles_known"),
        CheckConstraint("last_number > 0", name="last_number_positive"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    number: int = Field(sa_column=Column(Integer, nullable=False))
    articles: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    last_number: int = Field(sa_column=Column(Integer, nullable=False))
    merged: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    reason: str | None = Field(sa_column=text_column(nullable=True))
    author_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    prepared_at: datetime = Field(sa_column=time_column())
    published_at: datetime | None = Field(sa_column=time_column(nullable=True))
