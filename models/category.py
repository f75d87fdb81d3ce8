"""Category («catégorie»): a label by which an activity's contributions are sorted."""

from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, SmallInteger, UniqueConstraint, false, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column
from models.contribution import MAX_EUROS

NAME_LENGTH = (1, 80)
MAX_CATEGORIES = 100
NOTICE_LENGTH = (1, 300)
MAX_DEPTH = 3
"""Of a category within others: a title, its chapters, their sections and subsections."""


class Category(TenantTable, table=True):
    """A label with its place in the activity's list, and what its projects may cost together where a rule has it.

    One with a `depth` lies in the nearest before it that is less deep: in order, they are a tree, as headings are.
    Where it is for organisations only, no citizen helps in it; where it is for medicines, whoever publishes or answers
    says that they stay sealed. `notice` is shown to both before."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("activity_id", "slug", name="category_slug_once"),
        CheckConstraint(f"depth BETWEEN 0 AND {MAX_DEPTH}", name="depth_known"),
        CheckConstraint(f"ceiling_euros BETWEEN 1 AND {MAX_EUROS}", name="ceiling_euros_known"),
        CheckConstraint(f"char_length(notice) BETWEEN {NOTICE_LENGTH[0]} AND {NOTICE_LENGTH[1]}", name="notice_length"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    slug: str = Field(sa_column=text_column())
    name: str = Field(sa_column=text_column())
    rank: int = Field(sa_column=Column(SmallInteger, nullable=False))
    depth: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    ceiling_euros: int | None = None
    is_for_organisations: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    is_for_medicines: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    notice: str | None = Field(default=None, sa_column=text_column(nullable=True))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
