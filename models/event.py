"""Event («événement») and the journal that seals events: what happened, written in the transaction in which it did."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TenantTable, one_of, text_column, time_column
from models.webhook import WebhookKind


class EventKind(Enum):
    """What happened. A vote has no event: its own row says who voted and when, and is sealed as it is."""

    CONTRIBUTION_PUBLISHED = "CONTRIBUTION_PUBLISHED"
    CONTRIBUTION_REVISED = "CONTRIBUTION_REVISED"
    CONTRIBUTION_RENEWED = "CONTRIBUTION_RENEWED"
    CONTRIBUTION_PAUSED = "CONTRIBUTION_PAUSED"
    CONTRIBUTION_RESUMED = "CONTRIBUTION_RESUMED"
    CONTRIBUTION_CLOSED = "CONTRIBUTION_CLOSED"
    CONTRIBUTION_EXPIRED = "CONTRIBUTION_EXPIRED"
    CONTRIBUTION_IMPORTED = "CONTRIBUTION_IMPORTED"
    CONTRIBUTION_TAKEN_BACK = "CONTRIBUTION_TAKEN_BACK"
    CONTRIBUTION_ESTIMATED = "CONTRIBUTION_ESTIMATED"
    CONTRIBUTION_TAKEN_OVER = "CONTRIBUTION_TAKEN_OVER"
    CONTRIBUTION_CALLED = "CONTRIBUTION_CALLED"
    """By the clock: a wave of neighbours is told of a request; the payload has its number."""
    CONTRIBUTION_UNANSWERED = "CONTRIBUTION_UNANSWERED"
    """By the clock: no wave has brought a request an answer."""
    COMMENT_PUBLISHED = "COMMENT_PUBLISHED"
    ROLE_CHANGED = "ROLE_CHANGED"
    SESSIONS_REVOKED = "SESSIONS_REVOKED"
    SECOND_STEP_SET = "SECOND_STEP_SET"
    SECOND_STEP_REMOVED = "SECOND_STEP_REMOVED"
    MEMBER_INVITED = "MEMBER_INVITED"
    INVITATION_REVOKED = "INVITATION_REVOKED"
    API_TOKEN_CREATED = "API_TOKEN_CREATED"  # noqa: S105  # The name of an event.
    API_TOKEN_REVOKED = "API_TOKEN_REVOKED"  # noqa: S105  # The name of an event.
    DOCUMENTS_REGISTERED = "DOCUMENTS_REGISTERED"
    WIDGET_REGISTERED = "WIDGET_REGISTERED"
    WIDGET_REVISED = "WIDGET_REVISED"
    WIDGET_REVOKED = "WIDGET_REVOKED"
    SPACE_CREATED = "SPACE_CREATED"
    SPACE_REVISED = "SPACE_REVISED"
    SPACES_ORDERED = "SPACES_ORDERED"
    ACTIVITY_CREATED = "ACTIVITY_CREATED"
    ACTIVITY_REVISED = "ACTIVITY_REVISED"
    ACTIVITIES_ORDERED = "ACTIVITIES_ORDERED"
    CATEGORIES_CHANGED = "CATEGORIES_CHANGED"
    CONSENT_GIVEN = "CONSENT_GIVEN"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    ACCOUNT_ERASED = "ACCOUNT_ERASED"
    CHANGED = "CHANGED"
    """Columns of a row: the payload is the digest of what they were and are, which `EventDetail` holds."""
    IMPORT_CHECKED = "IMPORT_CHECKED"
    IMPORT_CONFIRMED = "IMPORT_CONFIRMED"
    IMPORT_UNDONE = "IMPORT_UNDONE"
    IMPORT_DISCARDED = "IMPORT_DISCARDED"
    REPORT_SUBMITTED = "REPORT_SUBMITTED"
    CONTRIBUTION_HELD = "CONTRIBUTION_HELD"
    CONTRIBUTION_HIDDEN = "CONTRIBUTION_HIDDEN"
    CONTRIBUTION_RESTORED = "CONTRIBUTION_RESTORED"
    COMMENT_HELD = "COMMENT_HELD"
    COMMENT_HIDDEN = "COMMENT_HIDDEN"
    COMMENT_RESTORED = "COMMENT_RESTORED"
    CONTRIBUTION_SUBMITTED = "CONTRIBUTION_SUBMITTED"
    CONTRIBUTION_ACCEPTED = "CONTRIBUTION_ACCEPTED"
    COMMENT_SUBMITTED = "COMMENT_SUBMITTED"
    COMMENT_ACCEPTED = "COMMENT_ACCEPTED"
    CONTRIBUTION_REDACTED = "CONTRIBUTION_REDACTED"
    COMMENT_REDACTED = "COMMENT_REDACTED"
    MODERATION_DECIDED = "MODERATION_DECIDED"
    APPEAL_SUBMITTED = "APPEAL_SUBMITTED"
    APPEAL_DECIDED = "APPEAL_DECIDED"
    PORTAL_REVISED = "PORTAL_REVISED"
    PORTAL_TEXT_PUBLISHED = "PORTAL_TEXT_PUBLISHED"
    PROVIDERS_CHANGED = "PROVIDERS_CHANGED"
    TRUSTED_FLAGGERS_CHANGED = "TRUSTED_FLAGGERS_CHANGED"
    LOGO_CHANGED = "LOGO_CHANGED"
    SPACE_ROLE_CHANGED = "SPACE_ROLE_CHANGED"
    ORGANISATION_CHANGED = "ORGANISATION_CHANGED"
    STATUSES_CHANGED = "STATUSES_CHANGED"
    WATCHED_WORDS_CHANGED = "WATCHED_WORDS_CHANGED"
    RESPONSE_PUBLISHED = "RESPONSE_PUBLISHED"
    RESPONSE_REVISED = "RESPONSE_REVISED"
    RESPONSE_PHOTO_SET = "RESPONSE_PHOTO_SET"
    """A photo, or what it shows in words: the payload has the photo's digest."""
    RESPONSE_PHOTO_REMOVED = "RESPONSE_PHOTO_REMOVED"
    CONTRIBUTION_ASSIGNED = "CONTRIBUTION_ASSIGNED"
    EXPERT_VIEW_CHANGED = "EXPERT_VIEW_CHANGED"
    LINEAGE_CHANGED = "LINEAGE_CHANGED"
    NOTE_ADDED = "NOTE_ADDED"
    CONTRIBUTION_EVALUATED = "CONTRIBUTION_EVALUATED"
    NOTE_REMOVED = "NOTE_REMOVED"
    BULK_CHANGED = "BULK_CHANGED"
    BULK_UNDONE = "BULK_UNDONE"
    ZONES_CHANGED = "ZONES_CHANGED"
    PAST_VOTES_CHANGED = "PAST_VOTES_CHANGED"
    EXCHANGE_PROPOSED = "EXCHANGE_PROPOSED"
    EXCHANGE_WAITING = "EXCHANGE_WAITING"
    EXCHANGE_ACCEPTED = "EXCHANGE_ACCEPTED"
    EXCHANGE_DECLINED = "EXCHANGE_DECLINED"
    EXCHANGE_WITHDRAWN = "EXCHANGE_WITHDRAWN"
    EXCHANGE_LAPSED = "EXCHANGE_LAPSED"
    EXCHANGE_DONE = "EXCHANGE_DONE"
    EXCHANGE_CANCELLED = "EXCHANGE_CANCELLED"
    EXCHANGE_DISPUTED = "EXCHANGE_DISPUTED"
    EXCHANGE_NUDGED = "EXCHANGE_NUDGED"
    EXCHANGE_DONE_SAID = "EXCHANGE_DONE_SAID"
    MESSAGE_SENT = "MESSAGE_SENT"
    NUDGE_ANSWERED = "NUDGE_ANSWERED"
    ACTOR_BLOCKED = "ACTOR_BLOCKED"
    MESSAGE_HELD = "MESSAGE_HELD"
    MESSAGE_HIDDEN = "MESSAGE_HIDDEN"
    MESSAGE_RESTORED = "MESSAGE_RESTORED"
    THREAD_INSPECTED = "THREAD_INSPECTED"
    ACTOR_UNBLOCKED = "ACTOR_UNBLOCKED"
    SHOP_REVISED = "SHOP_REVISED"
    VOUCH_GIVEN = "VOUCH_GIVEN"
    VOUCH_WITHDRAWN = "VOUCH_WITHDRAWN"
    BALLOT_CAST = "BALLOT_CAST"
    """By nobody: the payload has the ballot's receipt, and that of the ballot in whose place it was put."""
    BALLOT_WITHDRAWN = "BALLOT_WITHDRAWN"
    BALLOTS_SET_ASIDE = "BALLOTS_SET_ASIDE"
    BALLOT_CONTESTED = "BALLOT_CONTESTED"
    BALLOT_PUT_BACK = "BALLOT_PUT_BACK"
    POLLING_DESK_OPENED = "POLLING_DESK_OPENED"
    POLLING_AGENTS_CHANGED = "POLLING_AGENTS_CHANGED"
    VOTER_SIGNED = "VOTER_SIGNED"
    """Somebody at a desk: the payload says what came of it, and not who."""
    ADMISSIONS_ADDED = "ADMISSIONS_ADDED"
    ADMISSIONS_REVOKED = "ADMISSIONS_REVOKED"
    """Codes or a list of those who may vote: the payload has how many."""
    DOCUMENT_SEEN = "DOCUMENT_SEEN"
    """An agent has seen a voter's document: the payload says what came of it, and not whose it is."""
    PROOF_RULE_SET = "PROOF_RULE_SET"
    """What a vote asks of its voters has changed."""
    URN_SEALED = "URN_SEALED"
    URN_OPENED = "URN_OPENED"
    POLLING_BALLOTS_TYPED = "POLLING_BALLOTS_TYPED"
    POLLING_RECORD_WRITTEN = "POLLING_RECORD_WRITTEN"
    """The payload has the record's version."""
    MISSION_REVISED = "MISSION_REVISED"
    """What an organisation asks volunteers for, or one of its slots: the payload has the slot."""
    MISSION_SLOT_CANCELLED = "MISSION_SLOT_CANCELLED"
    SIGN_UP_MADE = "SIGN_UP_MADE"
    SIGN_UP_WITHDRAWN = "SIGN_UP_WITHDRAWN"
    SIGN_UP_REGISTERED = "SIGN_UP_REGISTERED"
    """Whoever was the first to wait has a place."""
    SIGN_UP_CANCELLED = "SIGN_UP_CANCELLED"
    SIGN_UP_MARKED = "SIGN_UP_MARKED"
    SIGN_UP_REMINDED = "SIGN_UP_REMINDED"
    POLLING_PHOTO_SET = "POLLING_PHOTO_SET"
    VOTE_RULE_PUBLISHED = "VOTE_RULE_PUBLISHED"
    """The payload has the digest of the rule, and its version."""
    VOTE_OPENED = "VOTE_OPENED"
    VOTE_CLOSING = "VOTE_CLOSING"
    """By the clock, once of each activity in which people vote: it has opened, or closes soon."""
    VOTE_COUNTED = "VOTE_COUNTED"
    """The payload has the digest of the manifest of all files, and its version."""
    PETITION_ADMITTED = "PETITION_ADMITTED"
    PETITION_REFUSED = "PETITION_REFUSED"
    PETITION_OPENED = "PETITION_OPENED"
    PETITION_REACHED = "PETITION_REACHED"
    """By the clock: enough have signed for a level; the payload says how many and for which."""
    PETITION_LAPSED = "PETITION_LAPSED"
    PETITION_TRANSMITTED = "PETITION_TRANSMITTED"
    PETITION_SCHEDULED = "PETITION_SCHEDULED"
    PETITION_ANSWERED = "PETITION_ANSWERED"
    PETITION_RULE_PUBLISHED = "PETITION_RULE_PUBLISHED"
    SURVEY_FORM_PUBLISHED = "SURVEY_FORM_PUBLISHED"
    SURVEY_ANSWERED = "SURVEY_ANSWERED"
    SURVEY_RESULTS_PUBLISHED = "SURVEY_RESULTS_PUBLISHED"
    TEXT_VERSION_PUBLISHED = "TEXT_VERSION_PUBLISHED"
    AMENDMENT_DECIDED = "AMENDMENT_DECIDED"
    AMENDMENT_OUTDATED = "AMENDMENT_OUTDATED"
    PETITION_SHEET_TYPED = "PETITION_SHEET_TYPED"
    PETITION_SAMPLED = "PETITION_SAMPLED"
    PETITION_SIGNATURES_JUDGED = "PETITION_SIGNATURES_JUDGED"
    PETITION_SIGNATURE_CONTESTED = "PETITION_SIGNATURE_CONTESTED"
    PETITION_ROLL_COMPARED = "PETITION_ROLL_COMPARED"
    PETITION_PARTIES_CHANGED = "PETITION_PARTIES_CHANGED"
    WEBHOOK_REGISTERED = "WEBHOOK_REGISTERED"
    WEBHOOK_REVISED = "WEBHOOK_REVISED"
    WEBHOOK_ROTATED = "WEBHOOK_ROTATED"
    WEBHOOK_TRIED = "WEBHOOK_TRIED"
    WEBHOOK_REPLAYED = "WEBHOOK_REPLAYED"
    WEBHOOK_REMOVED = "WEBHOOK_REMOVED"
    WEBHOOK_STOPPED = "WEBHOOK_STOPPED"
    ANALYSIS_STARTED = "ANALYSIS_STARTED"
    ANALYSIS_EDITED = "ANALYSIS_EDITED"
    ANALYSIS_PUBLISHED = "ANALYSIS_PUBLISHED"
    ANALYSIS_WITHDRAWN = "ANALYSIS_WITHDRAWN"
    ANALYSIS_REMOVED = "ANALYSIS_REMOVED"


