"""Operators («opérateurs»): who runs the platform, known by tokens that the command line makes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.base import PlatformTable, text_column, time_column


class OperatorToken(PlatformTable, table=True):
    """A token good at every tenant; `digest` is the SHA-256 of its text, which nobody can read again."""

    __tablename__ = "operator_token"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint(
            "expires_at > created_at AND expires_at <= created_at + INTERVAL '366 days'", name="expires_within_a_year"
        ),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column(unique=True))
    created_at: datetime = Field(sa_column=time_column())
    expires_at: datetime = Field(sa_column=time_column())
    last_used_at: datetime | None = Field(sa_column=time_column(nullable=True))
    revoked_at: datetime | None = Field(sa_column=time_column(nullable=True))
