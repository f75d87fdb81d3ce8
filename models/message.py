"""Message («message»): what one of the two in an exchange writes to the other."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.comment import ShownStatus

BODY_LENGTH = (1, 2_000)
MONEY = (
    r"\y(virement|RIB|IBAN|PayPal|Western Union|bitcoins?|crypto[a-z]*|carte bancaire|code (secret|PIN)|mandat cash)\y"
)
"""Words of payment, as a regular expression of PostgreSQL: no money goes through the portal."""

CLOSED_AFTER = timedelta(days=14)
"""So long after the end of an exchange the two may still write."""


class Message(TenantTable, table=True):
    """`masked` is what the other reads until the two have agreed: the text without telephone numbers, addresses and
    links (NULL: there are none in it)."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("status", ShownStatus),
        CheckConstraint(f"char_length(body) BETWEEN {BODY_LENGTH[0]} AND {BODY_LENGTH[1]}", name="body_length"),
        Index("message_oldest", "exchange_id", "sent_at", "id"),
        Index("message_author", "author_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    exchange_id: UUID = Field(foreign_key=f"{TENANT}.exchange.id")
    author_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    body: str = Field(sa_column=text_column())
    masked: str | None = Field(sa_column=text_column(nullable=True))
    status: ShownStatus = Field(sa_column=text_column())
    sent_at: datetime = Field(sa_column=time_column())
