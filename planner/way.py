"""Ways: how the first rows of a listing are found in an index, before any row is read whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    column,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from planner.listing import Gather, Order, Spread, Walk

if TYPE_CHECKING:
    from planner.compose import Composer

MANY = 2_000
"""As many rows are gathered and sorted, at 2 to 3 ms for each thousand, which common words cost before they are met on
the way. Fewer would have words in between met late in large tenants."""

_BEGINNING = literal_column("'-infinity'::timestamptz", DateTime(timezone=True))

_UNTOLD = select(literal_column("NULL::bigint", BigInteger)).scalar_subquery()
"""No limit, and PostgreSQL's planner cannot know it: it assumes that a tenth of the rows will do, and therefore reads
them in order from the index. By its fixed estimates of areas it would rather fetch them all and sort."""


@dataclass(frozen=True, slots=True)
class Search:
    """The first `limit` of the rows named `row` that meet the conditions, in order.

    Each way gives a relation of their `id` and the order's keys as `k0`, `k1`, …
    """

    composer: "Composer"
    row: FromClause
    order: Order
    conditions: Sequence[ColumnElement[bool]]
    limit: int | None
    behind: ColumnElement[bool] | None = None
    """Which of the conditions says that rows lie behind the cursor."""

    def spread(self, spread: Spread) -> FromClause:
        """Value by value."""
        probed = self._probed(spread.column, spread.values, self.conditions)
        if spread.rest is None:
            return self.first(probed).subquery(self.composer.alias())
        assert self.limit is not None, "a list without pages is not cut"
        found = self.first(probed).cte(self.composer.alias())
        last = select(found.c.k0).order_by(found.c.k0.desc()).offset(number(max(0, self.limit - 1))).limit(number(1))
        is_early = self.order.keys[0] >= func.coalesce(last.scalar_subquery(), _BEGINNING)
        others = self._probed(spread.column, spread.rest, (*self.conditions, is_early))
        both = union_all(select(*found.c), others).subquery(self.composer.alias())
        return self.first(select(*both.c).add_cte(found, nest_here=True)).subquery(self.composer.alias())

    def walk(self, walk: Walk) -> FromClause:
        """Row after row from the index, the conditions tried on the way."""
        walked = self._walked((walk.within,), self.order.keys[:1], self.conditions)
        return walked.subquery(self.composer.alias())

    def gather(self, gather: Gather, *further: ColumnElement[bool]) -> FromClause:
        """All that there are, sorted; or row after row in the order, should they be more than MANY.

        The statement itself decides by counting. So one plan serves rare words and common ones, and what PostgreSQL
        would gain by planning anew for each word, a third of the statement's time, is not spent.
        """
        found = self.found(gather, *further).limit(number(MANY + 1)).cte(self.composer.alias())
        held = select(func.count()).select_from(found).scalar_subquery()
        is_vain = or_(held > number(MANY), not_(gather.indexable))
        met = self.met(gather, *further, is_vain).subquery(self.composer.alias())
        both = union_all(select(*found.c).where(held <= number(MANY)), select(*met.c)).subquery(self.composer.alias())
        return self.first(select(*both.c).add_cte(found, nest_here=True)).subquery(self.composer.alias())

    def found(self, way: Gather, *further: ColumnElement[bool]) -> Select[Any]:
        """All rows that are `within`, fetched by the one index that knows it, and what `further` it may be asked.

        The other conditions are tried outside, on the rows. PostgreSQL, which expects many rows for any word, would
        ask other indexes for them first: 7 ms instead of 0.6 for two words among 200,000 rows.
        """
        columns = self._columns((*self.order.keys, *self.conditions))
        fetched = select(*columns).where(way.within, way.indexable, *way.narrow, *further).offset(number(0))
        passed = fetched.correlate_except(self.row).subquery(self.composer.alias())
        keys = labelled([_of(passed, key, self.row) for key in self.order.keys])
        conditions = [_of(passed, condition, self.row) for condition in self.conditions]
        return select(passed.c.id, *keys).where(*conditions).correlate_except(passed)

    def every(self, gather: Gather) -> Select[Any]:
        """All rows that are `within`, in no order."""
        both = union_all(self.found(gather), self.met(gather, not_(gather.indexable)))
        return select(literal_column("1")).select_from(both.subquery(self.composer.alias()))

    def met(self, way: Gather, *further: ColumnElement[bool]) -> Select[Any]:
        """The first rows that are `within`, met on the way through all rows in order."""
        return self._walked((*way.narrow, *self.conditions, *further), self.order.keys, (way.within,))

    def _walked(
        self,
        before: Sequence[ColumnElement[bool]],
        keys: Sequence[ColumnElement[Any]],
        after: Sequence[ColumnElement[bool]],
    ) -> Select[Any]:
        """The first rows in the order, read from an index that has the order of `keys`.

        What must hold `before` is asked of the index, what must hold `after` of the rows that it gives.
        """
        columns = (*self._columns((*self.order.keys[len(keys) :], *after)), *labelled(keys))
        read = cut(select(*columns).where(*before), keys, self.order, None).limit(_UNTOLD)
        passed = read.correlate_except(self.row).subquery(self.composer.alias())
        rest = (_of(passed, key, self.row) for key in self.order.keys[len(keys) :])
        found = [*(passed.c[f"k{index}"] for index in range(len(keys))), *rest]
        conditions = [_of(passed, condition, self.row) for condition in after]
        met = select(passed.c.id, *labelled(found)).where(*conditions)
        return cut(met, found, self.order, self.limit).correlate_except(passed)

    def _columns(self, used: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """The row's id and those of its columns that are used: each that is passed on costs each node of a plan."""
        found = {element for expression in used for element in iterate(expression) if isinstance(element, Column)}
        return [column for column in self.row.c if column.key == "id" or column in found]

    def _probed(
        self, searched: ColumnElement[Any], values: ColumnElement[Any], conditions: Sequence[ColumnElement[bool]]
    ) -> Select[Any]:
        """Each value's first rows, from the index alone."""
        hidden = select(values).scalar_subquery()  # Else plans are made anew, at 2 ms, for each number of values.
        unnested = func.unnest(hidden).table_valued(column("value", searched.type), name=self.composer.alias())
        probe = unnested.render_derived()
        each = select(self.row.c.id, *labelled(self.order.keys)).where(searched == probe.c.value, *conditions)
        hits = cut(each, self.order.keys, self.order, self.limit).correlate_except(self.row)
        lateral = hits.lateral(self.composer.alias())
        return select(*lateral.c).select_from(probe).join(lateral, true())

    def first(self, found: Select[Any]) -> Select[Any]:
        """The first of rows that were found, in order."""
        keys = [found.selected_columns[f"k{index}"] for index in range(len(self.order.keys))]
        return cut(found, keys, self.order, self.limit)


def _of(passed: FromClause, expression: ColumnElement[Any], row: FromClause) -> ColumnElement[Any]:
    """What is said of a table's row, said of the same row as a sub-select passed it on."""

    def there(element: object, **_: Any) -> ColumnElement[Any] | None:
        return passed.c[element.key] if isinstance(element, Column) and element.table is row else None

    replaced: ColumnElement[Any] = replacement_traverse(expression, {}, there)
    return replaced


def labelled(keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """An order's keys as `k0`, `k1`, …"""
    return [key.label(f"k{index}") for index, key in enumerate(keys)]


def cut(statement: Select[Any], keys: Sequence[ColumnElement[Any]], order: Order, limit: int | None) -> Select[Any]:
    """The first rows in the order. The limit is written out, because for an unknown one plans assume a tenth of all."""
    ordered = statement.order_by(*(key.desc() if order.is_descending else key.asc() for key in keys))
    return ordered if limit is None else ordered.limit(number(limit))


def number(value: int) -> ColumnElement[int]:
    """A number written out."""
    return literal_column(str(int(value)), Integer)
