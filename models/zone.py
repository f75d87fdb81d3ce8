"""Zone («quartier»): a named area of a tenant, stored as its outline and as a cover of H3 cells."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.base import TenantTable, one_of, text_column, time_column


class Zone(TenantTable, table=True):
    """`cells` is the cover at `geo.cover.ZONE_RESOLUTION`; a point lies in the zone when its cell is in the cover."""

    __tablename__ = "zone"
    __table_args__ = (
        Index("zone_cells", "cells", postgresql_using="gin"),
        CheckConstraint(
            "coalesce(geometry ->> 'type', '') IN ('Polygon', 'MultiPolygon') AND geometry @? '$.coordinates[0][0][0]'",
            name="outlined",
        ),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column(unique=True))
    geometry: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    cells: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))


MAX_ZONES = 1_000
NAME_LENGTH = (1, 120)
MAX_FILE = 20 * 1024 * 1024
MAX_FILE_VERTICES = 200_000
"""Bytes and positions of a file of zones; of one zone `geo.cover.MAX_VERTICES`."""

MAX_CORNERS = 200
"""Of a zone that is drawn by hand."""


class ZoneChangeState(Enum):
    """Where a change of zones is."""

    DRAFT = "DRAFT"
    ASSIGNING = "ASSIGNING"


class ZoneRemarkCode(Enum):
    """What is to be said of a feature of a file of zones."""

    NO_NAME = "NO_NAME"
    NO_GEOMETRY = "NO_GEOMETRY"
    REPEATED_NAME = "REPEATED_NAME"
    BAD_GEOMETRY = "BAD_GEOMETRY"
    TOO_MANY_VERTICES = "TOO_MANY_VERTICES"
    WRONG_CRS = "WRONG_CRS"
    OVER_MERIDIAN = "OVER_MERIDIAN"
    ZONE_TOO_LARGE = "ZONE_TOO_LARGE"
    ZONE_TOO_SMALL = "ZONE_TOO_SMALL"
    SWAPPED = "SWAPPED"
    FAR_AWAY = "FAR_AWAY"
    SELF_CROSSING = "SELF_CROSSING"
    NEVER_SHOWN = "NEVER_SHOWN"


DOUBTS = (ZoneRemarkCode.SELF_CROSSING, ZoneRemarkCode.NEVER_SHOWN)
"""What is drawn all the same, and probably not as it was meant; all others are left out."""


class ZoneChange(TenantTable, table=True):
    """A file of zones that waits for an administrator's word (DRAFT), or zones that have changed while contributions
    still get theirs (ASSIGNING): `done_after` is the last contribution that has."""

    __tablename__ = "zone_change"
    __table_args__ = (one_of("state", ZoneChangeState),)

    id: UUID = Field(primary_key=True)
    state: str = Field(sa_column=text_column())
    file_name: str = Field(sa_column=text_column())
    name_property: str = Field(sa_column=text_column())
    properties: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    zones: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    remarks: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    done_after: UUID
    created_at: datetime = Field(sa_column=time_column())