class Consumer(Enum):
    """Who reads events behind the journal, each from where it stopped."""

    SECURITY_LOG = "SECURITY_LOG"
    MODERATION_AIDS = "MODERATION_AIDS"
    NOTICES = "NOTICES"
    WEBHOOKS = "WEBHOOKS"
    TERRITORY = "TERRITORY"


_ADMINISTRATION = (
    *(EventKind.ROLE_CHANGED, EventKind.SESSIONS_REVOKED, EventKind.MEMBER_INVITED, EventKind.INVITATION_REVOKED),
    *(EventKind.DOCUMENTS_REGISTERED, EventKind.SPACE_CREATED, EventKind.SPACE_REVISED, EventKind.SPACES_ORDERED),
    *(EventKind.ACTIVITY_CREATED, EventKind.ACTIVITY_REVISED, EventKind.ACTIVITIES_ORDERED),
    *(EventKind.CATEGORIES_CHANGED, EventKind.ACCOUNT_ERASED, EventKind.MODERATION_DECIDED),
    *(EventKind.THREAD_INSPECTED, EventKind.APPEAL_DECIDED, EventKind.PORTAL_REVISED),
    *(EventKind.PORTAL_TEXT_PUBLISHED, EventKind.PROVIDERS_CHANGED, EventKind.TRUSTED_FLAGGERS_CHANGED),
    *(EventKind.LOGO_CHANGED, EventKind.SPACE_ROLE_CHANGED, EventKind.ORGANISATION_CHANGED),
    *(EventKind.STATUSES_CHANGED, EventKind.WATCHED_WORDS_CHANGED, EventKind.CONTRIBUTION_ASSIGNED),
    *(EventKind.EXPERT_VIEW_CHANGED, EventKind.LINEAGE_CHANGED, EventKind.NOTE_ADDED),
    *(EventKind.CONTRIBUTION_EVALUATED, EventKind.NOTE_REMOVED, EventKind.BULK_CHANGED, EventKind.BULK_UNDONE),
    *(EventKind.BALLOTS_SET_ASIDE, EventKind.BALLOT_PUT_BACK, EventKind.ZONES_CHANGED, EventKind.PAST_VOTES_CHANGED),
    *(EventKind.ADMISSIONS_ADDED, EventKind.ADMISSIONS_REVOKED, EventKind.PROOF_RULE_SET, EventKind.URN_SEALED),
    *(EventKind.URN_OPENED, EventKind.PETITION_RULE_PUBLISHED, EventKind.SURVEY_FORM_PUBLISHED),
    *(EventKind.SURVEY_RESULTS_PUBLISHED, EventKind.PETITION_SHEET_TYPED, EventKind.PETITION_SAMPLED),
    *(EventKind.PETITION_SIGNATURES_JUDGED, EventKind.PETITION_ROLL_COMPARED),
    *(EventKind.PETITION_PARTIES_CHANGED, EventKind.RESPONSE_PHOTO_SET, EventKind.RESPONSE_PHOTO_REMOVED),
    *(EventKind.SECOND_STEP_SET, EventKind.SECOND_STEP_REMOVED),
)

