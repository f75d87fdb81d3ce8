"""Survey form («questionnaire»): a survey's questions as data, in versions, and the one that is being written."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

REASON_LENGTH = (10, 1_000)
MAX_VERSIONS = 100


class SurveyForm(TenantTable, table=True):
    """A version of an activity's form, which is never changed; the newest is the one that people answer. The one
    without a version is being written: nobody but editors sees it, and `edition` counts how often it was written.

    `questions` are those of `models.question`.
    """

    __tablename__ = "survey_form"
    __table_args__ = (
        UniqueConstraint("activity_id", "version", name="survey_form_version"),
        Index("survey_form_written", "activity_id", unique=True, postgresql_where=text("version IS NULL")),
        CheckConstraint("version > 0 AND (reason IS NULL OR version > 1)", name="changed_with_reason"),
        CheckConstraint("(version IS NULL) = (published_at IS NULL)", name="published_once"),
        CheckConstraint("jsonb_array_length(questions) <= 200", name="questions_known"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    version: int | None = None
    edition: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
    questions: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    reason: str | None = Field(sa_column=text_column(nullable=True))
    author_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    changed_at: datetime = Field(sa_column=time_column())
    published_at: datetime | None = Field(sa_column=time_column(nullable=True))
