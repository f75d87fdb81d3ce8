"""Identity provider («fournisseur d'identité»): an OpenID Connect provider by which people sign in at a tenant."""

from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, Column, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.base import TenantTable, one_of, text_column, time_column

MAX_PROVIDERS = 12
"""Of one portal."""

PROVIDER_TITLE_LENGTH, ISSUER_LENGTH, CLIENT_ID_LENGTH, SECRET_LENGTH = (2, 60), (10, 255), (1, 255), (1, 1_000)


class Preset(Enum):
    """Whose rules a provider follows beside the standard's."""

    GENERIC = "GENERIC"
    FRANCECONNECT = "FRANCECONNECT"
    PROCONNECT = "PROCONNECT"


FRANCECONNECT_DOMAINS = ("franceconnect.gouv.fr",)
"""Whose hosts are FranceConnect's: what another issuer certifies is no identity of the State's."""


def is_own_issuer(preset: Preset, host: str) -> bool:
    """Whether a host may be the issuer of a provider of the preset."""
    return preset is not Preset.FRANCECONNECT or any(host.endswith(f".{one}") for one in FRANCECONNECT_DOMAINS)


class IdentityProvider(TenantTable, table=True):
    """`secret_name` names the file of the client's secret; it is empty where `sealed_secret` holds the secret, which
    the server alone can read (decision 0066). `claims` says which of the
    provider's claims is our `email`, `email_verified` and `name`."""

    __tablename__ = "identity_provider"
    __table_args__ = (
        one_of("preset", Preset),
        CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'", name="slug_is_a_label"),
        CheckConstraint("sealed_secret IS NULL OR secret_name = ''", name="secret_kept_once"),
    )

    slug: str = Field(sa_column=Column(Text, primary_key=True))
    title: str = Field(sa_column=text_column())
    preset: Preset = Field(sa_column=text_column())
    issuer: str = Field(sa_column=text_column())
    client_id: str = Field(sa_column=text_column())
    secret_name: str = Field(sa_column=text_column())
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    acr_values: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    claims: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    is_enabled: bool
    created_at: datetime = Field(sa_column=time_column())
    sealed_secret: str | None = Field(sa_column=text_column(nullable=True))
    rank: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