_DESK = ("ANALYSIS_", "API_TOKEN_", "IMPORT_", "POLLING_", "WEBHOOK_", "WIDGET_")
_HOOKED = frozenset(WebhookKind.__members__)
_NOBODY: tuple[Consumer, ...] = ()
_AIDS, _TOLD = (Consumer.MODERATION_AIDS,), (Consumer.NOTICES,)

_INSIDE: dict[EventKind, tuple[Consumer, ...]] = {
    EventKind.CONTRIBUTION_PUBLISHED: _AIDS + _TOLD,
    EventKind.CONTRIBUTION_REVISED: _AIDS,
    EventKind.CONTRIBUTION_RENEWED: _NOBODY,
    EventKind.CONTRIBUTION_PAUSED: _NOBODY,
    EventKind.CONTRIBUTION_RESUMED: _NOBODY,
    EventKind.CONTRIBUTION_CLOSED: _TOLD,
    EventKind.CONTRIBUTION_EXPIRED: _TOLD,
    EventKind.CONTRIBUTION_IMPORTED: _NOBODY,
    EventKind.CONTRIBUTION_TAKEN_BACK: _NOBODY,
    EventKind.CONTRIBUTION_ESTIMATED: _NOBODY,
    EventKind.CONTRIBUTION_TAKEN_OVER: _NOBODY,
    EventKind.CONTRIBUTION_CALLED: _TOLD,
    EventKind.CONTRIBUTION_UNANSWERED: _TOLD,
    EventKind.COMMENT_PUBLISHED: _AIDS + _TOLD,
    EventKind.CONSENT_GIVEN: _NOBODY,
    EventKind.CONSENT_WITHDRAWN: _NOBODY,
    EventKind.CHANGED: _NOBODY,
    EventKind.REPORT_SUBMITTED: _NOBODY,
    EventKind.APPEAL_SUBMITTED: _NOBODY,
    EventKind.BALLOT_CAST: _NOBODY,
    EventKind.BALLOT_WITHDRAWN: _NOBODY,
    EventKind.VOTER_SIGNED: _NOBODY,
    EventKind.DOCUMENT_SEEN: _NOBODY,
    EventKind.BALLOT_CONTESTED: _NOBODY,
    EventKind.VOTE_RULE_PUBLISHED: _NOBODY,
    EventKind.VOTE_OPENED: _TOLD,
    EventKind.VOTE_CLOSING: _TOLD,
    EventKind.VOTE_COUNTED: _TOLD,
    EventKind.CONTRIBUTION_HELD: _NOBODY,
    EventKind.CONTRIBUTION_HIDDEN: _NOBODY,
    EventKind.CONTRIBUTION_RESTORED: _NOBODY,
    EventKind.COMMENT_HELD: _NOBODY,
    EventKind.COMMENT_HIDDEN: _NOBODY,
    EventKind.COMMENT_RESTORED: _NOBODY,
    EventKind.EXCHANGE_PROPOSED: _TOLD,
    EventKind.EXCHANGE_WAITING: _TOLD,
    EventKind.EXCHANGE_ACCEPTED: _TOLD,
    EventKind.EXCHANGE_DECLINED: _TOLD,
    EventKind.EXCHANGE_WITHDRAWN: _TOLD,
    EventKind.EXCHANGE_LAPSED: _TOLD,
    EventKind.EXCHANGE_DONE: _TOLD,
    EventKind.EXCHANGE_CANCELLED: _TOLD,
    EventKind.EXCHANGE_DISPUTED: _TOLD,
    EventKind.EXCHANGE_NUDGED: _NOBODY,
    EventKind.EXCHANGE_DONE_SAID: _TOLD,
    EventKind.MESSAGE_SENT: _TOLD,
    EventKind.NUDGE_ANSWERED: _NOBODY,
    EventKind.ACTOR_BLOCKED: _NOBODY,
    EventKind.MESSAGE_HELD: _NOBODY,
    EventKind.MESSAGE_HIDDEN: _NOBODY,
    EventKind.MESSAGE_RESTORED: _NOBODY,
    EventKind.ACTOR_UNBLOCKED: _NOBODY,
    EventKind.SHOP_REVISED: _NOBODY,
    EventKind.MISSION_REVISED: _AIDS,
    EventKind.MISSION_SLOT_CANCELLED: _NOBODY,
    EventKind.SIGN_UP_MADE: _TOLD,
    EventKind.SIGN_UP_WITHDRAWN: _TOLD,
    EventKind.SIGN_UP_REGISTERED: _NOBODY,
    EventKind.SIGN_UP_CANCELLED: _NOBODY,
    EventKind.SIGN_UP_MARKED: _NOBODY,
    EventKind.SIGN_UP_REMINDED: _TOLD,
    EventKind.CONTRIBUTION_SUBMITTED: _AIDS,
    EventKind.CONTRIBUTION_ACCEPTED: _TOLD,
    EventKind.COMMENT_SUBMITTED: _AIDS,
    EventKind.COMMENT_ACCEPTED: _TOLD,
    **dict.fromkeys((EventKind.CONTRIBUTION_REDACTED, EventKind.COMMENT_REDACTED, EventKind.SURVEY_ANSWERED), _NOBODY),
    **dict.fromkeys((EventKind.VOUCH_GIVEN, EventKind.VOUCH_WITHDRAWN), _NOBODY),
    **{kind: (Consumer.SECURITY_LOG, *_TOLD) for kind in EventKind if kind.name.startswith(("RESPONSE_", "PETITION_"))},
    **dict.fromkeys(_ADMINISTRATION, (Consumer.SECURITY_LOG,)),
    **{kind: (Consumer.SECURITY_LOG, *_TOLD) for kind in EventKind if kind.name.startswith(("TEXT_", "AMENDMENT_"))},
    **dict.fromkeys((EventKind.PETITION_OPENED, EventKind.PETITION_REACHED, EventKind.PETITION_LAPSED), _TOLD),
    EventKind.PETITION_SIGNATURE_CONTESTED: _NOBODY,
    **{kind: (Consumer.SECURITY_LOG,) for kind in EventKind if kind.name.startswith(_DESK)},
}
CONSUMERS: dict[EventKind, tuple[Consumer, ...]] = {
    kind: (*inside, Consumer.WEBHOOKS) if kind.name in _HOOKED else inside for kind, inside in _INSIDE.items()
}

