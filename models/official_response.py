"""Official response («réponse officielle»): what the city says of a proposal, in words, by a status, or both."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Integer, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

RESPONSE_LENGTH, SERVICE_LENGTH = (0, 10_000), (2, 120)
MAX_RESPONSES = 50
"""To one proposal."""


class OfficialResponse(TenantTable, table=True):
    """A response in the name of a service. The newest status that a response gave is where the proposal is.

    `author_id` is who wrote it, whom the public is not told; NULL for operators, and once that person was erased.
    """

    __tablename__ = "official_response"
    __table_args__ = (
        CheckConstraint("status_id IS NOT NULL OR body <> ''", name="says_something"),
        Index("official_response_newest", "contribution_id", text("published_at DESC"), text("id DESC")),
        Index("official_response_status", "status_id"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    status_id: UUID | None = Field(foreign_key=f"{TENANT}.proposal_status.id")
    service: str = Field(sa_column=text_column())
    body: str = Field(sa_column=text_column())
    author_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    published_at: datetime = Field(sa_column=time_column())
    revised_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
