"""Petition («pétition»): how far the city is with a proposal that people sign, and what it owes those who did."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, SmallInteger, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.event import EventKind

REASON_LENGTH, ANSWER_LENGTH, DELIBERATION_LENGTH, LINK_LENGTH = (10, 2_000), (2, 5_000), (1, 60), (9, 500)


class PetitionState(Enum):
    """How far a petition is."""

    SEEKING = "SEEKING"
    """It has fewer sponsors than its rule wants, and is not submitted yet."""

    SUBMITTED = "SUBMITTED"
    ADMISSIBLE = "ADMISSIBLE"
    INADMISSIBLE = "INADMISSIBLE"
    OPEN = "OPEN"
    REACHED = "REACHED"
    """A level is reached; it stays so when a signature is withdrawn afterwards."""

    INVALIDATED = "INVALIDATED"
    """It had reached a level, and a sample says that too few of its signatures are valid; it can be taken back."""

    LAPSED = "LAPSED"
    TRANSMITTED = "TRANSMITTED"
    ON_AGENDA = "ON_AGENDA"
    ANSWERED = "ANSWERED"


class PetitionMover(Enum):
    """Who moves a petition on."""

    AUTHOR = "AUTHOR"
    CITY = "CITY"
    """Moderators, administrators, editors of its space, and members of the city's services."""

    SPONSOR = "SPONSOR"
    """The last one whom the rule wants; the clock, where the rule wants fewer than before."""

    CLOCK = "CLOCK"


@dataclass(frozen=True, slots=True)
class PetitionMove:
    """An allowed change of a petition's state, and the event that says so."""

    before: PetitionState
    after: PetitionState
    by: tuple[PetitionMover, ...]
    event: EventKind


_STATE = PetitionState
_CITY, _CLOCK = (PetitionMover.CITY,), (PetitionMover.CLOCK,)

MOVES: tuple[PetitionMove, ...] = (
    PetitionMove(
        _STATE.SEEKING,
        _STATE.SUBMITTED,
        (PetitionMover.SPONSOR, PetitionMover.CLOCK),
        EventKind.PETITION_PARTIES_CHANGED,
    ),
    PetitionMove(_STATE.SUBMITTED, _STATE.ADMISSIBLE, _CITY, EventKind.PETITION_ADMITTED),
    PetitionMove(_STATE.SUBMITTED, _STATE.INADMISSIBLE, _CITY, EventKind.PETITION_REFUSED),
    PetitionMove(_STATE.ADMISSIBLE, _STATE.OPEN, (PetitionMover.AUTHOR, PetitionMover.CITY), EventKind.PETITION_OPENED),
    PetitionMove(_STATE.OPEN, _STATE.REACHED, _CLOCK, EventKind.PETITION_REACHED),
    PetitionMove(_STATE.REACHED, _STATE.REACHED, _CLOCK, EventKind.PETITION_REACHED),
    PetitionMove(_STATE.OPEN, _STATE.LAPSED, _CLOCK, EventKind.PETITION_LAPSED),
    PetitionMove(_STATE.REACHED, _STATE.INVALIDATED, _CITY, EventKind.PETITION_SAMPLED),
    PetitionMove(_STATE.INVALIDATED, _STATE.REACHED, _CITY, EventKind.PETITION_SIGNATURES_JUDGED),
    PetitionMove(_STATE.REACHED, _STATE.TRANSMITTED, _CITY, EventKind.PETITION_TRANSMITTED),
    PetitionMove(_STATE.TRANSMITTED, _STATE.ON_AGENDA, _CITY, EventKind.PETITION_SCHEDULED),
    PetitionMove(_STATE.ON_AGENDA, _STATE.ON_AGENDA, _CITY, EventKind.PETITION_SCHEDULED),
    PetitionMove(_STATE.TRANSMITTED, _STATE.ANSWERED, _CITY, EventKind.PETITION_ANSWERED),
    PetitionMove(_STATE.ON_AGENDA, _STATE.ANSWERED, _CITY, EventKind.PETITION_ANSWERED),
)
"""All of them. What is answered by mediation or a debate never comes on the agenda; a session that is put off is
another day of the same state."""

SESSION_WITHIN_DAYS = 1_830
"""A session is no later than this after the petition was handed on: an assembly is elected for six years."""

WRITABLE = (PetitionState.SEEKING, PetitionState.SUBMITTED)
"""In which its words may still change, while nobody sponsors it."""

SIGNABLE = (PetitionState.OPEN, PetitionState.REACHED)
"""In which it is signed, until it closes."""

HANDED_ON = (PetitionState.TRANSMITTED, PetitionState.ON_AGENDA)
"""In which the city answers those who signed, also when its author has left it."""

_UNDECIDED = "'SEEKING', 'SUBMITTED'"
_UNOPENED = "'SEEKING', 'SUBMITTED', 'ADMISSIBLE', 'INADMISSIBLE'"
_ACKNOWLEDGED = "'TRANSMITTED', 'ON_AGENDA', 'ANSWERED'"


