"""TrustedDocument («document approuvé»): a GraphQL document that an administrator registered, known by its digest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import TENANT, TenantTable, text_column, time_column

MAX_DOCUMENT = 20_000
"""Characters: a page of 400 fields takes about 10,000; a thousand documents are kept in memory."""


class TrustedDocument(TenantTable, table=True):
    """A document of the whole portal, or of one widget; it never changes, for its digest is what it is known by."""

    __tablename__ = "trusted_document"
    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_is_sha_256"),
        CheckConstraint(f"char_length(document) BETWEEN 1 AND {MAX_DOCUMENT}", name="document_length"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),
        UniqueConstraint("digest", "widget_id", name="document_once", postgresql_nulls_not_distinct=True),
    )

    id: UUID = Field(primary_key=True)
    digest: str = Field(sa_column=text_column())
    name: str = Field(sa_column=text_column())
    document: str = Field(sa_column=text_column())
    widget_id: UUID | None = Field(foreign_key=f"{TENANT}.widget.id", default=None)
    created_at: datetime = Field(sa_column=time_column())
