"""Space role («rôle dans un espace»): what an actor may do in one space, beside the role on the portal."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class SpaceRoleKind(Enum):
    """What an actor may do in a space."""

    EDITOR = "EDITOR"
    """Changes the space and its activities."""

    VALUATOR = "VALUATOR"
    """Evaluates its proposals, and changes nothing («évaluateur»)."""


MAX_EDITORS = 50
"""Of one space; and as many valuators."""


class SpaceRole(TenantTable, table=True):
    """One actor's role in one space."""

    __tablename__ = "space_role"
    __table_args__ = (
        one_of("kind", SpaceRoleKind),
        UniqueConstraint("space_id", "actor_id", "kind"),
        Index("space_role_actor", "actor_id"),
    )

    id: UUID = Field(primary_key=True)
    space_id: UUID = Field(foreign_key=f"{TENANT}.participatory_space.id")
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    kind: SpaceRoleKind = Field(sa_column=text_column())
    given_at: datetime = Field(sa_column=time_column())
