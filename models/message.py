"""Message («message»): what one of the two in an exchange writes to the other."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.comment import ShownStatus

BODY_LENGTH = (1, 2_000)
CLOSED_AFTER = timedelta(days=14)
"""So long after the end of an exchange the two may still write."""


class Message(TenantTable, table=True):
    """`has_contact`: telephone numbers, addresses or links are in it, which the other sees once they have agreed."""

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
    has_contact: bool
    status: ShownStatus = Field(sa_column=text_column())
    sent_at: datetime = Field(sa_column=time_column())
