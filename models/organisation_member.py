"""Member of an organisation («membre d'une organisation»): who publishes and answers on its behalf."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, time_column

MAX_MEMBERS = 100
"""Of one organisation."""

ORGANISATION_NAME_LENGTH = (2, 120)


class OrganisationMember(TenantTable, table=True):
    """One person of one organisation. The organisation is an actor of its own, of a kind other than CITIZEN."""

    __tablename__ = "organisation_member"
    __table_args__ = (
        UniqueConstraint("organisation_id", "member_id"),
        CheckConstraint("organisation_id <> member_id", name="two_actors"),
        Index("organisation_member_person", "member_id"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    member_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    given_at: datetime = Field(sa_column=time_column())
