"""Polling desk («bureau de vote»): where people vote on paper, who keeps it, and the list that voters sign."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from models import word
from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.proof import ProofLevel


class VoteChannel(Enum):
    """How a ballot came in («canal»)."""

    ONLINE = "ONLINE"
    DESK = "DESK"
    PAPER = "PAPER"
    IMPORTED = "IMPORTED"
    """In a file of a finished vote, whatever way it had come in there."""


class CountedBy(Enum):
    """How a desk's paper is counted: as totals on its record, or ballot by ballot, each typed by two people."""

    TOTALS = "TOTALS"
    BALLOTS = "BALLOTS"


ON_PAPER = (VoteChannel.DESK, VoteChannel.PAPER)
"""What desks are set up for."""

MAX_DESKS, MAX_AGENTS = 200, 50
"""Of one activity, and of one desk."""

MARKS_WAIT = timedelta(days=3)
"""So long after the close marks come in whose paper is in the box: a tablet finds a line again within a weekend."""

DESK_NAME_LENGTH = (2, 120)
VOTER_NAME_LENGTH = (2, 120)


def voter_letters(name: str) -> str:
    """A voter's name as the release before keyed it: plain letters, the words in order, particles among them. For who
    signed in a vote that was open while this one was installed."""
    letters = (letter if letter.isalnum() else " " for letter in word.plain(name).casefold())
    return " ".join(sorted("".join(letters).split()))


class PollingDesk(TenantTable, table=True):
    """A desk of one activity. `channel` says whether people vote there or send their paper to it. With an
    `import_run_id` it holds ballots of an imported file: nobody keeps it, and it goes with the import.
    """

    __tablename__ = "polling_desk"
    __table_args__ = (
        one_of("channel", (*ON_PAPER, VoteChannel.IMPORTED)),
        one_of("counted_by", CountedBy),
        CheckConstraint("(channel = 'IMPORTED') = (import_run_id IS NOT NULL)", name="imported_by_a_run"),
        UniqueConstraint("activity_id", "name", name="polling_desk_once"),
        Index("polling_desk_import", "import_run_id", postgresql_where=text("import_run_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    name: str = Field(sa_column=text_column())
    channel: VoteChannel = Field(sa_column=text_column())
    counted_by: CountedBy = Field(sa_column=text_column(server_default="TOTALS"))
    opened_at: datetime = Field(sa_column=time_column())
    import_run_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.import_run.id")


class PollingAgent(TenantTable, table=True):
    """Who keeps a desk: marks who has voted there and writes its record («agent du bureau»)."""

    __tablename__ = "polling_agent"
    __table_args__ = (UniqueConstraint("desk_id", "actor_id"), Index("polling_agent_actor", "actor_id"))

    id: UUID = Field(primary_key=True)
    desk_id: UUID = Field(foreign_key=f"{TENANT}.polling_desk.id")
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    given_at: datetime = Field(sa_column=time_column())


class Signing(TenantTable, table=True):
    """Somebody's signature in the list of those who have voted («émargement»): one in an activity, whatever the desk.

    The voter is an account's actor, or is known by `voter_key` alone; once erased, by neither. `first_key` is of the
    same person by the first given name alone, where there are more. `is_double`: the paper
    was in a box already when it was seen that the voter had signed elsewhere; it cannot be taken out, and is told.

    In a secret vote (`models.urn`) voters sign online, too: without desk, with the `receipt` of the envelope that is
    `sealed` for the urn's key until the urn is opened, and the level of their `proof` where the vote asks for one.
    """

    __tablename__ = "signing"
    __table_args__ = (
        one_of("proof", ProofLevel),
        CheckConstraint("(desk_id IS NULL) = (receipt IS NOT NULL)", name="receipt_online"),
        CheckConstraint("sealed IS NULL OR desk_id IS NULL", name="sealed_online"),
        CheckConstraint("num_nonnulls(actor_id, voter_key) <= 1", name="one_voter"),
        Index("signing_actor_once", "activity_id", "actor_id", unique=True, postgresql_where=text("NOT is_double")),
        Index("signing_key_once", "activity_id", "voter_key", unique=True, postgresql_where=text("NOT is_double")),
        Index("signing_first", "activity_id", "first_key", postgresql_where=text("first_key IS NOT NULL")),
        Index("signing_desk", "desk_id", "signed_at"),
        Index("signing_voter", "actor_id"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    desk_id: UUID | None = Field(foreign_key=f"{TENANT}.polling_desk.id")
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    voter_key: str | None = Field(sa_column=text_column(nullable=True))
    first_key: str | None = Field(sa_column=text_column(nullable=True))
    is_double: bool = Field(sa_column=Column(Boolean, nullable=False))
    signed_at: datetime = Field(sa_column=time_column())
    sealed: str | None = Field(sa_column=text_column(nullable=True))
    receipt: str | None = Field(sa_column=text_column(nullable=True))
    proof: ProofLevel | None = Field(sa_column=text_column(nullable=True))
