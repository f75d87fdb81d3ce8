"""Pages: the rows of a listing, found by keyset, in as many index probes as the listing is spread over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType
from sqlalchemy import ColumnElement, FromClause, Integer, Select, column, func, literal_column, select, true, tuple_

from models.refusal import ErrorCode, Refusal
from planner import cursor
from planner.listing import Listing, Order, Spread
from planner.question import Question

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_PAGE = 100


def page_size(question: Question) -> int:
    """`first`, which is part of the plan. Raises Refusal(BAD_PAGE_SIZE) outside 0 to MAX_PAGE."""
    size = question.size("first")
    if size is None or not 0 <= size <= MAX_PAGE:
        raise Refusal(ErrorCode.BAD_PAGE_SIZE, f"`first` is from 0 to {MAX_PAGE}.", "first")
    return size


def page(
    composer: "Composer",
    target: GraphQLObjectType,
    row: FromClause,
    listing: Listing,
    conditions: Sequence[ColumnElement[bool]],
    limit: int | None,
) -> FromClause:
    """The first `limit` rows of a listing of `row` that meet the conditions, in order.

    It has all columns of the table and the order's keys as `k0`, `k1`, …
    """
    if listing.spread is not None:
        return _spread(composer, target, row, listing.order, listing.spread, conditions, limit)
    found = select(*row.c, *_labelled(listing.order)).where(*conditions)
    cut = _cut(found, listing.order.keys, listing.order, limit).correlate_except(row)
    return composer.known(cut.subquery(composer.alias()), target)


def after(order: Order, question: Question) -> ColumnElement[bool]:
    """The row lies behind the argument `after`: one row comparison, which an index on the keys answers."""

    def key(index: int) -> ColumnElement[Any]:
        return question.bind(
            lambda arguments, _: cursor.decode(order.name, order.types, arguments["after"])[index],
            cursor.SQL_TYPES[order.types[index]],
        )

    place = tuple_(*(key(index) for index in range(len(order.keys))))
    keys = tuple_(*order.keys)
    return keys < place if order.is_descending else keys > place


def _spread(
    composer: "Composer",
    target: GraphQLObjectType,
    row: FromClause,
    order: Order,
    spread: Spread,
    conditions: Sequence[ColumnElement[bool]],
    limit: int | None,
) -> FromClause:
    """Each value's first rows from the index, the first of them all, and only then whole rows."""
    values = func.unnest(spread.values).table_valued(column("value", spread.column.type), name=composer.alias())
    probe = values.render_derived()
    each = select(row.c.id, *_labelled(order)).where(spread.column == probe.c.value, *conditions)
    hits = _cut(each, order.keys, order, limit).correlate_except(row).lateral(composer.alias())
    best = select(*hits.c).select_from(probe).join(hits, true())
    few = _cut(best, _keys(hits, order), order, limit).subquery(composer.alias())
    whole = composer.row(target)
    found = select(*whole.c, *_keys(few, order)).select_from(few).join(whole, whole.c.id == few.c.id)
    return composer.known(_cut(found, _keys(few, order), order, None).subquery(composer.alias()), target)


def _labelled(order: Order) -> list[ColumnElement[Any]]:
    return [key.label(f"k{index}") for index, key in enumerate(order.keys)]


def _keys(rows: FromClause, order: Order) -> list[ColumnElement[Any]]:
    return [rows.c[f"k{index}"] for index in range(len(order.keys))]


def _cut(statement: Select[Any], keys: Sequence[ColumnElement[Any]], order: Order, limit: int | None) -> Select[Any]:
    """The first rows in the order. The limit is written out, because for an unknown one plans assume a tenth of all."""
    ordered = statement.order_by(*(key.desc() if order.is_descending else key.asc() for key in keys))
    return ordered if limit is None else ordered.limit(literal_column(str(int(limit)), Integer))
