"""The roll-ups: what publishing, revising, closing and expiring change in the counts of the map and of activities.

Code that publishes a contribution or changes its status, category or place reports here what it was and what it is,
in the same transaction. Triggers would not be forgotten, but tenants' schemas have none (decisions 0006 and 0018).
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Double, Insert, Integer, SmallInteger, Text, Update, insert, select
from sqlalchemy.types import TypeEngine, Uuid

from database.door import Transaction
from geo import cell
from geo.privacy import Published
from models.base import new_id, table, unnested
from models.contribution import ContributionKind, ContributionStatus, Precision
from models.roll_up import ActivityCountDelta, CellCountDelta
from resolvers import sight

Key = TypeVar("Key", bound=Hashable)
Statement = TypeVar("Statement", Insert, Update)


@dataclass(frozen=True, slots=True)
class Counted:
    """The properties that a contribution is counted by."""

    activity: UUID
    status: ContributionStatus
    kind: ContributionKind
    category: UUID | None
    published: Published | None
    """Where it is on the map while it is open."""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """The columns of a contribution that it is counted by."""

    activity_id: UUID
    status: ContributionStatus
    kind: ContributionKind
    category_id: UUID | None
    cell: int | None
    lat: float | None
    lng: float | None
    precision: Precision | None

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "CountedRow":
        """The same for a row to be inserted, whose enums are given by their values."""
        enums: dict[str, type[Enum]] = {"status": ContributionStatus, "kind": ContributionKind, "precision": Precision}
        given: dict[str, Any] = {name: columns[name] for name in COLUMNS}
        as_enums = {name: enum(given[name]) for name, enum in enums.items() if given[name] is not None}
        return cls(**given | as_enums)


COLUMNS = tuple(column.name for column in fields(CountedRow))


def counted(row: CountedRow) -> Counted:
    """What a contribution is counted by."""
    published = None
    if row.cell is not None and row.lat is not None and row.lng is not None:
        published = Published(row.cell, row.lat, row.lng, row.precision is Precision.EXACT)
    return Counted(row.activity_id, row.status, row.kind, row.category_id, published)


Change = tuple[Counted | None, Counted | None]
"""What a contribution was and what it is; None before it was published. Its activity and kind stay."""

_CELL: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "level": SmallInteger(),
    "cell": BigInteger(),
    "lat": Double(),
    "lng": Double(),
    "activity_id": Uuid(),
    "kind": Text(),
    "delta": Integer(),
}
_ACTIVITY: dict[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "activity_id": Uuid(),
    "status": Text(),
    "kind": Text(),
    "category_id": Uuid(),
    "delta": Integer(),
}


_activities = unnested("activities", _ACTIVITY, "activities_{}")
_IN_ACTIVITIES = insert(table(ActivityCountDelta)).from_select([*_ACTIVITY], select(*_activities.c))
_cells = unnested("cells", _CELL, "cells_{}")
_ON_MAP = insert(table(CellCountDelta)).from_select([*_CELL], select(*_cells.c))
COUNT = _ON_MAP.add_cte(_IN_ACTIVITIES.cte("in_activities"))
"""Inserts the deltas of any number of changes; `deltas` makes its parameters."""


def counting(change: Statement) -> Statement:
    """The statement, extended to append the deltas as well: one round trip for both."""
    return change.add_cte(_IN_ACTIVITIES.cte("in_activities"), _ON_MAP.cte("on_map"))


async def count(transaction: Transaction, *changes: Change) -> None:
    """Remove contributions from the counts as they were, and add them as they are."""
    if changes:
        await transaction.execute(COUNT, **deltas(*changes))


def deltas(*changes: Change) -> dict[str, list[object]]:
    """The parameters of COUNT, or of a statement made by `counting`; empty arrays where nothing changes."""
    activities = [(new_id(), *key, by) for key, by in _moved(changes, _in_activity).items() if by]
    moves = [change for change in changes if _place(change[0]) != _place(change[1])]  # A place's cells take 60 µs.
    cells = [
        (new_id(), level, cell_id, *cell.center(cell_id), activity, kind, by)
        for (level, cell_id, activity, kind), by in _moved(moves, _on_map).items()
        if by
    ]
    return _arrays(_ACTIVITY, "activities", activities) | _arrays(_CELL, "cells", cells)


def _moved(changes: Iterable[Change], keys: Callable[[Counted], Iterable[Key]]) -> Counter[Key]:
    """By how much the counts of keys change."""
    moved: Counter[Key] = Counter()
    for was, now in changes:
        moved.subtract(keys(was) if was else ())
        moved.update(keys(now) if now else ())
    return moved


def _in_activity(counted: Counted) -> list[tuple[UUID, str, str, UUID | None]]:
    if not sight.is_public(counted.status):
        return []
    return [(counted.activity, counted.status.value, counted.kind.value, counted.category)]


def _on_map(counted: Counted) -> list[tuple[int, int, UUID, str]]:
    place = _place(counted)
    cells = place.rolled_up() if place else {}
    return [(level, cell_id, counted.activity, counted.kind.value) for level, cell_id in cells.items()]


def _place(counted: Counted | None) -> Published | None:
    """Where it is on the map."""
    is_shown = counted is not None and counted.status is ContributionStatus.OPEN and sight.is_public(counted.status)
    return counted.published if counted and is_shown else None


def _arrays(columns: Iterable[str], name: str, rows: list[Any]) -> dict[str, list[object]]:
    return {f"{name}_{column}": [row[rank] for row in rows] for rank, column in enumerate(columns)}
