"""Actor («acteur»): who acts on a portal: a citizen, an association, a shop, a producer or an institution."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, false, text
from sqlmodel import Field

from models.base import TenantTable, one_of, text_column, time_column


class ActorKind(Enum):
    """What kind of actor it is."""

    CITIZEN = "CITIZEN"
    ASSOCIATION = "ASSOCIATION"
    MERCHANT = "MERCHANT"
    PRODUCER = "PRODUCER"
    INSTITUTION = "INSTITUTION"
    SERVICE = "SERVICE"
    CHAMBER = "CHAMBER"


EXACT_ADDRESS_KINDS = tuple(kind for kind in ActorKind if kind is not ActorKind.CITIZEN)
"""Who may publish an exact address; a citizen's position is public only as a cell."""


class Role(Enum):
    """What an actor may do on the portal, each including what comes before it."""

    MEMBER = "MEMBER"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"


class Actor(TenantTable, table=True):
    """One actor of one tenant; the name is the one shown to the public.

    Reports of a trusted flagger, and of the members of such an organisation, come first. Of somebody who was erased
    (`erased_at`) it is a shell without a name, under which stays what may stay. Somebody whose contributions moved here
    from another portal, and who has no account here, is found again by the `claim_digest` of the move and the address.
    """

    __tablename__ = "actor"
    __table_args__ = (
        one_of("kind", ActorKind),
        one_of("role", Role),
        CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),
        Index("actor_newest", text("created_at DESC"), text("id DESC")),
        Index("actor_claimed", "claim_digest", postgresql_where=text("claim_digest IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    kind: ActorKind = Field(sa_column=text_column())
    role: Role = Field(sa_column=text_column())
    name: str = Field(sa_column=text_column())
    created_at: datetime = Field(sa_column=time_column())
    is_trusted_flagger: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    erased_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    claim_digest: str | None = Field(default=None, sa_column=text_column(nullable=True))
