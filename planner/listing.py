"""Listings: which rows a list holds and in which order, as resolvers state it and the planner pages it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select

if TYPE_CHECKING:
    from planner.way import Search

KeyType = type[datetime] | type[int] | type[float] | type[str] | type[UUID]


@dataclass(frozen=True, slots=True)
class Order:
    """A total order: its keys all ascend or all descend, the last is unique. `name` marks cursors as this order's."""

    name: str
    keys: tuple[ColumnElement[Any], ...]
    types: tuple[KeyType, ...]
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """`column` is one of `values` or `rest`: read value by value from an index that holds each value's rows in order.

    `rest` is for values of whose rows many do not belong to the list: of them only rows are read that come before the
    last row which a page found among `values`. It asks for an order that begins with a time and descends.
    """

    column: ColumnElement[Any]
    values: ColumnElement[Any]
    rest: ColumnElement[Any] | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """`within` holds: read row by row, from an index that knows it and the order's first key, until a page is full."""

    within: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Gather:
    """`within` holds, for few rows as a rule: fetch them by an index that knows no order, and sort.

    What is `narrow` holds for few rows, too, and another index may know them. When they turn out to be many, who reads
    row after row in the list's order meets them soon, and finds them so. So he does when it is not `indexable`: asked
    for what has not a word, the index would be read from end to end.
    """

    within: ColumnElement[bool]
    indexable: ColumnElement[bool]
    narrow: tuple[ColumnElement[bool], ...] = ()


class Strategy(Protocol):
    """A way of a resolver's own, made of what `planner.way.Search` can do."""

    def first(self, search: "Search") -> FromClause:
        """The first rows that meet the conditions, in order: their `id` and the order's keys as `k0`, `k1`, …"""

    def every(self, search: "Search") -> Select[Any]:
        """All of them, in no order."""


Way = Spread | Walk | Gather | Strategy


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that satisfy all of `where` (and of `way`, which says how they are best read), in `order`."""

    where: tuple[ColumnElement[bool], ...]
    order: Order
    way: Way | None = None


def all_of(conditions: Sequence[ColumnElement[bool] | None]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that are there."""
    return tuple(condition for condition in conditions if condition is not None)
