"""Folding: adds deltas of tallies, of the map and of activities to their counts, some thousands at a time.

Votes whose deltas are folded are sealed in the same transaction.
"""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.dialects.postgresql import array as pg_array

from database.advisory_lock import AdvisoryLock
from database.door import Database, Transaction
from jobs import vote_seal
from models.activity import Activity
from models.base import constant, table
from models.contribution import Contribution, ContributionKind
from models.roll_up import (
    KIND_PLACES,
    ActivityCount,
    ActivityCountDelta,
    CellCount,
    CellCountDelta,
    SpaceCellCount,
    count_of,
)
from models.vote import Tally, TallyDelta
from resolvers import vote_method
from tenants import announcement

BATCH = 5_000

HOT = 50
"""A contribution with so many deltas is folded at once, because each vote's answer sums them. Others can wait a second,
because a fold rewrites the contribution's row and all of its index entries."""

_tally, _tally_delta = table(Tally), table(TallyDelta)
_cells, _spaces, _cell_delta = table(CellCount), table(SpaceCellCount), table(CellCountDelta)
_counts, _activity_delta = table(ActivityCount), table(ActivityCountDelta)
_contribution, _activity = table(Contribution), table(Activity)

LOCK = select(
    func.pg_try_advisory_xact_lock(*AdvisoryLock.FOLD.in_tenant()),
    func.set_config("enable_seqscan", "off", literal_column("true")),
)
"""One process folds a tenant at a time: two would each sum a part of a contribution's votes.

Sequential scans are off while folding, so that a plan made when there are no deltas also serves thousands.
"""

LONG_BYTES = 12 * 8_192
"""From twelve pages on, PostgreSQL uses the index to find one contribution's deltas, whatever its statistics say: it
rates a scan of so many pages dearer than an index of two. The file never shrinks again."""

_NOBODY = literal_column("'00000000-0000-0000-0000-000000000000'::uuid", Uuid)
LENGTHEN = insert(_tally_delta).from_select(
    ("id", "vote_id", "contribution_id", "key", "delta"),
    select(func.gen_random_uuid(), _NOBODY, _NOBODY, literal_column("''", Text), literal_column("0"))
    .select_from(func.generate_series(literal_column("1"), literal_column("1200")))
    .where(
        func.pg_relation_size(literal_column(f"'{_tally_delta.schema}.tally_delta'::regclass"))
        < literal_column(str(LONG_BYTES), BigInteger)
    ),
)
"""Inserts placeholder deltas that fill twelve pages, if the file is shorter."""


def _oldest(deltas: Table, *columns: Column[Any]) -> Select[Any]:
    return select(deltas.c.id, *columns).order_by(deltas.c.id).limit(literal_column(str(BATCH), BigInteger))


def _taken(deltas: Table, oldest: Select[Any] | None = None) -> CTE:
    """Deletes the oldest deltas and returns all their columns.

    The ids are an array: with a sub-select, a plan made while there are no deltas would be a nested loop, which takes
    seconds for thousands.
    """
    oldest_ids = _oldest(deltas) if oldest is None else oldest
    ids = func.array(oldest_ids.scalar_subquery(), type_=ARRAY(Uuid()))
    return delete(deltas).where(deltas.c.id == any_(ids)).returning(*deltas.c).cte("taken")


def _count(taken: CTE) -> Select[int]:
    return select(func.count()).select_from(taken)


_some = _oldest(_tally_delta, _tally_delta.c.contribution_id).subquery("some")
_held = select(_some.c.id, func.count().over(partition_by=_some.c.contribution_id).label("held")).subquery("held")
_votes = _taken(_tally_delta, select(_held.c.id).where(_held.c.held >= bindparam("at_least", type_=Integer())))
_sums = (
    select(_votes.c.contribution_id, _votes.c.key, func.sum(_votes.c.delta).label("count"))
    .group_by(_votes.c.contribution_id, _votes.c.key)
    .having(func.sum(_votes.c.delta) != literal_column("0"))
    .cte("sums")
)
_new_tally = insert(_tally).from_select(("contribution_id", "key", "count"), select(*_sums.c))
_folded = _new_tally.on_conflict_do_update(
    index_elements=("contribution_id", "key"), set_={"count": _tally.c.count + _new_tally.excluded.count}
).cte("folded")
_support = (
    select(_sums.c.contribution_id, func.sum(_sums.c.count).label("count"))
    .where(_sums.c.key == any_(bindparam("supporting", type_=ARRAY(Text()))))
    .group_by(_sums.c.contribution_id)
    .subquery("support")
)
_supported = (
    update(_contribution)
    .where(_contribution.c.id == _support.c.contribution_id, _support.c.count != literal_column("0"))
    .values(support_count=_contribution.c.support_count + _support.c.count)
    .cte("supported")
)
VOTES = (
    select(
        func.count(),
        func.array_agg(_votes.c.vote_id.distinct(), type_=ARRAY(Uuid())),
        func.array_agg(_votes.c.contribution_id.distinct(), type_=ARRAY(Uuid())),
    )
    .select_from(_votes)
    .add_cte(_folded, _supported)
)
"""Moves deltas of contributions with `at_least` so many into their counts, in one statement: readers see all of it or
nothing. Returns the votes to seal, and what they were cast on."""

