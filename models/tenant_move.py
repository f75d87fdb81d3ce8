"""Move of a tenant to another cluster: where it is, so that it can be gone on with or taken back."""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, text
from sqlmodel import Field

from models.base import PlatformTable, one_of, text_column


class TenantMoveState(Enum):
    """Where a move is."""

    COPYING = "COPYING"
    """The tenant is served where it was; its tables may be closed to changes by now."""

    SWITCHED = "SWITCHED"
    """It is served where it went, and closed to changes until every process knows."""

    OPEN = "OPEN"
    """It is served and changed where it went; the former copy is still there."""


class TenantMove(PlatformTable, table=True):
    """A tenant's move, kept until its former copy is removed."""

    __tablename__ = "tenant_move"
    __table_args__ = (
        one_of("state", TenantMoveState),
        CheckConstraint("from_database <> to_database", name="moves_elsewhere"),
        CheckConstraint("(state = 'COPYING') = (switched_at IS NULL)", name="switched_when"),
    )

    tenant_number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    from_database: str = Field(sa_column=text_column())
    to_database: str = Field(sa_column=text_column())
    state: TenantMoveState = Field(sa_column=text_column())
    begun_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))
    switched_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True), nullable=True))
