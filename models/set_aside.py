"""Set aside («mis de côté»): a ballot that is not counted because of a suspicion, which its voter may contest."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column

EXPLANATION_LENGTH = (10, 1_000)
LEAST_OF_DOMAIN = 10
"""Fewer ballots of one domain are a firm or a family."""

LEAST_ALIKE = 10
"""Fewer are people of one name, who put their year or département behind it."""

LEAST_LETTERS = 3
"""Fewer, once the numbers are taken out, are nothing that addresses have in common."""

LEAST_OF_ADDRESS = 6
"""Fewer are a family; more may be a home or a large building without numbers, which a person tells apart."""

LEAST_OF_FIRST_NAME = 2
"""Two of one first given name, family name and birth date are twins, or one person who makes given names up."""

LARGE_PROVIDERS = (
    *("gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "hotmail.com", "hotmail.fr"),
    *("outlook.com", "outlook.fr", "live.fr", "yahoo.com", "yahoo.fr", "icloud.com", "protonmail.com", "proton.me"),
    *("bbox.fr", "neuf.fr", "googlemail.com"),
)
"""Domains that many people share, who have nothing else in common."""


class DoubtSign(Enum):
    """What ballots have in common that may be of one person."""

    MAILBOX = "MAILBOX"
    DOMAIN = "DOMAIN"
    ALIKE = "ALIKE"
    """Addresses that differ in numbers alone."""
    ADDRESS = "ADDRESS"
    """One declared address of many voters (`models.proof.Proof.address_digest`)."""
    FIRST_NAME = "FIRST_NAME"
    """One first given name, family name and birth date of voters whose further given names differ."""
    SIGNED_AT_DESK = "SIGNED_AT_DESK"
    """Its voter has voted on paper, too, which cannot be taken out of the box."""
    IDENTITY_SEEN = "IDENTITY_SEEN"
    """Somebody else has shown an agent a document with the name and birth date that its voter had given."""


SIGNED_AT_DESK = "Un bulletin papier a été déposé à votre nom dans un bureau de vote : il compte, celui-ci non."
IDENTITY_SEEN = (
    "Une autre personne a montré à un agent une pièce d'identité, au nom et à la date de naissance que vous aviez"
    " donnés : ce bulletin n'est pas compté."
)
"""What the voter reads of it."""


class SetAside(TenantTable, table=True):
    """A ballot that an agent set aside: it stays, is counted publicly as set aside, and may be put back.

    `appeal` is what its voter says to it. `restored_at`: it counts again, for the `reply` that an agent gave.
    """

    __tablename__ = "set_aside"
    __table_args__ = (
        one_of("sign", DoubtSign),
        UniqueConstraint("ballot_id", name="set_aside_once"),
        CheckConstraint("num_nulls(appeal, appealed_at) IN (0, 2)", name="appeal_whole"),
        CheckConstraint("restored_at IS NULL OR reply IS NOT NULL", name="restored_for_a_reason"),
        Index("set_aside_activity", "activity_id", "set_aside_at"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    ballot_id: UUID
    sign: DoubtSign = Field(sa_column=text_column())
    explanation: str = Field(sa_column=text_column())
    agent_id: UUID | None = Field(foreign_key=f"{TENANT}.actor.id")
    set_aside_at: datetime = Field(sa_column=time_column())
    appeal: str | None = Field(sa_column=text_column(nullable=True))
    appealed_at: datetime | None = Field(sa_column=time_column(nullable=True))
    reply: str | None = Field(sa_column=text_column(nullable=True))
    restored_at: datetime | None = Field(sa_column=time_column(nullable=True))
