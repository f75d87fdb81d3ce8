"""Report («signalement»): what somebody finds wrong with a contribution or a comment, with a receipt and an answer."""

import secrets
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, false, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column


class ReportCategory(Enum):
    """What is wrong, in the categories of the European Union's transparency database."""

    ANIMAL_WELFARE = "ANIMAL_WELFARE"
    CONSUMER_INFORMATION = "CONSUMER_INFORMATION"
    CYBER_VIOLENCE = "CYBER_VIOLENCE"
    CYBER_VIOLENCE_AGAINST_WOMEN = "CYBER_VIOLENCE_AGAINST_WOMEN"
    DATA_PROTECTION_AND_PRIVACY_VIOLATIONS = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
    ILLEGAL_OR_HARMFUL_SPEECH = "ILLEGAL_OR_HARMFUL_SPEECH"
    INTELLECTUAL_PROPERTY_INFRINGEMENTS = "INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS = "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"
    NOT_SPECIFIED_NOTICE = "NOT_SPECIFIED_NOTICE"
    OTHER_VIOLATION_TC = "OTHER_VIOLATION_TC"
    PROTECTION_OF_MINORS = "PROTECTION_OF_MINORS"
    RISK_FOR_PUBLIC_SECURITY = "RISK_FOR_PUBLIC_SECURITY"
    SCAMS_AND_FRAUD = "SCAMS_AND_FRAUD"
    SELF_HARM = "SELF_HARM"
    UNSAFE_AND_PROHIBITED_PRODUCTS = "UNSAFE_AND_PROHIBITED_PRODUCTS"
    VIOLENCE = "VIOLENCE"


_URGENT = (
    ReportCategory.PROTECTION_OF_MINORS,
    ReportCategory.VIOLENCE,
    ReportCategory.SELF_HARM,
    ReportCategory.RISK_FOR_PUBLIC_SECURITY,
    ReportCategory.DATA_PROTECTION_AND_PRIVACY_VIOLATIONS,
)
_MILD = (ReportCategory.OTHER_VIOLATION_TC, ReportCategory.NOT_SPECIFIED_NOTICE)

URGENT, USUAL_URGENCY, MILD = 1, 3, 5
URGENCY = {
    category: URGENT if category in _URGENT else MILD if category in _MILD else USUAL_URGENCY
    for category in ReportCategory
}
"""How soon a category wants an answer: the least comes first in the queue."""

TRUSTED_AHEAD = 1
"""By so much a report of a trusted flagger comes before others that are as urgent: nothing goes before children and
violence."""

HOLDING = (ReportCategory.PROTECTION_OF_MINORS, ReportCategory.DATA_PROTECTION_AND_PRIVACY_VIOLATIONS)
HOLDING_REPORTS = 3
"""So many reporters of these categories hold what they report until a moderator decides. No other report does: else
three accounts could silence anybody."""

UNLAWFUL = tuple(category for category in ReportCategory if category not in _MILD)
"""What claims that the law is broken: such a report is a notice of article 16 of Regulation (EU) 2022/2065."""

QUOTE_LENGTH = (1, 500)
EXPLANATION_LENGTH = (1, 2_000)
A_DAY, A_DAY_BY_OFFICE = 20, 1_000
"""So many reports one actor may send in a day; and one whose task it is: who moderates, an administrator who checks
what an analysis has noticed, a trusted flagger."""

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are mistaken for one another when a receipt is read out."""


def new_receipt() -> str:
    """A number that a reporter quotes, for example `7KQ4-2MXB`; 31⁸ there are."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


class Report(TenantTable, table=True):
    """`quote` is the exact place, in the words that are reported. NULL in `decision_id`: not answered yet.

    `is_trusted`: its sender was a trusted flagger when it was sent. `reporter_id` is NULL once the reporter was erased.
    """

    __tablename__ = "report"
    __table_args__ = (
        one_of("category", ReportCategory),
        CheckConstraint(f"char_length(quote) BETWEEN {QUOTE_LENGTH[0]} AND {QUOTE_LENGTH[1]}", name="quote_length"),
        CheckConstraint(
            f"char_length(explanation) BETWEEN {EXPLANATION_LENGTH[0]} AND {EXPLANATION_LENGTH[1]}",
            name="explanation_length",
        ),
        Index("report_receipt", "receipt", unique=True),
        # One at a time of one person about one thing.
        Index("report_waiting", "case_id", "reporter_id", unique=True, postgresql_where=text("decision_id IS NULL")),
        Index("report_case", "case_id", "id"),
        # The yearly report reads by time, as it does of decisions and appeals.
        Index("report_created", "created_at"),
        Index("report_reporter", "reporter_id", text("created_at DESC"), text("id DESC")),
        Index("report_decision", "decision_id", postgresql_where=text("decision_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key=f"{TENANT}.moderation_case.id")
    reporter_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    category: ReportCategory = Field(sa_column=text_column())
    quote: str | None = Field(sa_column=text_column(nullable=True))
    explanation: str | None = Field(sa_column=text_column(nullable=True))
    receipt: str = Field(sa_column=text_column())
    created_at: datetime = Field(sa_column=time_column())
    decision_id: UUID | None = Field(foreign_key=f"{TENANT}.moderation_decision.id")
    is_trusted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
