"""Evidence («preuve»): what was withheld because it breaks the law, as it was, for as long as justice may ask."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column


class Evidence(TenantTable, table=True):
    """Frozen apart when it is decided, whatever becomes of content and author; removed at `kept_until`.

    `digest` is the SHA-256 of the author's id and name, title, text and time, a line each: whoever has both can tell
    that it is whole.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("char_length(digest) = 64", name="digest_length"),
        Index("evidence_decision", "decision_id", unique=True),
        Index("evidence_age", "kept_until"),
    )

    id: UUID = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key=f"{TENANT}.moderation_decision.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    author_name: str = Field(sa_column=text_column())
    title: str | None = Field(sa_column=text_column(nullable=True))
    body: str = Field(sa_column=text_column())
    published_at: datetime = Field(sa_column=time_column())
    digest: str = Field(sa_column=text_column())
    frozen_at: datetime = Field(sa_column=time_column())
    kept_until: datetime = Field(sa_column=time_column())
