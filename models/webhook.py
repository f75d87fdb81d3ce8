"""Webhook («webhook»): an address of another program, which the portal tells what happened; and what it is told."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

MAX_WEBHOOKS = 10
"""Of one portal: each event is written down once for each of them."""

WEBHOOK_NAME_LENGTH, WEBHOOK_URL_LENGTH = (1, 120), (10, 2_000)


class WebhookSubject(Enum):
    """What an event is about: the object's type in the contract."""

    CONTRIBUTION = "Contribution"
    COMMENT = "Comment"
    ACTIVITY = "Activity"
    SPACE = "ParticipatorySpace"


class WebhookKind(Enum):
    """The kinds of events that a webhook may choose: of what residents see, none of persons."""

    CONTRIBUTION_SUBMITTED = "CONTRIBUTION_SUBMITTED"
    CONTRIBUTION_ACCEPTED = "CONTRIBUTION_ACCEPTED"
    CONTRIBUTION_PUBLISHED = "CONTRIBUTION_PUBLISHED"
    CONTRIBUTION_REVISED = "CONTRIBUTION_REVISED"
    CONTRIBUTION_RENEWED = "CONTRIBUTION_RENEWED"
    CONTRIBUTION_PAUSED = "CONTRIBUTION_PAUSED"
    CONTRIBUTION_RESUMED = "CONTRIBUTION_RESUMED"
    CONTRIBUTION_CLOSED = "CONTRIBUTION_CLOSED"
    CONTRIBUTION_EXPIRED = "CONTRIBUTION_EXPIRED"
    CONTRIBUTION_HELD = "CONTRIBUTION_HELD"
    CONTRIBUTION_HIDDEN = "CONTRIBUTION_HIDDEN"
    CONTRIBUTION_REDACTED = "CONTRIBUTION_REDACTED"
    CONTRIBUTION_RESTORED = "CONTRIBUTION_RESTORED"
    CONTRIBUTION_ESTIMATED = "CONTRIBUTION_ESTIMATED"
    LINEAGE_CHANGED = "LINEAGE_CHANGED"
    MISSION_REVISED = "MISSION_REVISED"
    RESPONSE_PUBLISHED = "RESPONSE_PUBLISHED"
    RESPONSE_REVISED = "RESPONSE_REVISED"
    COMMENT_SUBMITTED = "COMMENT_SUBMITTED"
    COMMENT_ACCEPTED = "COMMENT_ACCEPTED"
    COMMENT_PUBLISHED = "COMMENT_PUBLISHED"
    COMMENT_HELD = "COMMENT_HELD"
    COMMENT_HIDDEN = "COMMENT_HIDDEN"
    COMMENT_REDACTED = "COMMENT_REDACTED"
    COMMENT_RESTORED = "COMMENT_RESTORED"
    PETITION_ADMITTED = "PETITION_ADMITTED"
    PETITION_REFUSED = "PETITION_REFUSED"
    PETITION_OPENED = "PETITION_OPENED"
    PETITION_REACHED = "PETITION_REACHED"
    PETITION_LAPSED = "PETITION_LAPSED"
    PETITION_TRANSMITTED = "PETITION_TRANSMITTED"
    PETITION_SCHEDULED = "PETITION_SCHEDULED"
    PETITION_ANSWERED = "PETITION_ANSWERED"
    AMENDMENT_DECIDED = "AMENDMENT_DECIDED"
    AMENDMENT_OUTDATED = "AMENDMENT_OUTDATED"
    TEXT_VERSION_PUBLISHED = "TEXT_VERSION_PUBLISHED"
    SPACE_CREATED = "SPACE_CREATED"
    SPACE_REVISED = "SPACE_REVISED"
    ACTIVITY_CREATED = "ACTIVITY_CREATED"
    ACTIVITY_REVISED = "ACTIVITY_REVISED"
    CATEGORIES_CHANGED = "CATEGORIES_CHANGED"
    STATUSES_CHANGED = "STATUSES_CHANGED"
    VOTE_RULE_PUBLISHED = "VOTE_RULE_PUBLISHED"
    VOTE_OPENED = "VOTE_OPENED"
    VOTE_CLOSING = "VOTE_CLOSING"
    VOTE_COUNTED = "VOTE_COUNTED"
    SURVEY_FORM_PUBLISHED = "SURVEY_FORM_PUBLISHED"
    SURVEY_RESULTS_PUBLISHED = "SURVEY_RESULTS_PUBLISHED"

    @property
    def subject(self) -> WebhookSubject:
        """What such an event is about."""
        if self.name.startswith("COMMENT_"):
            return WebhookSubject.COMMENT
        if self.name.startswith("SPACE_"):
            return WebhookSubject.SPACE
        return WebhookSubject.ACTIVITY if self.name.startswith(_OF_ACTIVITY) else WebhookSubject.CONTRIBUTION


