"""Follow («abonnement»): what a person wants to hear of: a contribution, what holds contributions, or an area."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, time_column

TARGETS = ("contribution_id", "activity_id", "space_id", "zone_id", "category_id", "cell")
"""The columns of which each row has one: what is followed."""

MAX_RINGS = 6
"""Around the cell of an area: some 6 km in a town, 17 km in the country, and 127 cells."""

MAX_FOLLOWS = 200
"""Of one person."""


class Follow(TenantTable, table=True):
    """An area is a `cell` and the cells in so many `rings` around it. The cell is as coarse as the one in which the
    person would be published, so that no exact place is stored."""

    __tablename__ = "follow"
    __table_args__ = (
        CheckConstraint(f"num_nonnulls({', '.join(TARGETS)}) = 1", name="one_target"),
        CheckConstraint("(cell IS NULL) = (rings IS NULL)", name="area_whole"),
        CheckConstraint(f"rings BETWEEN 0 AND {MAX_RINGS}", name="rings_in_reach"),
        # Once of each person, and read by what is followed.
        *(
            Index(
                f"follow_{name.removesuffix('_id')}",
                name,
                "actor_id",
                unique=True,
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in TARGETS
        ),
        Index("follow_newest", "actor_id", text("started_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    contribution_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.contribution.id", ondelete="CASCADE")
    activity_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.activity.id")
    space_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.participatory_space.id")
    zone_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.zone.id", ondelete="CASCADE")
    category_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.category.id", ondelete="CASCADE")
    cell: int | None = Field(default=None, sa_column=Column(BigInteger))
    rings: int | None = Field(default=None, sa_column=Column(SmallInteger))
    started_at: datetime = Field(sa_column=time_column())
