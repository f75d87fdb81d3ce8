"""Desk entry («saisie assistée»): what the city's reception publishes and answers for somebody without internet."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

CONTACT_LENGTH = (2, 200)
CODE_GOOD_FOR = timedelta(days=90)
"""How long the code of a slip is good: people without internet come back, or find somebody who helps them, in their
own time. Another slip can be printed at any time."""

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Those that nobody takes for others on paper."""

CODE_LENGTH = 16
"""80 bits of them: nobody guesses one, so that a plain digest is enough to keep."""


class DeskEntry(TenantTable, table=True):
    """`organisation_id` is whose members answer; `agent_id` is who wrote it and was told «yes» at `consented_at`; NULL
    once that person was erased. `contact` is how to reach whom it is for. Of the slip's code there is the digest, until
    the code was used or has ended."""

    __tablename__ = "desk_entry"
    __table_args__ = (
        UniqueConstraint("contribution_id", name="desk_entry_once"),
        CheckConstraint(
            f"char_length(contact) BETWEEN {CONTACT_LENGTH[0]} AND {CONTACT_LENGTH[1]}", name="contact_length"
        ),
        CheckConstraint("(digest IS NULL) = (code_ends_at IS NULL)", name="code_whole"),
        CheckConstraint("taken_over_at IS NULL OR num_nonnulls(digest, contact) = 0", name="taken_over_once"),
        Index("desk_entry_newest", "organisation_id", "consented_at", "id"),
        Index("desk_entry_agent", "agent_id"),
        Index("desk_entry_code", "digest", unique=True, postgresql_where=text("digest IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    contribution_id: UUID = Field(foreign_key=f"{TENANT}.contribution.id")
    organisation_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    contact: str | None = Field(sa_column=text_column(nullable=True))
    consented_at: datetime = Field(sa_column=time_column())
    digest: str | None = Field(sa_column=text_column(nullable=True))
    code_ends_at: datetime | None = Field(sa_column=time_column(nullable=True))
    taken_over_at: datetime | None = Field(sa_column=time_column(nullable=True))
