"""ApiToken («jeton d'API»): what a machine shows to use a tenant's API; made and revoked by administrators."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column


class TokenScope(Enum):
    """What a machine may do. Every scope includes what the public may read."""

    READ = "READ"
    CONTRIBUTE = "CONTRIBUTE"
    MODERATE = "MODERATE"
    EXPORT = "EXPORT"
    ROUTER = "ROUTER"


ACTING = (TokenScope.CONTRIBUTE, TokenScope.MODERATE)
"""The scopes with which a machine acts, as an actor of its own."""

MAX_AGE = timedelta(days=366)

MAX_BUDGET = 1_000_000
"""Points of cost a minute, far beyond what one process answers: larger numbers are mistakes."""


def _listed(*scopes: TokenScope) -> str:
    return ", ".join(f"'{scope.value}'" for scope in scopes)


class ApiToken(TenantTable, table=True):
    """A token as far as it is kept: `digest` is the SHA-256 of its text, which nobody can read again.

    A federation router's requests are those of many people: its token does nothing else.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint(
            f"cardinality(scopes) > 0 AND scopes <@ ARRAY[{_listed(*TokenScope)}]::text[]", name="scopes_known"
        ),
        CheckConstraint("NOT 'ROUTER' = ANY (scopes) OR cardinality(scopes) = 1", name="router_alone"),
        CheckConstraint(
            f"(scopes && ARRAY[{_listed(*ACTING)}]::text[]) = (actor_id IS NOT NULL)", name="actor_who_acts"
        ),
        CheckConstraint(f"budget_per_minute BETWEEN 1 AND {MAX_BUDGET}", name="budget_sensible"),
        CheckConstraint(
            f"expires_at > created_at AND expires_at <= created_at + INTERVAL '{MAX_AGE.days} days'",
            name="expires_within_a_year",
        ),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column(unique=True))
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    budget_per_minute: int | None = None
    created_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    created_at: datetime = Field(sa_column=time_column())
    expires_at: datetime = Field(sa_column=time_column())
    last_used_at: datetime | None = Field(sa_column=time_column(nullable=True))
    revoked_at: datetime | None = Field(sa_column=time_column(nullable=True))
