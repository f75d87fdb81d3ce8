"""Moderation («modération»): a case for each thing that was reported, and decisions with their statement of reasons."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.report import ReportCategory


class CaseState(Enum):
    """Where a case is."""

    OPEN = "OPEN"
    DECIDED = "DECIDED"
    APPEALED = "APPEALED"
    """A decision on it is contested, and another moderator has to answer."""

    VOID = "VOID"
    """What it was about has vanished."""


class CaseCause(Enum):
    """What opened a case."""

    REPORTS = "REPORTS"
    REVIEW = "REVIEW"
    """It waits before anybody has seen it, by the rule of its activity."""

    AIDS = "AIDS"
    """A program has marked something."""


class DecisionAction(Enum):
    """What a moderator decides."""

    HIDE = "HIDE"
    REDACT = "REDACT"
    RESTORE = "RESTORE"
    WARN = "WARN"
    SUSPEND = "SUSPEND"
    LIFT = "LIFT"
    NOTHING = "NOTHING"


REASONED = (DecisionAction.HIDE, DecisionAction.REDACT, DecisionAction.WARN, DecisionAction.SUSPEND)
"""What is decided against somebody, who is told why."""

ABOUT_AUTHOR = (DecisionAction.SUSPEND, DecisionAction.LIFT)
"""What leaves the content as it is: such a decision takes the place of none about the content."""

RESTRICTING = (DecisionAction.HIDE, DecisionAction.REDACT, DecisionAction.SUSPEND)
"""What the public journal tells."""

LONGEST_SUSPENSION = timedelta(days=366)


class DecisionGround(Enum):
    """On what a decision stands."""

    ILLEGAL = "ILLEGAL"
    TERMS = "TERMS"


class NoticeSource(Enum):
    """What made the moderators look, in the terms of the European Union's transparency database."""

    ARTICLE_16 = "ARTICLE_16"
    TRUSTED_FLAGGER = "TRUSTED_FLAGGER"
    OTHER_NOTIFICATION = "OTHER_NOTIFICATION"
    VOLUNTARY = "VOLUNTARY"


class ReportPart(Enum):
    """The parts of the yearly report, after the templates of Regulation (EU) 2024/2835."""

    NOTICES = "NOTICES"
    TRUSTED_NOTICES = "TRUSTED_NOTICES"
    OTHER_REPORTS = "OTHER_REPORTS"
    NOTICE_ACTIONS = "NOTICE_ACTIONS"
    TRUSTED_ACTIONS = "TRUSTED_ACTIONS"
    OWN_INITIATIVE = "OWN_INITIATIVE"
    RESTRICTIONS = "RESTRICTIONS"
    COMPLAINTS = "COMPLAINTS"
    AUTOMATED = "AUTOMATED"
    PEOPLE = "PEOPLE"


RULE_LENGTH = (3, 500)
FACTS_LENGTH = (10, 2_000)
WHY_LENGTH = (1, 2_000)


class ModerationCase(TenantTable, table=True):
    """One for each contribution, comment or message, however many reports there are.

    `comment_id` and `message_id` NULL: it is about the contribution itself; a message is of an exchange about it.
    `version` counts decisions, `report_count` the reports since it was opened last, at `opened_at`.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        one_of("state", CaseState),
        one_of("cause", CaseCause),
        UniqueConstraint(
            "contribution_id",
            "comment_id",
            "message_id",
            name="moderation_case_subject",
            postgresql_nulls_not_distinct=True,
        ),
        Index("moderation_case_waiting", "state", "urgency", "opened_at", "id"),
        Index("moderation_case_done", "state", text("changed_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    comment_id: UUID | None = Field(foreign_key=f"{TENANT}.comment.id")
    message_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.message.id")
    state: CaseState = Field(sa_column=text_column())
    urgency: int = Field(sa_column=Column(SmallInteger, nullable=False))
    cause: CaseCause = Field(default=CaseCause.REPORTS, sa_column=text_column(server_default=text("'REPORTS'")))
    report_count: int
    version: int
    opened_at: datetime = Field(sa_column=time_column())
    changed_at: datetime = Field(sa_column=time_column())


class ModerationDecision(TenantTable, table=True):
    """A decision and, where it is against somebody, its statement of reasons, in the columns of the European Union's
    transparency database. `seen_title` and `seen_body` are the version that the moderator saw, and of what is redacted
    the author's; `redacted_*` is what the public reads instead. `suspended_until` is of a suspension, which ends by
    itself, or at `lifted_at`.

    No decision is automatic. A restriction holds everywhere, until it is reversed.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (
        one_of("action", DecisionAction),
        one_of("category", ReportCategory),
        one_of("ground", DecisionGround),
        one_of("source", NoticeSource),
        CheckConstraint(
            "num_nulls(category, ground, rule, facts)"
            " = CASE WHEN action IN ('HIDE', 'REDACT', 'WARN', 'SUSPEND') THEN 0 ELSE 4 END",
            name="reasons_where_they_are_due",
        ),
        CheckConstraint("redacted_body IS NULL OR action = 'REDACT'", name="redacted_where_due"),
        CheckConstraint("redacted_title IS NULL OR redacted_body IS NOT NULL", name="redacted_whole"),
        CheckConstraint("(action = 'SUSPEND') = (suspended_until IS NOT NULL)", name="suspended_until_when"),
        CheckConstraint("lifted_at IS NULL OR action = 'SUSPEND'", name="lifted_where_suspended"),
        CheckConstraint(f"char_length(rule) BETWEEN {RULE_LENGTH[0]} AND {RULE_LENGTH[1]}", name="rule_length"),
        CheckConstraint(f"char_length(facts) BETWEEN {FACTS_LENGTH[0]} AND {FACTS_LENGTH[1]}", name="facts_length"),
        CheckConstraint(
            f"char_length(explanation) BETWEEN {WHY_LENGTH[0]} AND {WHY_LENGTH[1]}", name="explanation_length"
        ),
        Index("moderation_decision_case", "case_id", text("id DESC")),
        Index("moderation_decision_newest", "action", text("decided_at DESC"), text("id DESC")),
        Index("moderation_decision_author", "author_id", text("decided_at DESC"), text("id DESC")),
        Index("moderation_decision_decided", "decided_at"),
        # Who may not speak now.
        Index(
            "moderation_decision_suspended",
            "author_id",
            "suspended_until",
            postgresql_where=text("suspended_until IS NOT NULL AND lifted_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key=f"{TENANT}.moderation_case.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    moderator_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    action: DecisionAction = Field(sa_column=text_column())
    category: ReportCategory | None = Field(sa_column=text_column(nullable=True))
    ground: DecisionGround | None = Field(sa_column=text_column(nullable=True))
    rule: str | None = Field(sa_column=text_column(nullable=True))
    facts: str | None = Field(sa_column=text_column(nullable=True))
    explanation: str | None = Field(sa_column=text_column(nullable=True))
    is_detected_automatically: bool
    source: NoticeSource = Field(sa_column=text_column())
    seen_title: str | None = Field(sa_column=text_column(nullable=True))
    seen_body: str = Field(sa_column=text_column())
    redacted_title: str | None = Field(default=None, sa_column=text_column(nullable=True))
    redacted_body: str | None = Field(default=None, sa_column=text_column(nullable=True))
    suspended_until: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    lifted_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    decided_at: datetime = Field(sa_column=time_column())
