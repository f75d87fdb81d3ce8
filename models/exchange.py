"""Exchange («mise en relation»): one person's answer to another's offer, request or listing, from word to outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.event import EventKind


class ExchangeStatus(Enum):
    """Where an exchange is."""

    PROPOSED = "PROPOSED"
    WAITING = "WAITING"
    """All places are taken: it is in the waiting list, in the order of proposals."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    """Nobody answered in time."""

    DONE = "DONE"
    CANCELLED = "CANCELLED"
    DISPUTED = "DISPUTED"
    """One of the two says that it went wrong; a moderator settles it."""


_S = ExchangeStatus
ALIVE = (_S.PROPOSED, _S.WAITING, _S.ACCEPTED, _S.DISPUTED)
"""Of these one pair of people has one at most about a contribution."""

TAKING = (_S.ACCEPTED, _S.DISPUTED, _S.DONE)
"""These take a place of the contribution."""

AGREED = (_S.ACCEPTED, _S.DISPUTED, _S.DONE, _S.CANCELLED)
"""Of these the two have agreed once, so that they know who the other is."""


class Party(Enum):
    """Which of the two: who published the contribution, or who answered it."""

    AUTHOR = "AUTHOR"
    PROPOSER = "PROPOSER"


class ExchangeReason(Enum):
    """Why an exchange ended without being done."""

    FOUND_SOMEBODY = "FOUND_SOMEBODY"
    NOT_NEEDED = "NOT_NEEDED"
    NOT_SUITABLE = "NOT_SUITABLE"
    NOT_AVAILABLE = "NOT_AVAILABLE"
    TOO_FAR = "TOO_FAR"
    NO_NEWS = "NO_NEWS"
    DID_NOT_COME = "DID_NOT_COME"
    OTHER = "OTHER"
    CONTRIBUTION_ENDED = "CONTRIBUTION_ENDED"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    BLOCKED = "BLOCKED"


_R = ExchangeReason
DECLINING = (_R.FOUND_SOMEBODY, _R.NOT_NEEDED, _R.NOT_SUITABLE, _R.NOT_AVAILABLE, _R.TOO_FAR, _R.OTHER)
WITHDRAWING = (_R.NOT_AVAILABLE, _R.NOT_SUITABLE, _R.TOO_FAR, _R.NO_NEWS, _R.OTHER)
CANCELLING = (_R.NOT_AVAILABLE, _R.NOT_NEEDED, _R.NOT_SUITABLE, _R.NO_NEWS, _R.DID_NOT_COME, _R.OTHER)
"""What people may say; the other reasons are the server's."""


class Mover(Enum):
    """Who may make a move."""

    AUTHOR = "AUTHOR"
    PROPOSER = "PROPOSER"
    CLOCK = "CLOCK"
    MODERATION = "MODERATION"
    END = "END"
    """The end of what it is about, or of one of the two: closed, erased, blocked."""


@dataclass(frozen=True, slots=True)
class ExchangeMove:
    """An allowed change of an exchange's status; `before` is None where there was nothing."""

    before: ExchangeStatus | None
    after: ExchangeStatus
    by: Mover


_ASKED = (_S.PROPOSED, _S.WAITING)
_BOTH = (Mover.AUTHOR, Mover.PROPOSER)
EXCHANGE_MOVES = (
    ExchangeMove(None, _S.PROPOSED, Mover.PROPOSER),
    ExchangeMove(None, _S.WAITING, Mover.PROPOSER),
    ExchangeMove(_S.PROPOSED, _S.WAITING, Mover.AUTHOR),
    ExchangeMove(_S.WAITING, _S.PROPOSED, Mover.CLOCK),
    ExchangeMove(_S.PROPOSED, _S.LAPSED, Mover.CLOCK),
    ExchangeMove(_S.WAITING, _S.LAPSED, Mover.CLOCK),
    *(
        move
        for before in _ASKED
        for move in (
            ExchangeMove(before, _S.ACCEPTED, Mover.AUTHOR),
            ExchangeMove(before, _S.DECLINED, Mover.AUTHOR),
            ExchangeMove(before, _S.WITHDRAWN, Mover.PROPOSER),
            ExchangeMove(before, _S.DECLINED, Mover.END),
        )
    ),
    *(ExchangeMove(_S.ACCEPTED, after, by) for after in (_S.DONE, _S.CANCELLED, _S.DISPUTED) for by in _BOTH),
    ExchangeMove(_S.ACCEPTED, _S.DONE, Mover.CLOCK),
    ExchangeMove(_S.ACCEPTED, _S.CANCELLED, Mover.CLOCK),
    ExchangeMove(_S.ACCEPTED, _S.CANCELLED, Mover.END),
    ExchangeMove(_S.DISPUTED, _S.CANCELLED, Mover.END),
    ExchangeMove(_S.DISPUTED, _S.DONE, Mover.MODERATION),
    ExchangeMove(_S.DISPUTED, _S.CANCELLED, Mover.MODERATION),
)
"""All that may become of an exchange. One side says that it is done; the other agrees, or the clock for it."""

