"""Official response («réponse officielle»): what the city says of a proposal, in words, by a status, or both."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, SmallInteger, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column
from models.response_photo import MAX_BYTES, MAX_SMALL_BYTES

RESPONSE_LENGTH, SERVICE_LENGTH = (0, 10_000), (2, 120)
MAX_RESPONSES = 50
"""To one proposal."""


class OfficialResponse(TenantTable, table=True):
    """A response in the name of a service. The newest status that a response gave is where the proposal is.

    `author_id` is who wrote it, whom the public is not told; NULL for operators, and once that person was erased.
    `photo` and `photo_small` are JPEGs that the server drew of one picture, `photo_digest` the SHA-256 of the larger,
    whose pixels `photo_width` and `photo_height` count. A photo that is taken down leaves none of this, but says when
    and why (`photo_removed_at`, `photo_removal`), of the last one of this step.
    """

    __tablename__ = "official_response"
    __table_args__ = (
        CheckConstraint("status_id IS NOT NULL OR body <> ''", name="says_something"),
        CheckConstraint(
            "num_nulls(photo, photo_small, photo_digest, photo_description, photo_width, photo_height, photo_at)"
            " IN (0, 7)",
            name="photo_whole",
        ),
        CheckConstraint(
            f"octet_length(photo) BETWEEN 1 AND {MAX_BYTES}"
            f" AND octet_length(photo_small) BETWEEN 1 AND {MAX_SMALL_BYTES}",
            name="photo_in_reach",
        ),
        CheckConstraint("num_nulls(photo_removed_at, photo_removal) IN (0, 2)", name="photo_removal_explained"),
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
    photo: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    photo_small: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    photo_digest: str | None = Field(default=None, sa_column=text_column(nullable=True))
    photo_description: str | None = Field(default=None, sa_column=text_column(nullable=True))
    photo_width: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    photo_height: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    photo_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    photo_removed_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    photo_removal: str | None = Field(default=None, sa_column=text_column(nullable=True))
