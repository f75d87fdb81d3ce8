"""Roll-ups: counts that reads take instead of counting. With the deltas not folded in yet they equal a recount."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TenantTable, text_column
from models.contribution import ContributionKind, ContributionStatus

KIND_COUNTS = {kind: f"{kind.value.lower()}_count" for kind in ContributionKind}
"""What the count of one kind is called, where kinds stand side by side."""

KIND_PLACES = {kind: place for place, kind in enumerate(ContributionKind, 1)}
"""Where the count of a kind stands in `SpaceCellCount.counts`: kinds are only ever added at the end."""


class CellCount(TenantTable, table=True):
    """Open contributions per map cell: `level` is the map's resolution, `cell` never finer than what is public."""

    __tablename__ = "cell_count"
    __table_args__ = (
        Index("cell_count_map", "level", "lat", "lng", postgresql_include=("cell", "activity_id", "kind", "count")),
    )

    level: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    cell: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    activity_id: UUID = Field(primary_key=True)
    kind: ContributionKind = Field(sa_column=Column(Text, primary_key=True))
    lat: float = Field(sa_column=Column(Double, nullable=False))
    lng: float = Field(sa_column=Column(Double, nullable=False))
    count: int


class SpaceCellCount(TenantTable, table=True):
    """The same by space: what a whole city's map reads, whose rows are as many as its cells.

    `counts` has a place for each kind (`KIND_PLACES`); a row from before a kind was added is shorter. An activity stays
    in its space for ever; who lets it move has to move these counts.
    """

    __tablename__ = "space_cell_count"
    __table_args__ = (
        Index("space_cell_count_map", "level", "lat", "lng", postgresql_include=("cell", "space_id", "counts")),
    )

    level: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    cell: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    space_id: UUID = Field(primary_key=True)
    lat: float = Field(sa_column=Column(Double, nullable=False))
    lng: float = Field(sa_column=Column(Double, nullable=False))
    counts: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))


class CellCountDelta(TenantTable, table=True):
    """A change of counts by cell that is not folded in yet: appended, so that publishers never wait for each other."""

    __tablename__ = "cell_count_delta"

    id: UUID = Field(primary_key=True)
    level: int = Field(sa_column=Column(SmallInteger, nullable=False))
    cell: int = Field(sa_column=Column(BigInteger, nullable=False))
    activity_id: UUID
    kind: ContributionKind = Field(sa_column=text_column())
    lat: float = Field(sa_column=Column(Double, nullable=False))
    lng: float = Field(sa_column=Column(Double, nullable=False))
    delta: int


class ActivityCount(TenantTable, table=True):
    """An activity's contributions by stored status, kind and category (NULL: without one).

    Those past their expiry that the worker has not marked yet are counted as OPEN here.
    """

    __tablename__ = "activity_count"
    __table_args__ = (
        UniqueConstraint(
            "activity_id",
            "status",
            "kind",
            "category_id",
            name="activity_count_once",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID
    status: ContributionStatus = Field(sa_column=text_column())
    kind: ContributionKind = Field(sa_column=text_column())
    category_id: UUID | None
    count: int


class ActivityCountDelta(TenantTable, table=True):
    """A change of an activity's counts that is not folded in yet."""

    __tablename__ = "activity_count_delta"
    __table_args__ = (Index("activity_count_delta_activity", "activity_id"),)

    id: UUID = Field(primary_key=True)
    activity_id: UUID
    status: ContributionStatus = Field(sa_column=text_column())
    kind: ContributionKind = Field(sa_column=text_column())
    category_id: UUID | None
    delta: int


def count_of(kind: ContributionKind, counts: ColumnElement[Any]) -> ColumnElement[int]:
    """The count of a kind among `SpaceCellCount.counts`."""
    return func.coalesce(counts[literal_column(str(KIND_PLACES[kind]), Integer)], literal_column("0", Integer))
