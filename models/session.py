"""Session («session»): a browser in which somebody is signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column


class Session(TenantTable, table=True):
    """Good for one host. Only digests of its token are kept: of the one it has, and of the one that it had until a
    moment ago. `provider_slug` and `id_token` are what ending the session at an identity provider asks for.
    `confirmed_at`: since when its owner has shown the second step, where the account has one."""

    __tablename__ = "session"
    __table_args__ = (Index("session_account", "account_id"), Index("session_renewed_at", "renewed_at"))

    id: UUID = Field(primary_key=True)
    account_id: UUID = Field(foreign_key=f"{TENANT}.account.id", ondelete="CASCADE")
    host: str = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column(unique=True))
    former_digest: str | None = Field(sa_column=text_column(nullable=True, unique=True))
    created_at: datetime = Field(sa_column=time_column())
    renewed_at: datetime = Field(sa_column=time_column())
    provider_slug: str | None = Field(sa_column=text_column(nullable=True))
    id_token: str | None = Field(sa_column=text_column(nullable=True))
    confirmed_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
