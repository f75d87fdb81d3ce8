"""Seal («scellé»): the heads of the journal's tree, batch after batch."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import TenantTable, text_column, time_column


class Seal(TenantTable, table=True):
    """The head of the journal after a batch: `root` is the Merkle tree hash (RFC 9162) of its first `size` events.

    `peaks` are the hashes of the whole subtrees that the next batch goes on from, the largest first.
    """

    __tablename__ = "seal"

    size: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    root: str = Field(sa_column=text_column())
    peaks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    sealed_at: datetime = Field(sa_column=time_column())


EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The root of a tree without leaves: the SHA-256 of nothing."""
