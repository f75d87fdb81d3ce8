"""Listings: which rows a list holds and in which order, as resolvers state it and the planner pages it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

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
    """`column = ANY(values)`, to be read value by value from an index that holds each value's rows in order."""

    column: ColumnElement[Any]
    values: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that satisfy all of `where` (and lie in `spread`), in `order`."""

    where: tuple[ColumnElement[bool], ...]
    order: Order
    spread: Spread | None = None

    def having(self, *conditions: ColumnElement[bool]) -> "Listing":
        """The same list with further conditions."""
        return replace(self, where=(*self.where, *conditions))


def all_of(conditions: Sequence[ColumnElement[bool] | None]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that are there."""
    return tuple(condition for condition in conditions if condition is not None)
