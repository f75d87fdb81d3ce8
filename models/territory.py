"""Territory («territoire»): what a portal publishes to another one on purpose, as a projection that both can read."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, ForeignKey, Index, SmallInteger, Text, text
from sqlmodel import Field

from models.base import PLATFORM, PlatformTable, one_of, text_column, time_column
from models.collectivite import PlanePoint
from models.contribution import ContributionKind

MAX_RULES = 20
"""To how many portals one publishes: its EPCI, département and région, and neighbours."""

MAX_READERS = 200
"""How many of the portals that receive are listed."""

MAX_CATEGORIES_OF_RULE = 50
MAX_SENDERS = 300
"""How many of the portals that publish to one are listed to its administrators."""

MAX_WORDS = 200
"""For how many of others' categories a portal has a word of its own, and how many are listed."""

KEY_LENGTH, WORD_LENGTH = (1, 80), (0, 60)
"""Characters of a category's key, and of the portal's own word for it."""

WITHIN_KM = (1, 200)
"""The band around a neighbour's centre, in kilometres."""

PUBLISHED_KINDS = (ContributionKind.OFFER, ContributionKind.REQUEST, ContributionKind.LISTING)
"""What is published to others: what somebody elsewhere can answer."""


@dataclass(frozen=True, slots=True)
class PublicationRule:
    """What a portal publishes to the portal with the number `reader`; no category: of any category and of none.

    `within_km` keeps back what is further from the reader's centre; None: nothing is kept back.
    """

    reader: int
    kinds: list[str]
    categories: list[str] = field(default_factory=list)
    within_km: int | None = None

    def stored(self) -> dict[str, Any]:
        """The rule as the registry keeps it."""
        return asdict(self)


def _portal(name: str, model: str = "tenant.number") -> Column[int]:
    """A portal's number; what refers to a portal goes with it."""
    reference = ForeignKey(f"{PLATFORM}.{model}", ondelete="CASCADE")
    return Column(name, BigInteger, reference, primary_key=True, autoincrement=False, nullable=False)


class TerritoryReader(PlatformTable, table=True):
    """A portal that receives what others publish to it: others find it here. A tenant's role writes its own row.

    `host` is the name by which it is reached; empty: it has none of its own.
    """

    __tablename__ = "territory_reader"
    __table_args__ = ({"info": {"row_security": True}},)

    tenant_number: int = Field(sa_column=_portal("tenant_number"))
    slug: str = Field(sa_column=text_column())
    title: str = Field(sa_column=text_column())
    collectivite_id: str = Field(foreign_key="platform.collectivite.id", sa_type=Text)
    host: str = Field(sa_column=text_column(server_default=text("''")))


class TerritoryPublication(PlatformTable, table=True):
    """What is published to one reader of one contribution: no text, no person, and no place finer than the cell.

    `lat`, `lng` and `position` are the centre of `cell`, also where the contribution's own portal shows an exact point.
    """

    __tablename__ = "territory_publication"
    __table_args__ = (
        one_of("kind", PUBLISHED_KINDS),
        CheckConstraint("reader_number <> tenant_number", name="published_to_others"),
        Index("territory_publication_tenant", "tenant_number", "id"),
        Index("territory_publication_category", "reader_number", "category_key"),
        Index("territory_publication_newest", "reader_number", "published_at", "id"),
        Index("territory_publication_map", "reader_number", "lat", "lng"),
        Index(
            "territory_publication_nearest",
            "position",
            postgresql_using="spgist",
            postgresql_ops={"position": "kd_point_ops"},
            postgresql_include=(
                *("id", "reader_number", "tenant_number", "kind", "category_key", "expires_at", "lat", "lng"),
            ),
        ),
        {"info": {"row_security": True}},  # A tenant's role reads what is published to it, and writes its own.
    )

    id: UUID = Field(primary_key=True)
    reader_number: int = Field(sa_column=_portal("reader_number", "territory_reader.tenant_number"))
    tenant_number: int = Field(sa_column=_portal("tenant_number"))
    kind: ContributionKind = Field(sa_column=text_column())
    title: str = Field(sa_column=text_column())
    category_key: str | None = Field(sa_column=text_column(nullable=True))
    category_name: str | None = Field(sa_column=text_column(nullable=True))
    zone_name: str | None = Field(sa_column=text_column(nullable=True))
    collectivite_id: str = Field(foreign_key="platform.collectivite.id", sa_type=Text)
    slug: str = Field(sa_column=text_column())
    host: str = Field(sa_column=text_column())
    cell: int = Field(sa_column=Column(BigInteger, nullable=False))
    lat: float = Field(sa_column=Column(Double, nullable=False))
    lng: float = Field(sa_column=Column(Double, nullable=False))
    position: str = Field(sa_column=Column(PlanePoint, nullable=False))
    published_at: datetime = Field(sa_column=time_column())
    expires_at: datetime | None = Field(sa_column=time_column(nullable=True))


class TerritoryCellCount(PlatformTable, table=True):
    """What one portal publishes to one reader, counted by map cell: `level` is the map's resolution."""

    __tablename__ = "territory_cell_count"
    __table_args__ = (
        one_of("kind", PUBLISHED_KINDS),
        Index("territory_cell_count_tenant", "tenant_number"),
        Index(
            "territory_cell_count_map",
            "reader_number",
            "level",
            "lat",
            "lng",
            postgresql_include=("cell", "kind", "tenant_number", "count"),
        ),
        {"info": {"row_security": True}},
    )

    reader_number: int = Field(sa_column=_portal("reader_number", "territory_reader.tenant_number"))
    tenant_number: int = Field(sa_column=_portal("tenant_number"))
    level: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    cell: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: ContributionKind = Field(sa_column=Column(Text, primary_key=True))
    lat: float = Field(sa_column=Column(Double, nullable=False))
    lng: float = Field(sa_column=Column(Double, nullable=False))
    count: int
