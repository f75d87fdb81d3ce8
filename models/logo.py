"""Logo («logo»): the picture that a city put on its portal, as it was drawn anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, LargeBinary, SmallInteger
from sqlmodel import Field

from models.base import TenantTable, text_column, time_column

MAX_BYTES = 1024 * 1024
MAX_SIDE = 4_000
"""Bytes and pixels of what is sent; what is kept fits into `SHOWN`."""

SHOWN = (640, 192)
"""Pixels, four times what a page's header has room for."""


class Logo(TenantTable, table=True):
    """One row at most: `content` is a PNG that the server drew, and `digest` its name in the portal's addresses."""

    __tablename__ = "logo"

    id: UUID = Field(primary_key=True)
    digest: str = Field(sa_column=text_column(unique=True))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    width: int = Field(sa_column=Column(SmallInteger, nullable=False))
    height: int = Field(sa_column=Column(SmallInteger, nullable=False))
    created_at: datetime = Field(sa_column=time_column())
