"""Mail («courriel»): a message that waits in its tenant until the mail server took it, or it is of no use any more."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.account import MAX_EMAIL
from models.base import TenantTable, one_of, text_column, time_column


class MailKind(Enum):
    """What a mail says; its text is written when it is sent."""

    INVITATION = "INVITATION"
    SIGN_IN_CODE = "SIGN_IN_CODE"
    ACCOUNT_ERASED = "ACCOUNT_ERASED"
    ACCOUNT_UNUSED = "ACCOUNT_UNUSED"
    REPORT_RECEIVED = "REPORT_RECEIVED"
    REPORT_DECIDED = "REPORT_DECIDED"
    MODERATION_DECIDED = "MODERATION_DECIDED"
    APPEAL_DECIDED = "APPEAL_DECIDED"
    EXCHANGE_PROPOSED = "EXCHANGE_PROPOSED"
    EXCHANGE_CHANGED = "EXCHANGE_CHANGED"
    EXCHANGE_NUDGED = "EXCHANGE_NUDGED"
    MESSAGE_RECEIVED = "MESSAGE_RECEIVED"
    HELP_ASKED = "HELP_ASKED"
    CONTENT_HELD = "CONTENT_HELD"
    DIGEST = "DIGEST"
    SIGN_UP_CHANGED = "SIGN_UP_CHANGED"
    SIGN_UP_REMINDED = "SIGN_UP_REMINDED"
    BALLOT_RECEIVED = "BALLOT_RECEIVED"
    BALLOT_SET_ASIDE = "BALLOT_SET_ASIDE"
    BALLOT_RESTORED = "BALLOT_RESTORED"
    SIGNATURE_SET_ASIDE = "SIGNATURE_SET_ASIDE"
    SIGNATURE_ANSWERED = "SIGNATURE_ANSWERED"


class Mail(TenantTable, table=True):
    """Removed once it was sent. `about_id` is the row that it speaks of: it holds no text, no link and no code.

    `due_at` is when it may be sent, or sent again: whoever sends it puts that off for as long as it takes.
    """

    __tablename__ = "mail"
    __table_args__ = (
        one_of("kind", MailKind),
        CheckConstraint(f"char_length(email) BETWEEN 3 AND {MAX_EMAIL}", name="email_length"),
        Index("mail_good_until", "good_until", "id"),
    )

    id: UUID = Field(primary_key=True)
    kind: MailKind = Field(sa_column=text_column())
    email: str = Field(sa_column=text_column())
    about_id: UUID
    attempts: int
    created_at: datetime = Field(sa_column=time_column())
    due_at: datetime = Field(sa_column=time_column())
    good_until: datetime = Field(sa_column=time_column())
