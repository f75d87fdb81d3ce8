"""Tombstones: contributions and replies that are no longer public, so that users of open data can delete them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, Text, bindparam, literal_column, select
from sqlalchemy.types import Uuid

from planner.sight import Sight
from resolvers import sight
from resolvers.sight import CONTRIBUTION, REPLY

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What a tombstone still tells."""

    id: UUID
    kind: str
    """Of a contribution; `COMMENT` for a reply."""

    published_at: datetime


@cache
def page(seen: Sight) -> Select[Any]:
    """The next AT_ONCE tombstones of contributions after `:after`, in order of their ids."""
    columns = (CONTRIBUTION.c[name] for name in ("id", "kind", "published_at"))
    statement: Select[Any] = select(*columns).where(CONTRIBUTION.c.id > bindparam("after", type_=Uuid()))
    ordered = sight.withdrawn(statement, seen).order_by(CONTRIBUTION.c.id)
    return ordered.limit(literal_column(str(AT_ONCE), BigInteger))


@cache
def replies(seen: Sight) -> Select[Any]:
    """Likewise the next tombstones of replies, also of those whose contribution is gone."""
    kind = literal_column("'COMMENT'", Text).label("kind")
    statement: Select[Any] = select(REPLY.c.id, kind, REPLY.c.published_at)
    statement = statement.where(REPLY.c.id > bindparam("after", type_=Uuid()))
    ordered = sight.withdrawn_replies(statement, seen).order_by(REPLY.c.id)
    return ordered.limit(literal_column(str(AT_ONCE), BigInteger))
