"""Petition signature («signature d'électeur»): who signs a petition by article L1112-16 of the CGCT, as keyed digests,
once in a quarter."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.proof import first_given, person_parts
from models.set_aside import DoubtSign

ASIDE_LENGTH = (10, 1_000)
APPEAL_LENGTH = (10, 1_000)
SIGNS = (DoubtSign.MAILBOX, DoubtSign.DOMAIN, DoubtSign.ALIKE)
"""What accounts' addresses may have in common; of an elector nothing else is known that could be compared."""

ASIDE = ("set_aside_sign", "set_aside_reason", "set_aside_at")
"""Columns of what is set aside."""

ANSWERED = ("appeal", "appealed_at", "reply", "replied_at")
"""Columns of what is said of a judgement; another one empties them."""

ELECTOR_AGE = 18
"""Years of whoever is an elector on the day of signing."""


class RollResult(Enum):
    """What the electoral roll says of a signature that was compared with it."""

    ON_ROLL = "ON_ROLL"
    NOT_ON_ROLL = "NOT_ON_ROLL"
    NOT_COMPARABLE = "NOT_COMPARABLE"
    """Its digest was removed before."""


class PetitionSignature(TenantTable, table=True):
    """An elector's signature of one petition by the law. Of what was typed the digests and the commune are kept.

    `quarter` is the first day of the calendar quarter, by the portal's clock, in which it counts. `quarter_digest` is
    keyed with the server's secret and of this quarter: unique over all petitions of the portal; NULL once the quarter
    is over. `elector_digest` is of this petition, so that nobody signs it again in another quarter; NULL once the
    petition is over. `commune` is the INSEE code of the commune on whose roll the elector is. `contribution_id` is no
    foreign key, which would have every elector lock the contribution's row.

    A signature on paper has its `sheet_id`, a version of a sheet, and the `line` there, from 1; no actor. Once another
    version takes the place of its sheet's it has no digests and does not count. `sample_rank` is its place in a sample
    that is checked; what is not valid there has a `check_reason`. What is set aside stays, and is not counted.

    What its signer says against either is `appeal`, once, and the city answers in `reply`, also where it counts again
    unasked; another judgement empties both. `roll_result` is what the electoral roll said when it was compared last
    (NULL: it never was).
    """

    __tablename__ = "petition_signature"
    __table_args__ = (
        UniqueConstraint("quarter_digest", name="signed_once_a_quarter"),
        UniqueConstraint("contribution_id", "elector_digest", name="signed_once"),
        UniqueConstraint("quarter", "actor_id", name="account_of_one_elector"),
        CheckConstraint("quarter = date_trunc('quarter', quarter::timestamp)", name="a_quarter"),
        CheckConstraint(
            "(sheet_id IS NULL) = (line IS NULL) AND (sheet_id IS NULL OR actor_id IS NULL)", name="paper_has_a_line"
        ),
        UniqueConstraint("contribution_id", "sample_rank", name="sampled_once"),
        CheckConstraint("is_valid IS NULL OR sample_rank IS NOT NULL", name="checked_in_the_sample"),
        CheckConstraint("(is_valid IS FALSE) = (check_reason IS NOT NULL)", name="invalid_with_a_reason"),
        CheckConstraint("num_nulls(set_aside_sign, set_aside_reason, set_aside_at) IN (0, 3)", name="set_aside_whole"),
        CheckConstraint("appeal IS NULL OR appealed_at IS NOT NULL", name="appeal_whole"),
        CheckConstraint("reply IS NULL OR replied_at IS NOT NULL", name="reply_whole"),
        one_of("roll_result", RollResult),
        Index("petition_signature_actor", "actor_id"),
        Index("petition_signature_appeal", "contribution_id", postgresql_where=text("appealed_at IS NOT NULL")),
        Index("petition_signature_aside", "contribution_id", postgresql_where=text("set_aside_at IS NOT NULL")),
        Index("petition_signature_sheet", "sheet_id", postgresql_where=text("sheet_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    quarter: date
    quarter_digest: str | None = Field(sa_column=text_column(nullable=True))
    elector_digest: str | None = Field(sa_column=text_column(nullable=True))
    commune: str = Field(sa_column=text_column())
    signed_at: datetime = Field(sa_column=time_column())
    sheet_id: UUID | None = Field(foreign_key=f"{TENANT}.petition_sheet.id")
    line: int | None = Field(sa_column=Column(SmallInteger))
    sample_rank: int | None = None
    is_valid: bool | None = None
    check_reason: str | None = Field(sa_column=text_column(nullable=True))
    set_aside_sign: str | None = Field(sa_column=text_column(nullable=True))
    set_aside_reason: str | None = Field(sa_column=text_column(nullable=True))
    set_aside_at: datetime | None = Field(sa_column=time_column(nullable=True))
    appeal: str | None = Field(sa_column=text_column(nullable=True))
    appealed_at: datetime | None = Field(sa_column=time_column(nullable=True))
    reply: str | None = Field(sa_column=text_column(nullable=True))
    replied_at: datetime | None = Field(sa_column=time_column(nullable=True))
    roll_result: RollResult | None = Field(sa_column=text_column(nullable=True))


def elector_parts(given_names: str, family_name: str, born_on: date) -> tuple[str, ...]:
    """What of an elector is keyed: the first given name, the family name and the birth date, however they are written.
    Paper has one given name where an account says three."""
    return person_parts(f"{first_given(given_names)} {family_name}", born_on)
