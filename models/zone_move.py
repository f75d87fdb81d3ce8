"""Move of a zone («déménagement d'un quartier»): a zone's contributions go into the portal that their commune opens."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import PLATFORM, PlatformTable, one_of, text_column, time_column

REVERTED_WITHIN_DAYS = 90
"""For so long a move can be taken back; then what is needed for that is forgotten."""


class ZoneMoveState(Enum):
    """Where a move is."""

    PROPOSED = "PROPOSED"
    DECLINED = "DECLINED"
    ACCEPTED = "ACCEPTED"
    """Both portals agreed; contributions move, batch by batch."""

    MOVED = "MOVED"
    REVERTING = "REVERTING"
    """Contributions come back, batch by batch."""

    REVERTED = "REVERTED"
    SETTLED = "SETTLED"
    """It stays as it is: who was who on the two portals is forgotten."""


MOVES_AHEAD = (ZoneMoveState.PROPOSED, ZoneMoveState.ACCEPTED)
"""As long as it is so, people may say whether their account goes along."""


_S = ZoneMoveState
UNDER_WAY = (_S.ACCEPTED, _S.REVERTING)
ALIVE = (_S.PROPOSED, _S.ACCEPTED, _S.REVERTING)
"""Of these a zone has one at most."""


class StayReason(Enum):
    """Why a contribution of the zone stays where it is."""

    MODERATION = "MODERATION"
    BALLOT = "BALLOT"
    EXCHANGE = "EXCHANGE"
    PROCEDURE = "PROCEDURE"
    NOT_PUBLIC = "NOT_PUBLIC"
    NOT_OFFERED = "NOT_OFFERED"


def _portal(*, key: bool = False) -> Column[int]:
    reference = ForeignKey(f"{PLATFORM}.tenant.number", ondelete="CASCADE")
    return Column(BigInteger, reference, primary_key=key, autoincrement=False, nullable=False)


class ZoneMove(PlatformTable, table=True):
    """One zone's move from the portal `from_number` to `to_number`; both see it. `from_*` and `to_*` are as each portal
    said of itself when it agreed. `made` holds, by their ids, which activities and spaces stand for which; `stays`
    counts what stays by its reason. `late` counts of how many contributions something was said late, and followed."""

    __tablename__ = "zone_move"
    __table_args__ = (
        one_of("state", ZoneMoveState),
        CheckConstraint("from_number <> to_number", name="moves_to_another"),
        CheckConstraint("state IN ('PROPOSED', 'DECLINED') OR accepted_by IS NOT NULL", name="moves_by_consent"),
        Index(
            "zone_move_alive",
            "from_number",
            "zone_id",
            unique=True,
            postgresql_where=text("state IN ('PROPOSED', 'ACCEPTED', 'REVERTING')"),
        ),
        Index("zone_move_from", "from_number", "proposed_at"),
        Index("zone_move_to", "to_number", "proposed_at"),
        {"info": {"row_security": True}},  # Both portals' roles see it; the one that proposes writes it.
    )

    id: UUID = Field(primary_key=True)
    from_number: int = Field(sa_column=_portal())
    to_number: int = Field(sa_column=_portal())
    zone_id: UUID
    zone_name: str = Field(sa_column=text_column())
    state: ZoneMoveState = Field(sa_column=text_column())
    from_title: str = Field(sa_column=text_column())
    from_slug: str = Field(sa_column=text_column())
    from_host: str = Field(sa_column=text_column())
    to_title: str = Field(sa_column=text_column())
    to_slug: str = Field(sa_column=text_column())
    to_host: str = Field(sa_column=text_column())
    proposed_by: str = Field(sa_column=text_column())
    accepted_by: str | None = Field(sa_column=text_column(nullable=True))
    made: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")))
    stays: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")))
    moved_count: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    late: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    proposed_at: datetime = Field(sa_column=time_column())
    accepted_at: datetime | None = Field(sa_column=time_column(nullable=True))
    ended_at: datetime | None = Field(sa_column=time_column(nullable=True))


class MovedContribution(PlatformTable, table=True):
    """A contribution that is on another portal now, under the same number: its former portal leads there. The activity,
    author and category that it had are kept for the way back, until the move is settled."""

    __tablename__ = "moved_contribution"
    __table_args__ = (
        Index("moved_contribution_move", "move_id"),
        Index("moved_contribution_to", "to_number"),
        {"info": {"row_security": True}},  # Both portals' roles read it; none writes.
    )

    id: UUID = Field(primary_key=True)
    from_number: int = Field(sa_column=_portal(key=True))
    move_id: UUID = Field(sa_column=Column(ForeignKey(f"{PLATFORM}.zone_move.id", ondelete="CASCADE"), nullable=False))
    to_number: int = Field(sa_column=_portal())
    slug: str = Field(sa_column=text_column())
    host: str = Field(sa_column=text_column())
    activity_id: UUID | None
    author_id: UUID | None
    category_id: UUID | None
    moved_at: datetime = Field(sa_column=time_column())


class MovedPerson(PlatformTable, table=True):
    """Who was who on the two portals of a move: no portal's role reads it, and it goes when the move is settled."""

    __tablename__ = "moved_person"
    __table_args__ = (UniqueConstraint("move_id", "moved_actor_id", name="moved_person_once"),)

    move_id: UUID = Field(
        sa_column=Column(ForeignKey(f"{PLATFORM}.zone_move.id", ondelete="CASCADE"), primary_key=True)
    )
    actor_id: UUID = Field(primary_key=True)
    moved_actor_id: UUID
