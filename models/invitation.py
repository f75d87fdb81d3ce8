"""Invitation («invitation»): an address whose owner gets a role when it signs in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.account import MAX_EMAIL
from models.actor import Role
from models.base import TENANT, TenantTable, one_of, text_column, time_column


class Invitation(TenantTable, table=True):
    """Its link is computed from the id under the server's secret and stored nowhere. `inviter_id` is NULL where the
    platform's operator invited."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint(f"char_length(email) BETWEEN 3 AND {MAX_EMAIL}", name="email_length"),
        Index("invitation_email", "email"),
    )

    id: UUID = Field(primary_key=True)
    email: str = Field(sa_column=text_column())
    role: Role = Field(sa_column=text_column())
    inviter_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    created_at: datetime = Field(sa_column=time_column())
    expires_at: datetime = Field(sa_column=time_column())
    mailed_at: datetime | None = Field(sa_column=time_column(nullable=True))
    accepted_at: datetime | None = Field(sa_column=time_column(nullable=True))
