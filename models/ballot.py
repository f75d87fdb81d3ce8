"""Ballot («bulletin»): what one actor cast as a whole in one activity, and the rule of what it may hold."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import MAX_EUROS
from models.proof import ProofLevel
from models.vote import Choice

MAX_VOTES = 1_000
"""In one ballot: more projects than any city has put to the vote."""

LIMITS: dict[str, tuple[int, int]] = {
    "vote_least": (0, MAX_VOTES),
    "vote_most": (1, MAX_VOTES),
    "vote_most_each": (1, 100),
    "vote_grades": (3, 7),
    "budget_euros": (1, MAX_EUROS),
}
"""What the columns of an activity's rule may hold; which of them its method uses, and how, is the method's."""


@dataclass(frozen=True, slots=True)
class VoteRule:
    """What a ballot may hold; each method says of which of these it is made, the others are None.

    `least` and `most` are a number of projects, of points in all, or per cent of the budget.
    """

    least: int | None = None
    most: int | None = None
    most_each: int | None = None
    grades: int | None = None
    budget_euros: int | None = None


COLUMNS = {
    "vote_least": "least",
    "vote_most": "most",
    "vote_most_each": "most_each",
    "vote_grades": "grades",
    "budget_euros": "budget_euros",
}
"""Where an activity keeps its rule."""


class Ballot(TenantTable, table=True):
    """A ballot that was cast. Drafts are no rows: what is here counts, and what counts by whole ballots is here.

    Whoever casts, changes or withdraws locks this row first, which belongs to one voter in one activity: so a voter's
    acts come one after another, and no voter waits for another. `activity_id` is no foreign key, which would have every
    voter lock the activity's row. A blank ballot has no votes and is counted as blank. `receipt` is a digest of what it
    says and of `salt`; both are published when the vote is counted, and nobody learns from them whose it is. `proof` is
    the level of its voter's proof, where the vote asks for one.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        one_of("proof", ProofLevel),
        UniqueConstraint("activity_id", "actor_id", name="ballot_once"),
        Index("ballot_actor", "actor_id"),
        Index("ballot_receipt", "receipt"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    is_blank: bool
    cast_at: datetime = Field(sa_column=time_column())
    salt: str | None = Field(sa_column=text_column(nullable=True))
    receipt: str | None = Field(sa_column=text_column(nullable=True))
    proof: ProofLevel | None = Field(sa_column=text_column(nullable=True))


class SaidOfProject(Protocol):
    """What a ballot says of one project."""

    @property
    def choice(self) -> Choice:
        """The choice."""

    @property
    def amount(self) -> int | None:
        """Points, a rank, euros."""


BLANK = "BLANK"
RECEIPT_LETTERS = 24
"""Of the digest: 96 bits, which no other ballot has and people still compare."""


def says(said: Mapping[UUID, SaidOfProject]) -> str:
    """What a ballot says, as the published file says it: `project=CHOICE:amount`, in the order of projects' ids."""
    amounts = {id_: "" if voice.amount is None else voice.amount for id_, voice in said.items()}
    votes = (f"{id_}={voice.choice.value}:{amounts[id_]}" for id_, voice in said.items())
    return ",".join(sorted(votes)) or BLANK


def new_salt() -> str:
    """Chance, so that nobody finds out what a receipt stands for before the ballots are published."""
    return secrets.token_hex(16)


def receipt_of(salt: str, said: str) -> str:
    """The receipt («récépissé») of what a ballot says: found in the published file, with its salt."""
    return sha256(f"{salt};{said}".encode()).hexdigest()[:RECEIPT_LETTERS].upper()
