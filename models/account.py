"""Account («compte»): the private side of an actor who can sign in, and the identities that prove who it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

MAX_EMAIL = 254
"""The longest address that SMTP can carry."""

FILTER_NAME_LENGTH, MAX_FILTERS = (2, 60), 30
"""Of the filters that somebody keeps."""


class Account(TenantTable, table=True):
    """`email` was confirmed, in lower case; NULL for people who only ever came through a provider that confirms none.
    `widget_epoch` counts how often all sign-ins in widgets were ended. `seen_at` is when a session began or went on, to
    a day; `warned_at` when its owner was told that it is erased if it stays unused. `asleep_at` is since when its
    address refuses mails: no digest is sent to it until its owner says so. `filters` are those of the desk that its
    owner keeps, each with its name. `moves_with` is the move of a zone with which its owner wants to have an account
    on the other portal. `second_step` is the sealed key by which its owner's telephone makes codes; of these, steps of
    time up to `second_step_last` are used up. `recovery_digests` are those of codes that stand in for it, once each."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(f"char_length(email) BETWEEN 3 AND {MAX_EMAIL}", name="email_length"),
        CheckConstraint("num_nulls(second_step, second_step_last) IN (0, 2)", name="second_step_whole"),
        Index("account_seen", "seen_at"),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id", unique=True)
    email: str | None = Field(sa_column=text_column(nullable=True, unique=True))
    created_at: datetime = Field(sa_column=time_column())
    widget_epoch: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    seen_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))
    warned_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    asleep_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    filters: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    moves_with: UUID | None = None
    second_step: str | None = Field(default=None, sa_column=text_column(nullable=True))
    second_step_last: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    recovery_digests: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))
    )


class Identity(TenantTable, table=True):
    """Who somebody is at an identity provider: the issuer's name of the provider, and its name of the person.

    For an hour after the person had it certified for a vote, keyed digests of name and birth date (`models.proof`): by
    all given names, by the first one, and of the birth date alone.
    """

    __tablename__ = "identity"
    __table_args__ = (
        Index("identity_account", "account_id"),
        Index("identity_certified", "certified_at", postgresql_where=text("certified_at IS NOT NULL")),
        CheckConstraint(
            "num_nulls(certified_at, person_digest, first_digest, birth_digest) IN (0, 4)", name="certified_whole"
        ),
    )

    issuer: str = Field(sa_column=Column(Text, primary_key=True))
    subject: str = Field(sa_column=Column(Text, primary_key=True))
    account_id: UUID = Field(foreign_key=f"{TENANT}.account.id", ondelete="CASCADE")
    linked_at: datetime = Field(sa_column=time_column())
    certified_at: datetime | None = Field(sa_column=time_column(nullable=True))
    person_digest: str | None = Field(sa_column=text_column(nullable=True))
    first_digest: str | None = Field(sa_column=text_column(nullable=True))
    birth_digest: str | None = Field(sa_column=text_column(nullable=True))
