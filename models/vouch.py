"""Vouch («garant»): a chamber or the town says of a seller that it stands for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.actor import ActorKind
from models.base import TENANT, TenantTable, time_column

VOUCHERS = (ActorKind.CHAMBER, ActorKind.INSTITUTION, ActorKind.SERVICE)
"""The kinds of organisations that may vouch for a seller."""


class Vouch(TenantTable, table=True):
    """It holds until it is withdrawn; then the row is gone, and the journal says that it was there."""

    __tablename__ = "vouch"
    __table_args__ = (
        UniqueConstraint("actor_id", "voucher_id", name="vouch_once"),
        CheckConstraint("actor_id <> voucher_id", name="two_actors"),
        Index("vouch_voucher", "voucher_id"),
    )

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    voucher_id: UUID = Field(foreign_key=f"{TENANT}.actor.id")
    given_at: datetime = Field(sa_column=time_column())
