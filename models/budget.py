"""Budgets: what clients spent in the running minute, as server processes tell each other."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, Uuid
from sqlmodel import Field

from models.base import PlatformTable


class Budget(PlatformTable, table=True):
    """What one client of one tenant spent from one bucket in one minute (counted since 1970). `client` is a keyed hash,
    so that no address is stored. The table is unlogged: a crash of the cluster forgives a minute."""

    __tablename__ = "budget"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    minute: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    client: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    spent: int = Field(sa_type=BigInteger)
