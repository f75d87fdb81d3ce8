"""Admission («habilitation à voter»): a keyed digest that was handed out as a code, or comes from a list of voters."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.proof import ProofLevel

ADMITTING = (ProofLevel.CODE, ProofLevel.LIST)
"""Levels that the city hands out before."""

MAX_CODES, MAX_BATCHES = 500, 100
"""Of one batch, which is printed on one page, and of one vote."""

BATCH_NAME_LENGTH = (2, 80)
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 12
"""30 letters, none like another: 58 bits, which nobody guesses through the budget of requests."""


class Admission(TenantTable, table=True):
    """One code or one person of a list, of a vote. It is used when a proof has its digest; `revoked_at`: no more after.

    All of one printing or one file are a batch, with the name that the city gave it; a voter may be on several lists.
    `other_digests` are of the other ways in which a voter of a list is named: by the first given name alone, by the
    name of a marriage. `person_digest` is the key of the person to whom an agent gave a code after seeing a document.
    """

    __tablename__ = "admission"
    __table_args__ = (
        one_of("level", ADMITTING),
        UniqueConstraint("activity_id", "level", "digest", "batch_id", name="admission_once"),
        Index("admission_code_once", "activity_id", "digest", unique=True, postgresql_where=text("level = 'CODE'")),
        Index("admission_batch", "batch_id"),
        Index("admission_person", "activity_id", "person_digest", postgresql_where=text("person_digest IS NOT NULL")),
        Index(
            "admission_other",
            "other_digests",
            postgresql_using="gin",
            postgresql_where=text("other_digests IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    batch_id: UUID
    batch_name: str = Field(sa_column=text_column())
    level: ProofLevel = Field(sa_column=text_column())
    digest: str = Field(sa_column=text_column())
    other_digests: list[str] | None = Field(sa_column=Column(ARRAY(Text), nullable=True))
    person_digest: str | None = Field(sa_column=text_column(nullable=True))
    added_at: datetime = Field(sa_column=time_column())
    revoked_at: datetime | None = Field(sa_column=time_column(nullable=True))


def new_code() -> str:
    """A code that is printed, in groups of four."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def code_letters(typed: str) -> str:
    """A code as it is keyed, however it is typed."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
