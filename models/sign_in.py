"""Signing in («connexion»): the codes that were sent, forms that wait meanwhile, and how often somebody tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column


class SignInCode(TenantTable, table=True):
    """A code sent to an address, kept as a keyed digest; used up by deletion.

    `asker` is who asked for it, `tried` how often each asker has tried it, both under keyed digests; `tries` counts
    what strangers tried in all.

    Or a code sent to a telephone, by which an account proves in a vote: `number_digest` is what the proof will keep of
    the number, `tries` what the account tried. An account has one of a vote at a time.
    """

    __tablename__ = "sign_in_code"
    __table_args__ = (
        CheckConstraint(
            "num_nulls(email, actor_id) = 1 AND num_nulls(activity_id, actor_id, number_digest) IN (0, 3)",
            name="one_receiver",
        ),
        Index("sign_in_code_email", "email"),
        Index("sign_in_code_expires_at", "expires_at"),
        Index(
            "sign_in_code_phone", "actor_id", "activity_id", unique=True, postgresql_where=text("actor_id IS NOT NULL")
        ),
    )

    id: UUID = Field(primary_key=True)
    email: str | None = Field(sa_column=text_column(nullable=True))
    digest: str = Field(sa_column=text_column())
    tries: int
    asker: str | None = Field(sa_column=text_column(nullable=True))
    tried: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))
    expires_at: datetime = Field(sa_column=time_column())
    activity_id: UUID | None
    actor_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    number_digest: str | None = Field(sa_column=text_column(nullable=True))


class WaitingForm(TenantTable, table=True):
    """A form of a page whose author is away at an identity provider; `digest` is of the secret that the browser keeps.
    Used up by deletion."""

    __tablename__ = "waiting_form"
    __table_args__ = (Index("waiting_form_expires_at", "expires_at"),)

    digest: str = Field(sa_column=Column(Text, primary_key=True))
    form: str = Field(sa_column=text_column())
    expires_at: datetime = Field(sa_column=time_column())


class SignInAttempt(TenantTable, table=True):
    """How often something was done within one hour; `subject` is a keyed digest of what was done, by or to whom."""

    __tablename__ = "sign_in_attempt"

    hour: datetime = Field(sa_column=Column(time_column().type, primary_key=True))
    subject: str = Field(sa_column=Column(Text, primary_key=True))
    count: int
