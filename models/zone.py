"""Zone («quartier»): a named area of a tenant, stored as its outline and as a cover of H3 cells."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.base import TenantTable, text_column


class Zone(TenantTable, table=True):
    """`cells` is the cover at `geo.cover.ZONE_RESOLUTION`; a point lies in the zone when its cell is in the cover."""

    __tablename__ = "zone"
    __table_args__ = (Index("zone_cells", "cells", postgresql_using="gin"),)

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column(unique=True))
    geometry: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    cells: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))