REPUBLISHED = tuple(
    EventKind[f"CONTRIBUTION_{name}"]
    for name in (
        *("PUBLISHED", "REVISED", "RENEWED", "PAUSED", "RESUMED", "CLOSED", "EXPIRED", "IMPORTED", "TAKEN_BACK"),
        *("TAKEN_OVER", "HELD", "HIDDEN", "RESTORED", "ACCEPTED", "REDACTED"),
    )
)
"""What may change what is published to other portals of its subject, a contribution."""

COMPARED = (
    *(EventKind.PORTAL_REVISED, EventKind.SPACE_REVISED, EventKind.ACTIVITY_REVISED, EventKind.CATEGORIES_CHANGED),
    *(EventKind.ZONES_CHANGED, EventKind.ACCOUNT_ERASED, EventKind.BULK_CHANGED, EventKind.BULK_UNDONE),
    *(EventKind.IMPORT_CONFIRMED, EventKind.IMPORT_UNDONE, EventKind.LINEAGE_CHANGED, EventKind.MODERATION_DECIDED),
)
"""What may change it of any number of contributions."""

CONSUMERS |= {kind: (*CONSUMERS[kind], Consumer.TERRITORY) for kind in (*REPUBLISHED, *COMPARED)}
"""Who hears of a kind of event, beside the journal, which seals all of them. New kinds say it, too (a test looks)."""

