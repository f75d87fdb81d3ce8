"""Folding: deltas of tallies and of the map's roll-up go into their counts, a few thousand at a time."""

from sqlalchemy import BigInteger, Integer, Table, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from models.base import constant, table
from models.contribution import CellCount, CellCountDelta, Contribution
from models.vote import POSITIVE_CHOICES, Tally, TallyDelta
from tenants.door import Database

BATCH = 5_000

_tally, _tally_delta = table(Tally), table(TallyDelta)
_cells, _cell_delta, _contribution = table(CellCount), table(CellCountDelta), table(Contribution)

LOCK = select(func.pg_try_advisory_xact_lock(literal_column("7461", Integer), bindparam("tenant", type_=Integer())))
"""One folder a tenant at a time: two would sum one contribution's votes apart. The number is ours by choice."""


def _taken(deltas: Table):  # type: ignore[no-untyped-def]  # a CTE of all the table's columns
    oldest = select(deltas.c.id).order_by(deltas.c.id).limit(literal_column(str(BATCH), BigInteger))
    return delete(deltas).where(deltas.c.id.in_(oldest)).returning(*deltas.c).cte("taken")


_votes = _taken(_tally_delta)
_sums = (
    select(_votes.c.contribution_id, _votes.c.choice, func.sum(_votes.c.delta).label("count"))
    .group_by(_votes.c.contribution_id, _votes.c.choice)
    .cte("sums")
)
_new_tally = insert(_tally).from_select(("contribution_id", "choice", "count"), select(*_sums.c))
_folded = _new_tally.on_conflict_do_update(
    index_elements=("contribution_id", "choice"), set_={"count": _tally.c.count + _new_tally.excluded.count}
).cte("folded")
_support = (
    select(_sums.c.contribution_id, func.sum(_sums.c.count).label("count"))
    .where(_sums.c.choice.in_([constant(choice) for choice in POSITIVE_CHOICES]))
    .group_by(_sums.c.contribution_id)
    .subquery("support")
)
VOTES = (
    update(_contribution)
    .where(_contribution.c.id == _support.c.contribution_id, _support.c.count != literal_column("0"))
    .values(support_count=_contribution.c.support_count + _support.c.count)
    .add_cte(_folded)
)
"""Deltas leave and counts arrive in one statement: whoever reads sees all of it or nothing."""

_moved = _taken(_cell_delta)
_KEYS = ("level", "cell", "activity_id", "kind")
_new_cells = insert(_cells).from_select(
    (*_KEYS, "lat", "lng", "count"),
    select(
        *(_moved.c[key] for key in _KEYS), func.min(_moved.c.lat), func.min(_moved.c.lng), func.sum(_moved.c.delta)
    ).group_by(*(_moved.c[key] for key in _KEYS)),
)
CELLS = _new_cells.on_conflict_do_update(
    index_elements=_KEYS, set_={"count": _cells.c.count + _new_cells.excluded.count}
)

PENDING = select(select(_tally_delta.c.id).exists() | select(_cell_delta.c.id).exists())


async def fold(database: Database, tenant: int) -> bool:
    """Fold one batch of a tenant's deltas; whether there may be more."""
    async with database.transaction(tenant) as transaction:
        locked = await transaction.one(LOCK, tenant=tenant)
        if locked is None or not locked[0]:
            return False
        await transaction.execute(VOTES)
        await transaction.execute(CELLS)
        pending = await transaction.one(PENDING)
        return bool(pending and pending[0])