EVENTS: dict[ExchangeStatus, EventKind] = {status: EventKind(f"EXCHANGE_{status.value}") for status in ExchangeStatus}
"""The event of reaching a status."""


class PlacePrecision(Enum):
    """How precisely the author shows the proposer where it is, once they have agreed."""

    CELL = "CELL"
    STREET = "STREET"
    POINT = "POINT"


LAPSE_AFTER = timedelta(days=7)
LAPSE_AFTER_URGENT = timedelta(hours=48)
"""A proposal that nobody answers ends after so long; half-way its receiver is reminded."""

AGREED_AFTER = timedelta(days=90)
CLOSED_FOR = timedelta(days=14)
"""What was agreed and of which nobody says that it is done is cancelled so long after it was, or after its contribution
was closed, so that the place is not shown and the words not kept for ever. Each message gives as long again while the
contribution is not closed."""

AGAIN_AFTER = {_S.WITHDRAWN: timedelta(days=1), _S.LAPSED: timedelta(days=1), _S.DECLINED: timedelta(days=7)}
"""So long after each of these ends a person may answer the same contribution again, so that nobody is pressed."""

DONE_AFTER = timedelta(days=7)
"""Where one says that it is done, silence of the other agrees after so long."""

PLACE_AFTER = timedelta(days=7)
"""So long after the end the place can still be seen."""

NEW_FOR = timedelta(days=7)
"""So long somebody is new, until one exchange is done: the activity says how many answers that person may give."""

NOTE_LENGTH = (1, 500)
PLACE_LENGTH = (1, 200)


class Exchange(TenantTable, table=True):
    """`author_id` is the contribution's. `due_at` is when the clock has something to do with it next. `answered_at` is
    the author's first answer. `note` and `place` are for the two alone; `*_read_at` is up to when each has read."""

    __tablename__ = "exchange"
    __table_args__ = (
        one_of("status", ExchangeStatus),
        one_of("reason", ExchangeReason),
        one_of("ended_by", Mover),
        one_of("done_said_by", Party),
        one_of("place_precision", PlacePrecision),
        CheckConstraint("author_id <> proposer_id", name="two_people"),
        CheckConstraint("(done_said_by IS NULL) = (done_said_at IS NULL)", name="done_said_whole"),
        CheckConstraint(
            f"(status IN ({', '.join(repr(status.value) for status in ALIVE)})) = (ended_at IS NULL)",
            name="ended_unless_alive",
        ),
        CheckConstraint(f"char_length(note) BETWEEN {NOTE_LENGTH[0]} AND {NOTE_LENGTH[1]}", name="note_length"),
        CheckConstraint(f"char_length(place) BETWEEN {PLACE_LENGTH[0]} AND {PLACE_LENGTH[1]}", name="place_length"),
        # One at a time of one pair about one contribution.
        Index(
            "exchange_alive",
            "contribution_id",
            "proposer_id",
            unique=True,
            postgresql_where=text(f"status IN ({', '.join(repr(status.value) for status in ALIVE)})"),
        ),
        Index("exchange_contribution", "contribution_id", "proposed_at", "id"),
        Index("exchange_author", "author_id", text("changed_at DESC"), text("id DESC")),
        Index("exchange_proposer", "proposer_id", text("changed_at DESC"), text("id DESC")),
        Index("exchange_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    proposer_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    status: ExchangeStatus = Field(sa_column=text_column())
    is_urgent: bool
    reason: ExchangeReason | None = Field(default=None, sa_column=text_column(nullable=True))
    ended_by: Mover | None = Field(default=None, sa_column=text_column(nullable=True))
    note: str | None = Field(default=None, sa_column=text_column(nullable=True))
    proposed_at: datetime = Field(sa_column=time_column())
    changed_at: datetime = Field(sa_column=time_column())
    lapses_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    nudged_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    answered_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    accepted_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    done_said_by: Party | None = Field(default=None, sa_column=text_column(nullable=True))
    done_said_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    place_precision: PlacePrecision | None = Field(default=None, sa_column=text_column(nullable=True))
    place: str | None = Field(default=None, sa_column=text_column(nullable=True))
    author_read_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    proposer_read_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