NEWEST = (text("at DESC"), text("id DESC"))
FILTERED: dict[str, tuple[str, ...]] = {"newest": (), "actor": ("actor_id",), "subject": ("subject_id",)}
"""By what the journal is read, each with its index."""


class Event(TenantTable, table=True):
    """Appended, never changed: a tenant's role may only give a row its `position` in the journal.

    `payload` holds a few words of the domain, never a text that a person wrote, nor an address. `actor_id` is NULL for
    the clock and for operators. `position` counts from 1 without gaps; NULL: not sealed yet.
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("kind", EventKind),
        CheckConstraint("position > 0", name="position_positive"),
        Index("event_position", "position", unique=True),
        Index("event_unsealed", "id", postgresql_where=text("position IS NULL")),
        *(Index(f"event_{name}", *columns, *NEWEST) for name, columns in FILTERED.items()),
    )

    id: UUID = Field(primary_key=True)
    kind: EventKind = Field(sa_column=text_column())
    subject_id: UUID
    actor_id: UUID | None
    payload: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = Field(sa_column=time_column())
    position: int | None = Field(sa_column=Column(BigInteger))


class EventDetail(TenantTable, table=True):
    """What an act changed of one row: its columns before and after, which may be people's words.

    So it stands beside the journal, which is never changed: the event of the same `id` (its kind is CHANGED) holds the
    digest, which the `salt` keeps from being guessed. Erasure takes words and salt away; the seal stays whole.
    `act_id` is the event of the act that changed it; its own where the act has none.
    """

    __tablename__ = "event_detail"
    __table_args__ = (
        CheckConstraint("num_nulls(salt, columns) IN (0, 2)", name="erased_whole"),
        Index("event_detail_act", "act_id"),
        Index("event_detail_subject", "subject_id"),
        Index("event_detail_kept", "made_at", postgresql_where=text("salt IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    act_id: UUID
    subject_kind: str = Field(sa_column=text_column())
    subject_id: UUID
    columns: dict[str, Any] | None = Field(sa_column=Column(JSONB))
    salt: str | None = Field(sa_column=text_column(nullable=True))
    made_at: datetime = Field(sa_column=time_column())


class EventCursor(TenantTable, table=True):
    """Up to which position of the journal a consumer has read."""

    __tablename__ = "event_cursor"
    __table_args__ = (one_of("consumer", Consumer),)

    consumer: Consumer = Field(sa_column=Column(Text, primary_key=True))
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
