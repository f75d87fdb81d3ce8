"""Access paths: SQL that takes the first rows of a listing from an index, before any row is read whole."""

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

from planner.listing import FetchAndSort, Order, OrderedScan, PerValueScan

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_SORTED_ROWS = 2_000
"""Up to this many matches are fetched and sorted, at 2 to 3 ms a thousand; above it, rows are scanned in list order. A
lower limit would make words of middling frequency slow in large tenants."""

_BEGINNING = literal_column("'-infinity'::timestamptz", DateTime(timezone=True))

_OPAQUE_LIMIT = select(literal_column("NULL::bigint", BigInteger)).scalar_subquery()
"""No limit, written so that PostgreSQL's planner cannot see that: it assumes that a tenth of the rows will do and reads
them in order from the index. Left alone it would misjudge areas, fetch all rows and sort them."""


@dataclass(frozen=True, slots=True)
class PathBuilder:
    """Builds the SQL of each access path: the first `limit` rows of `row` that meet the conditions, in order.

    Each result is a relation of their `id` and the order's keys as `k0`, `k1`, …
    """

    composer: "Composer"
    row: FromClause
    order: Order
    conditions: Sequence[ColumnElement[bool]]
    limit: int | None
    behind: ColumnElement[bool] | None = None
    """The one condition, if any, that rows lie behind the cursor."""

    def per_value_scan(self, per_value: PerValueScan) -> FromClause:
        """Each value's first rows, merged; those of `rest` only as far as they can still be on the page."""
        probed = self._probed(per_value.column, per_value.values, self.conditions)
        if per_value.rest is None:
            return self.first(probed).subquery(self.composer.alias())
        assert self.limit is not None, "a list without pages is not cut"
        page = self.first(probed).cte(self.composer.alias())
        last = select(page.c.k0).order_by(page.c.k0.desc()).offset(number(max(0, self.limit - 1))).limit(number(1))
        is_early = self.order.keys[0] >= func.coalesce(last.scalar_subquery(), _BEGINNING)
        others = self._probed(per_value.column, per_value.rest, (*self.conditions, is_early))
        both = union_all(select(*page.c), others).subquery(self.composer.alias())
        return self.first(select(*both.c).add_cte(page, nest_here=True)).subquery(self.composer.alias())

    def ordered_scan(self, ordered: OrderedScan) -> FromClause:
        """Rows in index order, the other conditions checked on each, until a page is full."""
        scanned = self._scanned((ordered.within,), self.order.keys[:1], self.conditions)
        return scanned.subquery(self.composer.alias())

    def fetch_and_sort(self, fetch: FetchAndSort, *further: ColumnElement[bool]) -> FromClause:
        """All matches, sorted; when they are more than MAX_SORTED_ROWS, a scan in list order instead.

        The statement itself decides, by counting. So one plan serves rare words and common ones, and PostgreSQL need
        not plan anew for each word, which would take a third of the statement's time.
        """
        fetched = self.fetched(fetch, *further).limit(number(MAX_SORTED_ROWS + 1)).cte(self.composer.alias())
        count = select(func.count()).select_from(fetched).scalar_subquery()
        must_scan = or_(count > number(MAX_SORTED_ROWS), not_(fetch.indexable))
        scanned = self.scanned(fetch, *further, must_scan).subquery(self.composer.alias())
        few = select(*fetched.c).where(count <= number(MAX_SORTED_ROWS))
        both = union_all(few, select(*scanned.c)).subquery(self.composer.alias())
        return self.first(select(*both.c).add_cte(fetched, nest_here=True)).subquery(self.composer.alias())

    def fetched(self, fetch: FetchAndSort, *further: ColumnElement[bool]) -> Select[Any]:
        """All rows `within`, fetched from the one index on it, which `further` conditions may narrow.

        The other conditions are checked on the fetched rows. PostgreSQL expects many rows for any word and would ask
        other indexes first: 7 ms instead of 0.6 for two words among 200,000 rows.
        """
        columns = self._columns((*self.order.keys, *self.conditions))
        fetched = select(*columns).where(fetch.within, fetch.indexable, *fetch.narrow, *further).offset(number(0))
        passed = fetched.correlate_except(self.row).subquery(self.composer.alias())
        keys = labelled([_of(passed, key, self.row) for key in self.order.keys])
        conditions = [_of(passed, condition, self.row) for condition in self.conditions]
        return select(passed.c.id, *keys).where(*conditions).correlate_except(passed)

    def every(self, fetch: FetchAndSort) -> Select[Any]:
        """All rows `within`, unordered."""
        both = union_all(self.fetched(fetch), self.scanned(fetch, not_(fetch.indexable)))
        return select(literal_column("1")).select_from(both.subquery(self.composer.alias()))

    def scanned(self, fetch: FetchAndSort, *further: ColumnElement[bool]) -> Select[Any]:
        """The first rows `within`, by a scan of all rows in list order."""
        return self._scanned((*fetch.narrow, *self.conditions, *further), self.order.keys, (fetch.within,))

    def _scanned(
        self,
        before: Sequence[ColumnElement[bool]],
        keys: Sequence[ColumnElement[Any]],
        after: Sequence[ColumnElement[bool]],
    ) -> Select[Any]:
        """The first rows in the order, read from an index that is ordered by `keys`.

        The index checks the conditions in `before`; those in `after` are checked on the rows that it returns.
        """
        columns = (*self._columns((*self.order.keys[len(keys) :], *after)), *labelled(keys))
        read = cut(select(*columns).where(*before), keys, self.order, None).limit(_OPAQUE_LIMIT)
        passed = read.correlate_except(self.row).subquery(self.composer.alias())
        rest = (_of(passed, key, self.row) for key in self.order.keys[len(keys) :])
        all_keys = [*(passed.c[f"k{index}"] for index in range(len(keys))), *rest]
        conditions = [_of(passed, condition, self.row) for condition in after]
        matching = select(passed.c.id, *labelled(all_keys)).where(*conditions)
        return cut(matching, all_keys, self.order, self.limit).correlate_except(passed)

    def _columns(self, used: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """The row's id and the columns that are used: every column passed on costs time at each node of the plan."""
        columns = {element for expression in used for element in iterate(expression) if isinstance(element, Column)}
        return [column for column in self.row.c if column.key == "id" or column in columns]

    def _probed(
        self, searched: ColumnElement[Any], values: ColumnElement[Any], conditions: Sequence[ColumnElement[bool]]
    ) -> Select[Any]:
        """Each value's first rows, from the index alone."""
        hidden = select(values).scalar_subquery()  # Else PostgreSQL plans anew, in 2 ms, for each number of values.
        unnested = func.unnest(hidden).table_valued(column("value", searched.type), name=self.composer.alias())
        probe = unnested.render_derived()
        each = select(self.row.c.id, *labelled(self.order.keys)).where(searched == probe.c.value, *conditions)
        hits = cut(each, self.order.keys, self.order, self.limit).correlate_except(self.row)
        lateral = hits.lateral(self.composer.alias())
        return select(*lateral.c).select_from(probe).join(lateral, true())

    def first(self, rows: Select[Any]) -> Select[Any]:
        """The first of these rows, in order."""
        keys = [rows.selected_columns[f"k{index}"] for index in range(len(self.order.keys))]
        return cut(rows, keys, self.order, self.limit)


def _of(passed: FromClause, expression: ColumnElement[Any], row: FromClause) -> ColumnElement[Any]:
    """An expression over a table's row, rewritten for the same row as a sub-select passes it on."""

    def there(element: object, **_: Any) -> ColumnElement[Any] | None:
        return passed.c[element.key] if isinstance(element, Column) and element.table is row else None

    replaced: ColumnElement[Any] = replacement_traverse(expression, {}, there)
    return replaced


def labelled(keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """An order's keys as `k0`, `k1`, …"""
    return [key.label(f"k{index}") for index, key in enumerate(keys)]


def cut(statement: Select[Any], keys: Sequence[ColumnElement[Any]], order: Order, limit: int | None) -> Select[Any]:
    """The first rows in the order. The limit is a literal: for a parameter PostgreSQL would assume a tenth of all."""
    ordered = statement.order_by(*(key.desc() if order.is_descending else key.asc() for key in keys))
    return ordered if limit is None else ordered.limit(number(limit))


def number(value: int) -> ColumnElement[int]:
    """A number as a literal."""
    return literal_column(str(int(value)), Integer)
