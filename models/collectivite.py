"""Collectivite («collectivité»): a local authority as the official registers know it, shared by all tenants."""

from enum import Enum
from typing import Any

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field

from models.base import PlatformTable, one_of, text_column


class CollectiviteKind(Enum):
    """What kind of local authority it is."""

    COMMUNE = "COMMUNE"
    ARRONDISSEMENT_MUNICIPAL = "ARRONDISSEMENT_MUNICIPAL"
    EPCI = "EPCI"
    DEPARTEMENT = "DEPARTEMENT"
    REGION = "REGION"
    PROVINCE = "PROVINCE"


class PlanePoint(UserDefinedType[str]):
    """PostgreSQL's core `point`, in Web-Mercator metres: what SP-GiST sorts by distance."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in DDL and casts."""
        return "point"


class Collectivite(PlatformTable, table=True):
    """A row of the register. `id` is `<kind>-<code>`, for example `commune-35238`."""

    __tablename__ = "collectivite"
    __table_args__ = (
        one_of("kind", CollectiviteKind),
        Index("collectivite_search_name", "search_name"),
        Index("collectivite_insee_code", "insee_code"),
        Index("collectivite_parent_ids", "parent_ids", postgresql_using="gin"),
        Index("collectivite_siren", "siren"),
        Index("collectivite_postal_codes", "postal_codes", postgresql_using="gin"),
        Index("collectivite_position", "position", postgresql_using="spgist"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    kind: CollectiviteKind = Field(sa_column=text_column())
    name: str = Field(sa_column=text_column())
    search_name: str = Field(sa_column=Column(Text(collation="C"), nullable=False))
    insee_code: str | None = Field(sa_column=text_column(nullable=True))
    siren: str | None = Field(sa_column=text_column(nullable=True))
    nis_code: str | None = Field(sa_column=text_column(nullable=True))
    population: int | None = None
    postal_codes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    lat: float | None = Field(sa_column=Column(Double, nullable=True))
    lng: float | None = Field(sa_column=Column(Double, nullable=True))
    position: str | None = Field(sa_column=Column(PlanePoint, nullable=True))
    parent_ids: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class CollectiviteOutline(PlatformTable, table=True):
    """Where a collectivité lies: a GeoJSON MultiPolygon, and its bounds in degrees.

    `JSON` keeps the text as it is: answers hold it without building it anew.
    """

    __tablename__ = "collectivite_outline"

    collectivite_id: str = Field(sa_column=Column(Text, ForeignKey("platform.collectivite.id"), primary_key=True))
    geometry: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    south: float
    west: float
    north: float
    east: float
