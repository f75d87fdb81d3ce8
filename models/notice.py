"""Notice («notification»): what one person is told of one event, in the portal and by mail."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.event import CONSUMERS, Consumer, EventKind
from models.mail_preference import Cadence


class NoticeKind(Enum):
    """What is told."""

    PUBLISHED = "PUBLISHED"
    HELP_WANTED = "HELP_WANTED"
    UNANSWERED = "UNANSWERED"
    COMMENTED = "COMMENTED"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"
    EXPIRED = "EXPIRED"
    VOTE_OPENED = "VOTE_OPENED"
    VOTE_CLOSING = "VOTE_CLOSING"
    VOTE_COUNTED = "VOTE_COUNTED"
    EXCHANGE_PROPOSED = "EXCHANGE_PROPOSED"
    EXCHANGE_ACCEPTED = "EXCHANGE_ACCEPTED"
    EXCHANGE_ENDED = "EXCHANGE_ENDED"
    EXCHANGE_DONE = "EXCHANGE_DONE"
    EXCHANGE_DISPUTED = "EXCHANGE_DISPUTED"
    MESSAGE_RECEIVED = "MESSAGE_RECEIVED"
    PETITION_MOVED = "PETITION_MOVED"
    AMENDMENT_MOVED = "AMENDMENT_MOVED"
    TEXT_PUBLISHED = "TEXT_PUBLISHED"
    SIGN_UP_MADE = "SIGN_UP_MADE"
    SIGN_UP_WITHDRAWN = "SIGN_UP_WITHDRAWN"
    SIGN_UP_REMINDED = "SIGN_UP_REMINDED"


TOLD: dict[EventKind, NoticeKind] = {
    EventKind.CONTRIBUTION_PUBLISHED: NoticeKind.PUBLISHED,
    EventKind.CONTRIBUTION_ACCEPTED: NoticeKind.PUBLISHED,
    EventKind.CONTRIBUTION_CALLED: NoticeKind.HELP_WANTED,
    EventKind.CONTRIBUTION_UNANSWERED: NoticeKind.UNANSWERED,
    EventKind.COMMENT_PUBLISHED: NoticeKind.COMMENTED,
    EventKind.COMMENT_ACCEPTED: NoticeKind.COMMENTED,
    EventKind.RESPONSE_PUBLISHED: NoticeKind.ANSWERED,
    EventKind.RESPONSE_REVISED: NoticeKind.ANSWERED,
    EventKind.CONTRIBUTION_CLOSED: NoticeKind.CLOSED,
    EventKind.CONTRIBUTION_EXPIRED: NoticeKind.EXPIRED,
    EventKind.VOTE_OPENED: NoticeKind.VOTE_OPENED,
    EventKind.VOTE_CLOSING: NoticeKind.VOTE_CLOSING,
    EventKind.VOTE_COUNTED: NoticeKind.VOTE_COUNTED,
    EventKind.EXCHANGE_PROPOSED: NoticeKind.EXCHANGE_PROPOSED,
    EventKind.EXCHANGE_WAITING: NoticeKind.EXCHANGE_PROPOSED,
    EventKind.EXCHANGE_ACCEPTED: NoticeKind.EXCHANGE_ACCEPTED,
    EventKind.EXCHANGE_DECLINED: NoticeKind.EXCHANGE_ENDED,
    EventKind.EXCHANGE_WITHDRAWN: NoticeKind.EXCHANGE_ENDED,
    EventKind.EXCHANGE_LAPSED: NoticeKind.EXCHANGE_ENDED,
    EventKind.EXCHANGE_CANCELLED: NoticeKind.EXCHANGE_ENDED,
    EventKind.EXCHANGE_DONE: NoticeKind.EXCHANGE_DONE,
    EventKind.EXCHANGE_DONE_SAID: NoticeKind.EXCHANGE_DONE,
    EventKind.EXCHANGE_DISPUTED: NoticeKind.EXCHANGE_DISPUTED,
    EventKind.MESSAGE_SENT: NoticeKind.MESSAGE_RECEIVED,
    EventKind.SIGN_UP_MADE: NoticeKind.SIGN_UP_MADE,
    EventKind.SIGN_UP_WITHDRAWN: NoticeKind.SIGN_UP_WITHDRAWN,
    EventKind.SIGN_UP_REMINDED: NoticeKind.SIGN_UP_REMINDED,
    EventKind.AMENDMENT_DECIDED: NoticeKind.AMENDMENT_MOVED,
    EventKind.AMENDMENT_OUTDATED: NoticeKind.AMENDMENT_MOVED,
    EventKind.TEXT_VERSION_PUBLISHED: NoticeKind.TEXT_PUBLISHED,
    **{
        kind: NoticeKind.PETITION_MOVED
        for kind in EventKind
        if kind.name.startswith("PETITION_") and Consumer.NOTICES in CONSUMERS[kind]
    },
}
"""Of which events people are told, and as what."""

_MOVED = (NoticeKind.PETITION_MOVED, NoticeKind.AMENDMENT_MOVED)
OF_CONTRIBUTION = (NoticeKind.COMMENTED, NoticeKind.ANSWERED, NoticeKind.CLOSED, *_MOVED)
"""What followers of a contribution are told."""

OF_AUTHOR = (NoticeKind.COMMENTED, NoticeKind.ANSWERED, NoticeKind.EXPIRED, *_MOVED)
"""What the author of a contribution is told, without following it."""

OF_HELPER = (NoticeKind.CLOSED,)
"""What whoever has agreed to help is told of the contribution: what was agreed ends with it, some days later."""

OF_PLACE = (NoticeKind.PUBLISHED,)
"""What followers of a zone, a category or an area are told; of a request those of a category or an area in waves."""

OF_WAVE = (NoticeKind.HELP_WANTED,)
"""What neighbours are told of a request, the nearest first."""

OF_TEAM = (NoticeKind.UNANSWERED,)
"""What whoever runs the activity is told."""

OF_ORGANISER = (NoticeKind.SIGN_UP_MADE, NoticeKind.SIGN_UP_WITHDRAWN)
"""What the organisation of a mission is told; who signed up is read on its page alone."""

OF_VOLUNTEER = (NoticeKind.SIGN_UP_REMINDED,)
"""What whoever has a place in a slot is told; the mail about it is of its own kind."""

OF_VOTE = (NoticeKind.VOTE_OPENED, NoticeKind.VOTE_CLOSING, NoticeKind.VOTE_COUNTED)
OF_ACTIVITY = (*OF_PLACE, *OF_VOTE, NoticeKind.TEXT_PUBLISHED)
"""What followers of an activity or its space are told."""

OF_EXCHANGE = tuple(
    kind for kind in NoticeKind if kind is NoticeKind.MESSAGE_RECEIVED or kind.value.startswith("EXCHANGE_")
)
"""What the other of the two in an exchange is told; the mails about it are of their own kinds."""


class Notice(TenantTable, table=True):
    """One for each event and person, written when the event was sealed: `position` is the event's in the journal.

    It names what the event was about, and holds no words of anybody. `cadence` says when it is mailed (NULL: never),
    `digest_id` in which mail: one alone has it."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", NoticeKind),
        one_of("cadence", [cadence for cadence in Cadence if cadence is not Cadence.NEVER]),
        CheckConstraint("num_nonnulls(contribution_id, activity_id) > 0", name="about_something"),
        UniqueConstraint("event_id", "actor_id", name="notice_once"),
        Index("notice_newest", "actor_id", text("position DESC"), text("id DESC")),
        Index(
            "notice_unsent",
            "actor_id",
            "cadence",
            postgresql_include=("made_at", "position"),
            postgresql_where=text("cadence IS NOT NULL AND digest_id IS NULL AND read_at IS NULL"),
        ),
        Index("notice_digest", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index("notice_unread", "actor_id", postgresql_where=text("read_at IS NULL")),
        Index("notice_kept", "made_at", postgresql_using="brin"),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    event_id: UUID = Field(foreign_key=f"{TENANT}.event.id", ondelete="CASCADE")
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: NoticeKind = Field(sa_column=text_column())
    contribution_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.contribution.id", ondelete="CASCADE")
    activity_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.activity.id")
    exchange_id: UUID | None = None
    cadence: Cadence | None = Field(default=None, sa_column=text_column(nullable=True))
    digest_id: UUID | None = Field(default=None, foreign_key=f"{TENANT}.digest.id", ondelete="SET NULL")
    made_at: datetime = Field(sa_column=time_column())
    read_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