_moved = _taken(_cell_delta)
_KEYS = ("level", "cell", "activity_id", "kind")
_SPACE_KEYS = ("level", "cell", "space_id")
_CENTER = (func.min(_moved.c.lat).label("lat"), func.min(_moved.c.lng).label("lng"))


def _of_kind(kind: ContributionKind) -> ColumnElement[int]:
    """The sum of the deltas of one kind."""
    return func.coalesce(func.sum(_moved.c.delta).filter(_moved.c.kind == constant(kind)), literal_column("0"))


_new_spaces = insert(_spaces).from_select(
    (*_SPACE_KEYS, "lat", "lng", "counts"),
    select(_moved.c.level, _moved.c.cell, _activity.c.space_id, *_CENTER, pg_array(map(_of_kind, KIND_PLACES)))
    .join_from(_moved, _activity, _activity.c.id == _moved.c.activity_id)
    .group_by(_moved.c.level, _moved.c.cell, _activity.c.space_id),
)
_by_space = _new_spaces.on_conflict_do_update(
    index_elements=_SPACE_KEYS,
    set_={
        "counts": pg_array(
            count_of(kind, _spaces.c.counts) + count_of(kind, _new_spaces.excluded.counts) for kind in KIND_PLACES
        )
    },
).cte("by_space")
_new_cells = insert(_cells).from_select(
    (*_KEYS, "lat", "lng", "count"),
    select(*(_moved.c[key] for key in _KEYS), *_CENTER, func.sum(_moved.c.delta)).group_by(
        *(_moved.c[key] for key in _KEYS)
    ),
)
_by_activity = _new_cells.on_conflict_do_update(
    index_elements=_KEYS, set_={"count": _cells.c.count + _new_cells.excluded.count}
).cte("by_activity")
CELLS = _count(_moved).add_cte(_by_space, _by_activity)
"""Folds the map's deltas into the counts by activity and kind, and by space."""

_counted = _taken(_activity_delta)
_ACTIVITY_KEYS = ("activity_id", "status", "kind", "category_id")
_new_counts = insert(_counts).from_select(
    ("id", *_ACTIVITY_KEYS, "count"),  # A new count takes the id of one of its deltas, which nothing else has.
    select(func.any_value(_counted.c.id), *(_counted.c[key] for key in _ACTIVITY_KEYS), func.sum(_counted.c.delta))
    .group_by(*(_counted.c[key] for key in _ACTIVITY_KEYS))
    .having(func.sum(_counted.c.delta) != literal_column("0")),
)
_by_group = _new_counts.on_conflict_do_update(
    index_elements=_ACTIVITY_KEYS, set_={"count": _counts.c.count + _new_counts.excluded.count}
).cte("by_group")
ACTIVITIES = _count(_counted).add_cte(_by_group)


async def fold(database: Database, tenant: int) -> bool:
    """Fold a batch of a tenant's deltas; whether it was full, so that there may be more."""
    return await _fold(database, tenant, 1, CELLS, ACTIVITIES)


async def lengthen(database: Database, tenant: int) -> None:
    """Keep the file of votes' deltas at LONG_BYTES or more, for the plans of its readers (decision 0035)."""
    async with database.transaction(tenant) as transaction:
        await transaction.execute(LENGTHEN)


async def fold_hot(database: Database, tenant: int) -> bool:
    """Fold a batch of a tenant's votes on contributions with HOT deltas or more; whether it was full."""
    return await _fold(database, tenant, HOT)


async def _fold(database: Database, tenant: int, at_least: int, *others: Select[int]) -> bool:
    async with database.transaction(tenant) as transaction:
        locked = await transaction.one(LOCK, tenant=tenant)
        if locked is None or not locked[0]:
            return False
        votes, contributions = await _votes_folded(transaction, tenant, at_least)
        taken = [votes, *[await _folded_by(transaction, statement) for statement in others]]
    await announcement.tallies(database, tenant, contributions)
    return BATCH in taken


async def _folded_by(transaction: Transaction, statement: Select[int]) -> int:
    """Fold counts; returns how many deltas there were."""
    row = await transaction.one(statement)
    assert row is not None
    return cast(int, row[0])


async def _votes_folded(transaction: Transaction, tenant: int, at_least: int) -> tuple[int, list[UUID]]:
    """Fold and seal votes; returns how many deltas there were, and what was voted on."""
    row = await transaction.one(VOTES, at_least=at_least, supporting=vote_method.supporting())
    assert row is not None
    count, votes, contributions = cast(tuple[int, list[UUID] | None, list[UUID] | None], row)
    await vote_seal.seal(transaction, tenant, votes or ())
    return count, contributions or []
