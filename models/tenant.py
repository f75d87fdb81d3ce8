"""Tenant («plateforme»): one customer, its hosts and what its portal looks like; kept in the platform's registry."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    Index,
    Integer,
    SmallInteger,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models import time_zone
from models.base import PlatformTable, one_of, text_column, time_column

POSITION_RULE = 2
"""The rule by which positions are published (decisions 0010 and 0026): 1 decided by the exact point, 2 by the cell."""


class TenantState(Enum):
    """Whether a tenant is served."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class Feature(Enum):
    """What a tenant can switch on: activities of the kind of the same name."""

    MUTUAL_AID = "MUTUAL_AID"
    MARKETPLACE = "MARKETPLACE"
    IDEA_BOX = "IDEA_BOX"
    CONSULTATION = "CONSULTATION"
    DEBATE = "DEBATE"
    PETITION = "PETITION"
    PARTICIPATORY_BUDGET = "PARTICIPATORY_BUDGET"
    SURVEY = "SURVEY"


class Cover(Enum):
    """What a portal's cover is a drawing of."""

    HILLS = "HILLS"
    RIVER = "RIVER"
    BRIDGE = "BRIDGE"
    QUAYS = "QUAYS"
    COAST = "COAST"
    CLIFFS = "CLIFFS"
    HARBOUR = "HARBOUR"
    FIELDS = "FIELDS"
    MARSH = "MARSH"
    FOREST = "FOREST"
    GARDENS = "GARDENS"
    ROOFS = "ROOFS"
    GABLES = "GABLES"
    TOWERS = "TOWERS"
    FACTORY = "FACTORY"
    CITADEL = "CITADEL"
    DOME = "DOME"


FONTS = (
    *("Bricolage Grotesque", "Atkinson Hyperlegible", "Figtree", "Archivo", "Bitter"),
    *("Fraunces", "Lora", "Nunito", "Outfit", "Space Grotesk"),
)
"""The families that ship, of which a portal's administrators choose; any other name is set in the first one."""

PORTAL_TITLE_LENGTH, SUBTITLE_LENGTH, WELCOME_LENGTH = (2, 80), (0, 120), (0, 120)
PHONE_LENGTH, ADDRESS_LENGTH, LINK_LABEL_LENGTH, LINK_URL_LENGTH = (0, 30), (0, 300), (1, 60), (1, 500)
MAX_LINKS = 8

SETTINGS = (
    *("title", "subtitle", "welcome", "logo_url", "primary_color", "secondary_color", "font", "cover", "locales"),
    *("contact_email", "contact_phone", "contact_address", "footer_links", "version"),
    *("features", "trusted_documents_only", "origins", "host_requests", "territory_rules"),
    *("territory_words", "territory_left_out", "territory_left_out_names", "second_step_demanded"),
)
"""The columns that a portal's administrators may write, of their own tenant's row alone (decision 0041)."""


