"""Sign-up («inscription»): a person's place in a time slot of a mission, or in its waiting list."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, false, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.event import EventKind


class SignUpStatus(Enum):
    """Where a sign-up is."""

    REGISTERED = "REGISTERED"
    WAITING = "WAITING"
    """All places are taken: it is in the waiting list, in the order of sign-ups."""

    WITHDRAWN = "WITHDRAWN"
    CANCELLED = "CANCELLED"
    """The organisation called the slot off, or one of the two is gone."""

    CAME = "CAME"
    ABSENT = "ABSENT"


_S = SignUpStatus
ALIVE = (_S.REGISTERED, _S.WAITING)
"""Of these and of those that were marked one person has one at most for a slot."""

MARKED = (_S.CAME, _S.ABSENT)
"""What an organisation says of somebody who was registered, once the slot has begun."""

TAKING = (_S.REGISTERED, *MARKED)
"""These take a place of the slot."""


@dataclass(frozen=True, slots=True)
class SignUpMove:
    """An allowed change of a sign-up's status, and the event that says so. `before` has None where there is none yet.

    `if_so` is the answer to what the event asks: whether a place is free for whoever signs up, whether a person came
    who is marked. The others ask nothing: None.
    """

    before: tuple[SignUpStatus | None, ...]
    event: EventKind
    after: SignUpStatus
    if_so: bool | None = None


SIGN_UP_MOVES: tuple[SignUpMove, ...] = (
    SignUpMove((None, _S.WITHDRAWN, _S.CANCELLED), EventKind.SIGN_UP_MADE, _S.REGISTERED, if_so=True),
    SignUpMove((None, _S.WITHDRAWN, _S.CANCELLED), EventKind.SIGN_UP_MADE, _S.WAITING, if_so=False),
    SignUpMove((_S.WAITING,), EventKind.SIGN_UP_REGISTERED, _S.REGISTERED),
    SignUpMove(ALIVE, EventKind.SIGN_UP_WITHDRAWN, _S.WITHDRAWN),
    SignUpMove(ALIVE, EventKind.SIGN_UP_CANCELLED, _S.CANCELLED),
    SignUpMove(TAKING, EventKind.SIGN_UP_MARKED, _S.CAME, if_so=True),
    SignUpMove(TAKING, EventKind.SIGN_UP_MARKED, _S.ABSENT, if_so=False),
)
"""All of them. What was marked is marked anew; it never ends."""


def _listed(*statuses: SignUpStatus) -> str:
    return ", ".join(repr(status.value) for status in statuses)


class SignUp(TenantTable, table=True):
    """`organiser_id` is the mission's. `actor_id` is NULL once the person was erased, or a year after the slot. Of a
    minor a guardian has agreed, as the minor declares. `reminded_at` is when the person was told of the slot, on the
    day before it."""

    __tablename__ = "sign_up"
    __table_args__ = (
        one_of("status", SignUpStatus),
        CheckConstraint("NOT is_minor OR has_guardian_consent", name="minor_with_consent"),
        Index(
            "sign_up_once",
            "slot_id",
            "actor_id",
            unique=True,
            postgresql_where=text(f"status IN ({_listed(*ALIVE, *MARKED)})"),
        ),
        Index("sign_up_order", "slot_id", "signed_up_at", "id"),
        Index("sign_up_actor", "actor_id", text("signed_up_at DESC"), text("id DESC")),
        Index("sign_up_organiser", "organiser_id"),
    )

    id: UUID = Field(primary_key=True)
    slot_id: UUID = Field(foreign_key=f"{TENANT}.mission_slot.id")
    organiser_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    status: SignUpStatus = Field(sa_column=text_column())
    is_minor: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    has_guardian_consent: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    signed_up_at: datetime = Field(sa_column=time_column())
    changed_at: datetime = Field(sa_column=time_column())
    reminded_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
