"""Watched word («mot surveillé»): what an administrator wants moderators to look at; it hides nothing by itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import TenantTable, text_column, time_column

WATCHED_LENGTH = (2, 60)
MAX_WATCHED = 500


class WatchedWord(TenantTable, table=True):
    """A word or a few, in small letters without accents. It is meant exactly, unless it is listed as a stem: then
    whatever begins with it is meant, too."""

    __tablename__ = "watched_word"
    __table_args__ = (
        UniqueConstraint("word", name="watched_word_once"),
        CheckConstraint(f"char_length(word) BETWEEN {WATCHED_LENGTH[0]} AND {WATCHED_LENGTH[1]}", name="word_length"),
    )

    id: UUID = Field(primary_key=True)
    word: str = Field(sa_column=text_column())
    is_stem: bool
    created_at: datetime = Field(sa_column=time_column())
