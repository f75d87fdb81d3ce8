"""Listings: a list's rows, order and access path, as resolvers declare them for the planner to page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select

if TYPE_CHECKING:
    from planner.access_path import PathBuilder

KeyType = type[datetime] | type[int] | type[float] | type[str] | type[UUID]


@dataclass(frozen=True, slots=True)
class Order:
    """A total order: its keys all ascend or all descend, the last is unique. `name` marks cursors as this order's."""

    name: str
    keys: tuple[ColumnElement[Any], ...]
    types: tuple[KeyType, ...]
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class PerValueScan:
    """`column` is one of `values` or `rest`: merge each value's first rows, from an index that holds them in order.

    Put values in `rest` when many of their rows fail the other conditions: of these, only rows are read that come
    before the last row of the page from `values`. `rest` needs an order that begins with a time and descends.
    """

    column: ColumnElement[Any]
    values: ColumnElement[Any]
    rest: ColumnElement[Any] | None = None


@dataclass(frozen=True, slots=True)
class OrderedScan:
    """`within` holds: scan an index on it and on the order's first key, row by row, until a page is full."""

    within: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class FetchAndSort:
    """`within` usually holds for few rows: fetch them all from an unordered index, and sort.

    Conditions in `narrow` also hold for few rows, and may have indexes of their own. When there are many matches, the
    rows are scanned in list order instead, which then soon fills a page. The same is done when the search is not
    `indexable`: one for rows without a word would read the index from end to end.
    """

    within: ColumnElement[bool]
    indexable: ColumnElement[bool]
    narrow: tuple[ColumnElement[bool], ...] = ()


class CustomPath(Protocol):
    """An access path of a resolver's own, made with `planner.access_path.PathBuilder`."""

    def first(self, builder: "PathBuilder") -> FromClause:
        """The first rows that meet the conditions, in order: their `id` and the order's keys as `k0`, `k1`, …"""

    def every(self, builder: "PathBuilder") -> Select[Any]:
        """All of them, unordered."""


AccessPath = PerValueScan | OrderedScan | FetchAndSort | CustomPath


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that satisfy all of `where` and the condition of `access`, in `order`."""

    where: tuple[ColumnElement[bool], ...]
    order: Order
    access: AccessPath | None = None
    """How the first rows are read fastest; None: as PostgreSQL chooses."""

    counts: "Counts | None" = None
    """Where the number of all rows is read from, if not from the rows."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Groups of a listing's rows, each with its `count`: those that satisfy `where` are the listing's.

    `row` has the columns by which viewers see rows of the type. A group may come in parts, also negative ones.
    """

    row: FromClause
    where: tuple[ColumnElement[bool], ...]


def all_of(conditions: Sequence[ColumnElement[bool] | None]) -> tuple[ColumnElement[bool], ...]:
    """The conditions without None."""
    return tuple(condition for condition in conditions if condition is not None)
