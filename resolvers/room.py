"""Room: the row that owns a limit is locked before what it has is counted, so that of two at once the other waits."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, bindparam, select

from database.door import Transaction
from models.base import TenantTable, table
from models.tenant import Tenant
from planner.act import Act, value

_tenant = table(Tenant)
PORTAL = (
    select(_tenant.c.number)
    .where(_tenant.c.number == bindparam("number", type_=BigInteger()))
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of what has a limit."""

    count: int


@cache
def _lock(model: type[TenantTable]) -> Select[Any]:
    row = table(model)
    return select(row.c.id).where(row.c.id == value(model, "id")).with_for_update(key_share=True)


async def of(act: Act, model: type[TenantTable], id_: UUID) -> None:
    """Lock the row of which a limit is, until the transaction ends. What is counted by a statement after this, nobody
    else who calls this adds to; rows that refer to it are still written."""
    await act.exists(_lock(model), id=id_)


async def lock(transaction: Transaction, model: type[TenantTable], id_: UUID) -> None:
    """The same for a job, in a transaction that is nobody's act."""
    await transaction.all(_lock(model), id=id_)


async def of_portal(act: Act) -> None:
    """The same for what a portal has in all: its row of the registry is locked."""
    await act.exists(PORTAL, number=act.asker.tenant)
