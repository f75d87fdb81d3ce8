"""Claims: how a job takes work that no other process is at, and keeps it as long as it says so."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Interval,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import Uuid

_ONE = literal_column("1", Integer)


@dataclass(frozen=True, eq=False)
class Claims:
    """Work in the rows of a table: there is some in those of which `waits` holds, the oldest by `since` first. Until
    `held_until` somebody is at it, who is taken for dead after having been silent for as long as `held`. `attempts`
    counts how often somebody began, and so names who."""

    waits: ColumnElement[bool]
    since: Column[Any]
    held_until: Column[Any]
    held: timedelta
    attempts: Column[Any] | None = None

    @property
    def hold(self) -> ColumnElement[Any]:
        """Until when whoever says now that he is at it keeps it."""
        return func.now() + literal(self.held, Interval)

    def claim(self, *names: str, **values: Any) -> ReturningUpdate[Any]:
        """Takes the next that is free, sets `values`, and gives the columns of these names."""
        row, free = self.held_until.table, or_(self.held_until.is_(None), self.held_until < func.now())
        waiting = select(row.c.id).where(self.waits, free).order_by(self.since)
        first = waiting.limit(_ONE).with_for_update(skip_locked=True)
        counted = {} if self.attempts is None else {self.attempts.name: self.attempts + _ONE}
        taken = update(row).where(row.c.id.in_(first)).values({self.held_until.name: self.hold} | counted | values)
        return taken.returning(*(row.c[name] for name in names))

    @property
    def next(self) -> Select[Any]:
        """When the next can be taken."""
        return select(func.min(func.coalesce(self.held_until, func.now()))).where(self.waits)

    def own(self, id_: str) -> ColumnElement[bool]:
        """The row that the parameter `id_` names is still the claim of the one that the parameter `attempt` names:
        nobody removed it, and nobody took it over."""
        assert self.attempts is not None
        named = self.held_until.table.c.id == bindparam(id_, type_=Uuid())
        return and_(named, self.waits, self.attempts == bindparam("attempt", type_=Integer()))
