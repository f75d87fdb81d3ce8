"""Pages: the rows of a listing, found by keyset, in the way that the listing names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType
from sqlalchemy import ColumnElement, FromClause, Select, any_, func, literal_column, select, tuple_

from models.refusal import ErrorCode, Refusal
from planner import access_path, cursor
from planner.context import FieldContext
from planner.listing import FetchAndSort, Listing, Order, OrderedScan, PerValueScan

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_PAGE = 100


def page_size(context: FieldContext) -> int:
    """`first`, which is part of the plan. Raises Refusal(BAD_PAGE_SIZE) outside 0 to MAX_PAGE."""
    size = context.size("first")
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
    behind: ColumnElement[bool] | None = None,
) -> FromClause:
    """The first `limit` rows of a listing of `row` that meet the conditions, in order; those `behind` a cursor.

    It has all columns of the table and the order's keys as `k0`, `k1`, …
    """
    order = listing.order
    if behind is not None:
        conditions = [*conditions, behind]
    builder = access_path.PathBuilder(composer, row, order, conditions, limit, behind)
    match listing.access:
        case PerValueScan() as per_value:
            few = builder.per_value_scan(per_value)
        case OrderedScan() as ordered:
            few = builder.ordered_scan(ordered)
        case FetchAndSort() as fetch:
            few = builder.fetch_and_sort(fetch)
        case None:
            matching = select(*row.c, *access_path.labelled(order.keys)).where(*conditions)
            first = access_path.cut(matching, order.keys, order, limit).correlate_except(row)
            return composer.register(first.subquery(composer.alias()), target)
        case custom:
            few = custom.first(builder)
    whole, keys = composer.row(target), [few.c[f"k{index}"] for index in range(len(order.keys))]
    fetched = select(*whole.c, *keys).select_from(few).join(whole, whole.c.id == few.c.id)
    return composer.register(access_path.cut(fetched, keys, order, None).subquery(composer.alias()), target)


def every(
    composer: "Composer", row: FromClause, listing: Listing, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """All rows of a listing of `row` that meet the conditions, unordered."""
    builder = access_path.PathBuilder(composer, row, listing.order, conditions, None)
    match listing.access:
        case None:
            pass
        case FetchAndSort() as fetch:
            return builder.every(fetch)
        case PerValueScan(column, values, None):
            conditions = [*conditions, column == any_(values)]
        case PerValueScan(column, values, rest):
            conditions = [*conditions, column == any_(func.array_cat(values, rest))]
        case OrderedScan(within):
            conditions = [*conditions, within]
        case custom:
            return custom.every(builder)
    limited: Select[Any] = select(literal_column("1")).select_from(row).where(*conditions)
    return limited.correlate_except(row)


def after(order: Order, context: FieldContext) -> ColumnElement[bool]:
    """The row comes after the cursor `after`: one row comparison, which an index on the keys answers."""

    def key(index: int) -> ColumnElement[Any]:
        return context.bind(
            lambda arguments, _: cursor.decode(order.name, order.types, arguments["after"])[index],
            cursor.SQL_TYPES[order.types[index]],
        )

    place = tuple_(*(key(index) for index in range(len(order.keys))))
    keys = tuple_(*order.keys)
    return keys < place if order.is_descending else keys > place
