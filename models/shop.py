"""Shop («boutique»): when a seller is open, where things are picked up, and where the seller delivers."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, ForeignKey, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.actor import ActorKind
from models.base import TENANT, TenantTable, text_column, time_column


class Weekday(Enum):
    """A day of the week, in its order."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


SELLERS = (ActorKind.MERCHANT, ActorKind.PRODUCER, ActorKind.ASSOCIATION)
"""Who may have a shop. A citizen's delivery area would tell where the citizen lives."""

MAX_PICK_UP_POINTS = 12
MAX_SPANS = 3
"""Of one day's opening hours."""

MAX_DELIVERY_ZONES = 100
NAME_LENGTH, ADDRESS_LENGTH, TIMES_LENGTH, TERMS_LENGTH = (1, 120), (1, 200), (1, 120), (1, 300)


class Shop(TenantTable, table=True):
    """`opening_hours` and `pick_up_points` are lists of objects, in the order in which they are shown. The delivery
    area is given as a circle, as zones or as an outline; its cells are rows of `DeliveryCell`."""

    __tablename__ = "shop"
    __table_args__ = (
        CheckConstraint("num_nonnulls(radius_m, zone_ids, outline) <= 1", name="one_delivery_area"),
        CheckConstraint("num_nulls(radius_m, lat, lng) IN (0, 3)", name="circle_whole_or_absent"),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id", unique=True)
    opening_hours: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    pick_up_points: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    delivery_terms: str | None = Field(sa_column=text_column(nullable=True))
    lat: float | None = Field(sa_column=Column(Double))
    lng: float | None = Field(sa_column=Column(Double))
    radius_m: int | None
    zone_ids: list[UUID] | None = Field(sa_column=Column(ARRAY(Uuid())))
    outline: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    revised_at: datetime = Field(sa_column=time_column())


class DeliveryCell(TenantTable, table=True):
    """A cell of a delivery area. Of an area no cell lies in another, so that a place is in one of them at most."""

    __tablename__ = "delivery_cell"
    __table_args__ = (Index("delivery_cell_shop", "shop_id"),)

    cell: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    shop_id: UUID = Field(
        sa_column=Column(Uuid(), ForeignKey(f"{TENANT}.shop.id", ondelete="CASCADE"), primary_key=True)
    )
