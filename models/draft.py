"""Draft («brouillon»): what somebody is still writing, which is no contribution yet and which nobody else knows of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Double, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import BODY_LENGTH, TITLE_LENGTH, ContributionKind, OnBehalfOf, Precision, Urgency

MAX_DRAFTS = 20
"""What an actor may keep at a time: enough for whoever writes for an association, and no store of files."""

KEPT_DAYS = 30
"""From the last change on."""


class Draft(TenantTable, table=True):
    """Its columns are called as those of the contribution that it may become, and anything may be missing. `lat` and
    `lng` are the point that its author chose: nothing of it is published."""

    __tablename__ = "draft"
    __table_args__ = (
        one_of("kind", [kind for kind in ContributionKind if kind is not ContributionKind.ARGUMENT]),
        one_of("precision", Precision),
        one_of("urgency", Urgency),
        one_of("behalf", (OnBehalfOf.NOBODY, OnBehalfOf.PERSON_WHO_AGREED)),
        CheckConstraint(f"char_length(title) <= {TITLE_LENGTH[1]}", name="title_length"),
        CheckConstraint(f"char_length(body) <= {BODY_LENGTH[1]}", name="body_length"),
        CheckConstraint("num_nulls(lat, lng, precision) IN (0, 3)", name="place_whole_or_absent"),
        Index("draft_newest", "author_id", "changed_at", "id"),
        Index("draft_category", "category_id"),
    )

    id: UUID = Field(primary_key=True)
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    kind: ContributionKind = Field(sa_column=text_column())
    title: str = Field(sa_column=text_column())
    body: str = Field(sa_column=text_column())
    category_id: UUID | None = Field(foreign_key=f"{TENANT}.category.id", ondelete="SET NULL")
    is_anonymous: bool
    price_cents: int | None
    price_unit: str | None = Field(sa_column=text_column(nullable=True))
    season_months: list[int] | None = Field(sa_column=Column(ARRAY(Integer)))
    urgency: Urgency = Field(sa_column=text_column())
    capacity: int | None
    behalf: OnBehalfOf = Field(default=OnBehalfOf.NOBODY, sa_column=text_column(server_default=text("'NOBODY'")))
    lat: float | None = Field(sa_column=Column(Double))
    lng: float | None = Field(sa_column=Column(Double))
    precision: Precision | None = Field(sa_column=text_column(nullable=True))
    address: str | None = Field(sa_column=text_column(nullable=True))
    changed_at: datetime = Field(sa_column=time_column())
