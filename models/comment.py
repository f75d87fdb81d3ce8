"""Comment («commentaire»): a public reply to a contribution."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, false, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

BODY_LENGTH = (1, 2_000)


class ShownStatus(Enum):
    """Whether content is shown, or withheld by moderation: as long as nobody has decided, or by a decision."""

    PUBLISHED = "PUBLISHED"
    HELD = "HELD"
    HIDDEN = "HIDDEN"


class Comment(TenantTable, table=True):
    """A reply, read oldest first.

    What `is_unseen` was never public. Of what `is_redacted` the text is a moderator's; the decision keeps the author's.
    """

    __tablename__ = "comment"
    __table_args__ = (
        one_of("status", ShownStatus),
        CheckConstraint(f"char_length(body) BETWEEN {BODY_LENGTH[0]} AND {BODY_LENGTH[1]}", name="body_length"),
        CheckConstraint("NOT is_unseen OR status <> 'PUBLISHED'", name="unseen_withheld"),
        Index("comment_oldest", "contribution_id", "published_at", "id"),
        Index("comment_published_at", "published_at", postgresql_using="brin"),
        Index("comment_author", "author_id", text("published_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    body: str = Field(sa_column=text_column())
    published_at: datetime = Field(sa_column=time_column())
    status: ShownStatus = Field(
        default=ShownStatus.PUBLISHED, sa_column=text_column(server_default=text("'PUBLISHED'"))
    )
    is_redacted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    is_unseen: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
