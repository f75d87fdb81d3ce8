"""Work: when a tenant's jobs are due, which one process of all claims; a tenant without work costs nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Double,
    Interval,
    any_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from database.door import Database
from models.base import table, unnested
from models.tenant import Tenant, Work

AFTER_CHANGE = timedelta(seconds=60)
"""The process that changes a tenant does what follows within a second; another looks after it so much later."""

HELD = timedelta(minutes=5)
"""A claim lasts so long: after a crash another process takes the tenant then."""

AT_MOST = timedelta(hours=1)
"""Every tenant is looked at so often, whatever was noted."""

AT_LEAST = timedelta(seconds=10)
START_EACH_S = 0.3
"""After a start each tenant is looked at, one after the other: a thousand in five minutes."""

CLAIMED = 20

_work, _tenant = table(Work), table(Tenant)
_number, _held = bindparam("number", type_=BigInteger()), bindparam("held", type_=DateTime(timezone=True))
_changed = unnested("changed", {"number": BigInteger()})


def _in(span: timedelta) -> ColumnElement[datetime]:
    return func.now() + literal(span, Interval)


_noted = insert(_work).from_select(
    ("tenant_number", "due_at"), select(_changed.c.number, _in(AFTER_CHANGE)).order_by(_changed.c.number)
)
NOTE = _noted.on_conflict_do_update(
    index_elements=("tenant_number",), set_={"due_at": func.least(_work.c.due_at, _noted.excluded.due_at)}
)

_due = (
    select(_work.c.tenant_number)
    .where(_work.c.due_at <= func.now())
    .order_by(_work.c.due_at)
    .limit(literal_column(str(CLAIMED), BigInteger))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(_work)
    .where(_work.c.tenant_number.in_(_due))
    .values(due_at=_in(HELD))
    .returning(_work.c.tenant_number, _work.c.due_at)
)
_given = cast(bindparam("next", type_=DateTime(timezone=True)), DateTime(timezone=True))
_next = func.least(_in(AT_MOST), func.greatest(_in(AT_LEAST), func.coalesce(_given, _in(AT_MOST))))
SETTLE = (
    update(_work)
    .where(_work.c.tenant_number == _number)
    .values(due_at=case((_work.c.due_at == _held, _next), else_=func.least(_work.c.due_at, _next)))
)
_rank = func.row_number().over(order_by=_tenant.c.number) - literal_column("1")
_spread = func.make_interval(*[literal_column("0")] * 6, cast(_rank, Double) * literal_column(str(START_EACH_S)))
_started = insert(_work).from_select(
    ("tenant_number", "due_at"), select(_tenant.c.number, func.now() + _spread).order_by(_tenant.c.number)
)
START = _started.on_conflict_do_update(
    index_elements=("tenant_number",), set_={"due_at": func.least(_work.c.due_at, _started.excluded.due_at)}
)
FORGET = delete(_work).where(_work.c.tenant_number == any_(bindparam("gone", type_=ARRAY(BigInteger()))))


@dataclass(frozen=True, slots=True)
class TenantClaim:
    """A tenant that this process alone looks at now."""

    tenant: int
    held: datetime


async def note(database: Database, tenants: Collection[int]) -> None:
    """Something changed there: have a look after AFTER_CHANGE."""
    await database.rows(NOTE, numbers=sorted(tenants))


async def claim(database: Database) -> list[TenantClaim]:
    """Some of the tenants that are due, the longest due first."""
    claims = []
    for tenant, held in await database.rows(CLAIM):
        assert isinstance(tenant, int) and isinstance(held, datetime)
        claims.append(TenantClaim(tenant, held))
    return claims


async def settle(database: Database, claim: TenantClaim, due: datetime | None) -> None:
    """A tenant was looked at, and is due again at `due`, earlier where it changed meanwhile."""
    await database.rows(SETTLE, number=claim.tenant, held=claim.held, next=due)


async def start(database: Database) -> None:
    """A process starts: what another left when it ended is found, and a tenant that was never noted is."""
    await database.rows(START)


async def forget(database: Database, gone: Collection[int]) -> None:
    """Forget tenants that are not served any more; one that is served again is noted at its first change."""
    await database.rows(FORGET, gone=sorted(gone))
