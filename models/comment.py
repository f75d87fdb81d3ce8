"""Comment («commentaire»): a public reply to a contribution."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

BODY_LENGTH = (1, 2_000)


class Comment(TenantTable, table=True):
    """A reply, read oldest first."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint(f"char_length(body) BETWEEN {BODY_LENGTH[0]} AND {BODY_LENGTH[1]}", name="body_length"),
        Index("comment_oldest", "contribution_id", "published_at", "id"),
        Index("comment_published_at", "published_at", postgresql_using="brin"),
        Index("comment_author", "author_id", text("published_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    body: str = Field(sa_column=text_column())
    published_at: datetime = Field(sa_column=time_column())
