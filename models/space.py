"""ParticipatorySpace («espace participatif»): what the public enters; it holds activities that may run in parallel."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Integer, SmallInteger, text
from sqlmodel import Field

from models.base import TenantTable, one_of, text_column, time_column


class Visibility(Enum):
    """Who sees a space and all that it holds."""

    PUBLIC = "PUBLIC"
    MEMBERS = "MEMBERS"
    DRAFT = "DRAFT"


TITLE_LENGTH, DESCRIPTION_LENGTH = (2, 120), (0, 5_000)
MAX_SPACES = 500
"""Beyond some hundred nobody finds them in a list; plans read them all (`is_few`)."""


class ParticipatorySpace(TenantTable, table=True):
    """A space with its place in the portal's list, higher ranks first. Its period is half-open: [opens_at, closes_at).

    What is archived is left out of lists, and stays where it is. `version` counts its revisions.
    """

    __tablename__ = "participatory_space"
    __table_args__ = (
        one_of("visibility", Visibility),
        CheckConstraint("closes_at > opens_at", name="period_forward"),
        Index("participatory_space_newest", "created_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    slug: str = Field(sa_column=text_column(unique=True))
    title: str = Field(sa_column=text_column())
    description: str = Field(sa_column=text_column())
    visibility: Visibility = Field(sa_column=text_column())
    opens_at: datetime = Field(sa_column=time_column())
    closes_at: datetime | None = Field(sa_column=time_column(nullable=True))
    created_at: datetime = Field(sa_column=time_column())
    archived_at: datetime | None = Field(sa_column=time_column(nullable=True))
    rank: int = Field(sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