_OF_ACTIVITY = ("ACTIVITY_", "CATEGORIES_", "STATUSES_", "VOTE_", "SURVEY_", "TEXT_")


class WebhookState(Enum):
    """Whether a webhook is told anything."""

    ON = "ON"
    OFF = "OFF"
    """An administrator switched it off."""

    PAUSED = "PAUSED"
    """It did not answer for days."""

    GONE = "GONE"
    """Its receiver said that it is no more."""


class WebhookDeliveryState(Enum):
    """What became of one event for one webhook."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    GIVEN_UP = "GIVEN_UP"
    """It was tried as often as any is."""


class WebhookProblem(Enum):
    """Why an attempt failed."""

    NOT_PUBLIC = "NOT_PUBLIC"
    """The address leads to no host of the public Internet."""

    NO_ANSWER = "NO_ANSWER"
    LATE = "LATE"
    """There was a connection, and no answer in time."""

    BAD_ANSWER = "BAD_ANSWER"
    """What came back is no HTTP."""

    REDIRECTED = "REDIRECTED"
    REFUSED = "REFUSED"
    """It answered with a status that is no success."""

    NO_SECRET = "NO_SECRET"  # noqa: S105  # The name of a problem.
    """Its secret was sealed under another key of the server's."""


class Webhook(TenantTable, table=True):
    """`sealed_secret` is read by the server alone, as is `former_secret`, with which messages are signed as well until
    `former_until`. It is told of what happened from `since` on. `failing_since` is when the first attempt failed of
    those after which none succeeded; `stopped_at` since when it is told nothing."""

    __tablename__ = "webhook"
    __table_args__ = (
        one_of("state", WebhookState),
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {WEBHOOK_NAME_LENGTH[1]}", name="name_length"),
        CheckConstraint(f"char_length(url) BETWEEN 10 AND {WEBHOOK_URL_LENGTH[1]}", name="url_length"),
        CheckConstraint("cardinality(kinds) BETWEEN 1 AND 100", name="kinds_some"),
        CheckConstraint("num_nulls(former_secret, former_until) IN (0, 2)", name="former_whole"),
        CheckConstraint("(state = 'ON') = (stopped_at IS NULL)", name="stopped_whole"),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_column=text_column())
    url: str = Field(sa_column=text_column())
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    state: WebhookState = Field(sa_column=text_column())
    sealed_secret: str = Field(sa_column=text_column())
    former_secret: str | None = Field(sa_column=text_column(nullable=True))
    former_until: datetime | None = Field(sa_column=time_column(nullable=True))
    since: datetime = Field(sa_column=time_column())
    failing_since: datetime | None = Field(sa_column=time_column(nullable=True))
    stopped_at: datetime | None = Field(sa_column=time_column(nullable=True))
    created_by_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id", default=None)
    created_at: datetime = Field(sa_column=time_column())


class WebhookDelivery(TenantTable, table=True):
    """One event for one webhook; of a trial that an administrator asked for, `event_id` and `kind` are NULL and
    `position` is 0. `kind` is the event's, whose table checks it.

    Of one subject the one of the lowest `position` is sent first; the others wait for it. `due_at` is when it may be
    sent, or sent again: whoever sends it puts that off for as long as it takes. `took_ms` is of the last attempt.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        one_of("state", WebhookDeliveryState),
        one_of("problem", WebhookProblem),
        CheckConstraint("num_nulls(event_id, kind) IN (0, 2)", name="of_event_whole"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        UniqueConstraint("webhook_id", "event_id", name="webhook_delivery_once"),
        Index("webhook_delivery_due", "webhook_id", "due_at", "position", postgresql_where=text("state = 'WAITING'")),
        Index(
            "webhook_delivery_held", "webhook_id", "subject_id", "position", postgresql_where=text("state = 'WAITING'")
        ),
        Index("webhook_delivery_newest", "webhook_id", text("made_at DESC"), text("id DESC")),
        Index("webhook_delivery_made", "made_at"),
    )

    id: UUID = Field(primary_key=True)
    webhook_id: UUID = Field(foreign_key=f"{TENANT}.webhook.id", ondelete="CASCADE")
    event_id: UUID | None
    kind: str | None = Field(sa_column=text_column(nullable=True))
    subject_id: UUID
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: WebhookDeliveryState = Field(sa_column=text_column())
    attempts: int
    due_at: datetime = Field(sa_column=time_column())
    made_at: datetime = Field(sa_column=time_column())
    tried_at: datetime | None = Field(sa_column=time_column(nullable=True))
    status_code: int | None
    problem: WebhookProblem | None = Field(sa_column=text_column(nullable=True))
    took_ms: int | None


def secret_name(webhook: UUID) -> str:
    """Under which name the server seals its secrets."""
    return f"webhook:{webhook}"
