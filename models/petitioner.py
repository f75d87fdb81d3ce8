"""Petitioner («coauteur, parrain»): who stands behind a petition beside its author."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

MAX_AUTHORS, MAX_SPONSORS = 5, 20
"""Of a petition: with the one who published it, and of those whom a rule may ask for."""


class PetitionerRole(Enum):
    """As what somebody stands behind a petition."""

    AUTHOR = "AUTHOR"
    SPONSOR = "SPONSOR"


class Petitioner(TenantTable, table=True):
    """Somebody who has accepted to be an author of a petition, or sponsors it before it is submitted. A row goes when
    its person leaves."""

    __tablename__ = "petitioner"
    __table_args__ = (
        one_of("role", PetitionerRole),
        UniqueConstraint("contribution_id", "actor_id", name="petitioner_once"),
        Index("petitioner_actor", "actor_id"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    role: PetitionerRole = Field(sa_column=text_column())
    joined_at: datetime = Field(sa_column=time_column())