class Tenant(PlatformTable, table=True):
    """A row of the registry. The number never changes and names the schema `t_<number>`. `origins` are the other sites
    (`https://…`) whose pages may call the tenant's API from a browser, `host_requests` the names that its
    administrators ask for, `territory_rules` what is published to other portals, `territory_words` what it calls
    others' categories, by their keys, `territory_left_out` of which portals it shows nothing,
    `territory_left_out_names` what these are called, by their numbers. Where
    `trusted_documents_only`, the public and members may run the tenant's trusted documents alone. All its positions are
    published by `position_rule` or a later one. Where `second_step_demanded`, nobody acts in a role without a second
    step. `database` names the cluster that has its schema and the row that its
    statements see; the row in the cluster `main` says where that is. `version` counts how often it or its hosts were
    changed: servers read it again when it moves."""

    __tablename__ = "tenant"
    __table_args__ = (
        one_of("state", TenantState),
        one_of("cover", Cover),
        CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'", name="slug_is_a_label"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(f"time_zone IN {time_zone.ALL}", name="time_zone_known"),
        {"info": {"row_security": True}},  # A tenant's role sees its own row.
    )

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    slug: str = Field(sa_column=text_column(unique=True))
    title: str = Field(sa_column=text_column())
    subtitle: str = Field(sa_column=text_column(server_default=text("''")))
    welcome: str = Field(sa_column=text_column(server_default=text("''")))
    collectivite_id: str = Field(foreign_key="platform.collectivite.id", sa_type=Text)
    lat: float | None = Field(sa_column=Column(Double, nullable=True))
    lng: float | None = Field(sa_column=Column(Double, nullable=True))
    logo_url: str | None = Field(sa_column=text_column(nullable=True))
    primary_color: str = Field(sa_column=text_column())
    secondary_color: str = Field(sa_column=text_column())
    font: str = Field(sa_column=text_column())
    cover: Cover = Field(sa_column=text_column(server_default=text("'HILLS'")))
    contact_email: str = Field(sa_column=text_column(server_default=text("''")))
    contact_phone: str = Field(sa_column=text_column(server_default=text("''")))
    contact_address: str = Field(sa_column=text_column(server_default=text("''")))
    footer_links: list[dict[str, Any]] = Field(
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb"))
    )
    time_zone: str = Field(sa_column=text_column())
    locales: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    features: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    origins: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    host_requests: list[dict[str, Any]] = Field(
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb"))
    )
    territory_rules: list[dict[str, Any]] = Field(
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb"))
    )
    territory_words: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")))
    territory_left_out: list[int] = Field(
        sa_column=Column(ARRAY(BigInteger), nullable=False, server_default=text("'{}'::bigint[]"))
    )
    territory_left_out_names: dict[str, list[str]] = Field(
        sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb"))
    )
    trusted_documents_only: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    second_step_demanded: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    position_rule: int = Field(sa_column=Column(SmallInteger, nullable=False, server_default=text(str(POSITION_RULE))))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
    state: TenantState = Field(sa_column=text_column())
    database: str = Field(sa_column=text_column())
    created_at: datetime = Field(sa_column=time_column())


def settings_id(number: int) -> UUID:
    """What the journal calls a tenant's own row, whose key is a number."""
    return UUID(int=number)


class Host(PlatformTable, table=True):
    """A host name in lower case, without port, by which a tenant is reached."""

    __tablename__ = "host"
    __table_args__ = (
        Index("host_tenant", "tenant_number"),
        {"info": {"row_security": True}},  # A tenant's role sees its own, and takes some away.
    )

    host: str = Field(sa_column=Column(Text, primary_key=True))
    tenant_number: int = Field(foreign_key="platform.tenant.number", sa_type=BigInteger)


class Registry(PlatformTable, table=True):
    """One row: `version` is counted up by what concerns all tenants, so that processes read them all again;
    `next_number` is never given twice, not even after a deletion; `database` is the name of this cluster."""

    __tablename__ = "registry"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int = Field(sa_type=BigInteger)
    next_number: int = Field(sa_type=BigInteger)
    database: str = Field(sa_column=text_column(server_default=text("'main'")))


class TenantChange(PlatformTable, table=True):
    """How often a tenant changed, as processes tell each other, so that answers they keep are made anew."""

    __tablename__ = "tenant_change"

    tenant_number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    version: int = Field(sa_type=BigInteger)
    changed_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    )


class Work(PlatformTable, table=True):
    """When a tenant's jobs are due; no row: nothing ever changed there."""

    __tablename__ = "work"
    __table_args__ = (Index("work_due", "due_at"),)

    tenant_number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    due_at: datetime = Field(sa_column=time_column())


class Migration(PlatformTable, table=True):
    """A migration that was applied to a schema."""

    __tablename__ = "migration"

    schema_name: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    applied_at: datetime = Field(sa_column=time_column())
    checksum: str | None = Field(sa_column=text_column(nullable=True))
