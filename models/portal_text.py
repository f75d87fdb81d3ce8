"""Portal text («texte du portail»): what a city must or wants to say on every portal, version by version."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TenantTable, one_of, text_column, time_column


class PortalTextKind(Enum):
    """What a text is."""

    LEGAL = "LEGAL"
    PRIVACY = "PRIVACY"
    ACCESSIBILITY = "ACCESSIBILITY"
    CHARTER = "CHARTER"


BODY_LENGTH = (1, 30_000)
MAX_VERSIONS = 1_000


class PortalText(TenantTable, table=True):
    """One version, which is never changed: the next one takes its place. `bodies` are by language."""

    __tablename__ = "portal_text"
    __table_args__ = (
        one_of("kind", PortalTextKind),
        CheckConstraint("version > 0", name="version_counts"),
        UniqueConstraint("kind", "version"),
    )

    id: UUID = Field(primary_key=True)
    kind: PortalTextKind = Field(sa_column=text_column())
    version: int = Field(sa_column=Column(Integer, nullable=False))
    bodies: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    published_at: datetime = Field(sa_column=time_column())
