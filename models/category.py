"""Category («catégorie»): a label by which an activity's contributions are sorted."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Column, SmallInteger, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column
from models.contribution import MAX_EUROS

NAME_LENGTH = (1, 80)
MAX_CATEGORIES = 100


class Category(TenantTable, table=True):
    """A label with its place in the activity's list, and what its projects may cost together where a rule has it."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("activity_id", "slug", name="category_slug_once"),
        CheckConstraint(f"ceiling_euros BETWEEN 1 AND {MAX_EUROS}", name="ceiling_euros_known"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    slug: str = Field(sa_column=text_column())
    name: str = Field(sa_column=text_column())
    rank: int = Field(sa_column=Column(SmallInteger, nullable=False))
    ceiling_euros: int | None = None
