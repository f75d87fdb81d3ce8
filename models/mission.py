"""Mission («mission de bénévolat»): a request of an organisation with time slots for which people sign up."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, false, text
from sqlmodel import Field

from models.actor import ActorKind
from models.base import TENANT, TenantTable, one_of, text_column, time_column

ORGANISERS = (ActorKind.ASSOCIATION, ActorKind.INSTITUTION, ActorKind.SERVICE)
"""Who may organise missions: volunteers of a shop would be its employees."""


class MissionDomain(Enum):
    """What a mission is for: the domains of API Engagement, whose codes are these in small letters with hyphens."""

    ANIMAUX = "ANIMAUX"
    BENEVOLAT_COMPETENCES = "BENEVOLAT_COMPETENCES"
    CULTURE_LOISIRS = "CULTURE_LOISIRS"
    EDUCATION = "EDUCATION"
    EMPLOI = "EMPLOI"
    ENVIRONNEMENT = "ENVIRONNEMENT"
    HUMANITAIRE = "HUMANITAIRE"
    MEMOIRE_ET_CITOYENNETE = "MEMOIRE_ET_CITOYENNETE"
    PREVENTION_PROTECTION = "PREVENTION_PROTECTION"
    SANTE = "SANTE"
    SOLIDARITE_INSERTION = "SOLIDARITE_INSERTION"
    SPORT = "SPORT"
    VIVRE_ENSEMBLE = "VIVRE_ENSEMBLE"
    AUTRE = "AUTRE"

    @property
    def code(self) -> str:
        """As API Engagement writes it."""
        return self.value.lower().replace("_", "-")


MINORS_FROM = (15, 17)
"""Years of age from which a mission may take minors; nobody younger acts in mutual aid."""

MAX_PLACES = 100
"""Of a slot: as many as one page of a list shows."""

MAX_SLOTS = 100
"""Of a mission, those that are over and those that were cancelled counted."""

MAX_SLOT_DAYS = 366
MAX_AHEAD_DAYS = 366
"""So far ahead a slot may begin."""

REQUIREMENTS_LENGTH = (1, 1_000)


class Mission(TenantTable, table=True):
    """What a contribution has as a mission. `organiser_id` is the contribution's author. `minors_from` is from how many
    years of age on people may sign up; NULL: adults alone. `is_accessible` says that people with reduced mobility can
    take part."""

    __tablename__ = "mission"
    __table_args__ = (
        one_of("domain", MissionDomain),
        CheckConstraint(f"minors_from BETWEEN {MINORS_FROM[0]} AND {MINORS_FROM[1]}", name="minors_from_in_reach"),
        CheckConstraint(
            f"char_length(requirements) BETWEEN {REQUIREMENTS_LENGTH[0]} AND {REQUIREMENTS_LENGTH[1]}",
            name="requirements_length",
        ),
        Index("mission_organiser", "organiser_id"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id", unique=True)
    organiser_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    domain: MissionDomain | None = Field(default=None, sa_column=text_column(nullable=True))
    requirements: str | None = Field(default=None, sa_column=text_column(nullable=True))
    minors_from: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    is_accessible: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    revised_at: datetime = Field(sa_column=time_column())


class MissionSlot(TenantTable, table=True):
    """A time slot («créneau»), half-open: [starts_at, ends_at). `taken_count` is how many sign-ups take a place."""

    __tablename__ = "mission_slot"
    __table_args__ = (
        CheckConstraint(f"capacity BETWEEN 1 AND {MAX_PLACES}", name="capacity_in_reach"),
        CheckConstraint("taken_count BETWEEN 0 AND capacity", name="taken_within_capacity"),
        CheckConstraint(
            f"ends_at > starts_at AND ends_at <= starts_at + interval '{24 * MAX_SLOT_DAYS} hours'", name="slot_forward"
        ),
        Index("mission_slot_order", "mission_id", "starts_at", "id"),
        Index("mission_slot_start", "starts_at", postgresql_where=text("cancelled_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    mission_id: UUID = Field(foreign_key=f"{TENANT}.mission.id")
    starts_at: datetime = Field(sa_column=time_column())
    ends_at: datetime = Field(sa_column=time_column())
    capacity: int
    taken_count: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    cancelled_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