class Petition(TenantTable, table=True):
    """The state of a proposal in an activity that has a petition rule, with when it came there.

    It gathers signatures in [opened_at, closes_at), and no longer than its activity. `reached_levels` counts levels of
    the rule, the lowest first. `due_at` is by when the city owes the next step (NULL: it owes none). `is_by_law`: it
    was opened under a rule by article L1112-16, and is signed so to its end, whatever the rule says since.
    The `sample_…` columns say how its signatures are checked (`models.sampling`), and what came out.
    `roll_checks` are the electoral rolls that its signatures were compared with, of each commune the last one.
    Who has the `author_code` may become another author before that.
    """

    __tablename__ = "petition"
    __table_args__ = (
        one_of("state", PetitionState),
        UniqueConstraint("contribution_id", name="petition_once"),
        CheckConstraint("(state = 'INADMISSIBLE') = (reason IS NOT NULL)", name="refused_with_reason"),
        CheckConstraint(f"(state IN ({_UNDECIDED})) = (decided_at IS NULL)", name="decided_once"),
        CheckConstraint(
            f"(state IN ({_UNOPENED})) = (opened_at IS NULL) AND (opened_at IS NULL) = (closes_at IS NULL)",
            name="gathers_once",
        ),
        CheckConstraint("closes_at > opened_at", name="gathering_forward"),
        CheckConstraint("jsonb_typeof(roll_checks) = 'array'", name="rolls_listed"),
        CheckConstraint(
            f"(state IN ('REACHED', 'INVALIDATED', {_ACKNOWLEDGED})) = (reached_at IS NOT NULL)"
            " AND (reached_at IS NOT NULL) = (reached_levels > 0)",
            name="reached_for_good",
        ),
        CheckConstraint("(state = 'LAPSED') = (lapsed_at IS NOT NULL)", name="lapsed_once"),
        CheckConstraint(f"(state IN ({_ACKNOWLEDGED})) = (transmitted_at IS NOT NULL)", name="acknowledged"),
        CheckConstraint("(scheduled_at IS NULL) = (session_on IS NULL)", name="scheduled_on_a_day"),
        CheckConstraint("state <> 'ON_AGENDA' OR session_on IS NOT NULL", name="agenda_of_a_session"),
        CheckConstraint(
            "(state = 'ANSWERED') = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answer IS NULL)",
            name="answered_in_words",
        ),
        CheckConstraint("(state = 'INVALIDATED') = (invalid_reason IS NOT NULL)", name="invalid_with_reason"),
        CheckConstraint(
            "num_nulls(sample_seed, sample_permille, sample_announced_at) IN (0, 3)", name="sample_announced_whole"
        ),
        CheckConstraint(
            "num_nulls(sample_drawn_at, sample_population, sample_size) IN (0, 3)"
            " AND (sample_drawn_at IS NULL OR sample_announced_at < sample_drawn_at)",
            name="sample_drawn_whole",
        ),
        CheckConstraint(
            "num_nulls(sample_valid, sample_estimate, sample_low, sample_high) IN (0, 4)"
            " AND (sample_valid IS NULL OR sample_drawn_at IS NOT NULL)",
            name="sample_checked_whole",
        ),
        CheckConstraint("link ~ '^https://'", name="link_is_safe"),
        Index("petition_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("petition_closing", "closes_at", postgresql_where=text("state IN ('OPEN', 'REACHED')")),
        Index("petition_state", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    state: PetitionState = Field(sa_column=text_column())
    submitted_at: datetime = Field(sa_column=time_column())
    decided_at: datetime | None = Field(sa_column=time_column(nullable=True))
    reason: str | None = Field(sa_column=text_column(nullable=True))
    opened_at: datetime | None = Field(sa_column=time_column(nullable=True))
    closes_at: datetime | None = Field(sa_column=time_column(nullable=True))
    reached_at: datetime | None = Field(sa_column=time_column(nullable=True))
    reached_levels: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    lapsed_at: datetime | None = Field(sa_column=time_column(nullable=True))
    transmitted_at: datetime | None = Field(sa_column=time_column(nullable=True))
    scheduled_at: datetime | None = Field(sa_column=time_column(nullable=True))
    session_on: date | None = None
    answered_at: datetime | None = Field(sa_column=time_column(nullable=True))
    answer: str | None = Field(sa_column=text_column(nullable=True))
    deliberation: str | None = Field(sa_column=text_column(nullable=True))
    link: str | None = Field(sa_column=text_column(nullable=True))
    due_at: datetime | None = Field(sa_column=time_column(nullable=True))
    sample_seed: str | None = Field(sa_column=text_column(nullable=True))
    sample_permille: int | None = Field(sa_column=Column(SmallInteger))
    sample_announced_at: datetime | None = Field(sa_column=time_column(nullable=True))
    sample_drawn_at: datetime | None = Field(sa_column=time_column(nullable=True))
    sample_population: int | None = None
    sample_size: int | None = None
    sample_valid: int | None = None
    sample_estimate: int | None = None
    sample_low: int | None = None
    sample_high: int | None = None
    invalid_reason: str | None = Field(sa_column=text_column(nullable=True))
    author_code: UUID = Field(sa_column=Column(Uuid, nullable=False, server_default=text("gen_random_uuid()")))
    roll_checks: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    is_by_law: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
