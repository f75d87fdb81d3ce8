"""Pages: the rows of a listing, found by keyset, in the way that the listing names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType
from sqlalchemy import ColumnElement, FromClause, Select, any_, func, literal_column, select, tuple_

from models.refusal import ErrorCode, Refusal
from planner import cursor, way
from planner.listing import Gather, Listing, Order, Spread, Walk
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
    behind: ColumnElement[bool] | None = None,
) -> FromClause:
    """The first `limit` rows of a listing of `row` that meet the conditions, in order; those `behind` a cursor.

    It has all columns of the table and the order's keys as `k0`, `k1`, …
    """
    order = listing.order
    if behind is not None:
        conditions = [*conditions, behind]
    search = way.Search(composer, row, order, conditions, limit, behind)
    match listing.way:
        case Spread() as spread:
            few = search.spread(spread)
        case Walk() as walk:
            few = search.walk(walk)
        case Gather() as gather:
            few = search.gather(gather)
        case None:
            found = select(*row.c, *way.labelled(order.keys)).where(*conditions)
            first = way.cut(found, order.keys, order, limit).correlate_except(row)
            return composer.known(first.subquery(composer.alias()), target)
        case strategy:
            few = strategy.first(search)
    whole, keys = composer.row(target), [few.c[f"k{index}"] for index in range(len(order.keys))]
    fetched = select(*whole.c, *keys).select_from(few).join(whole, whole.c.id == few.c.id)
    return composer.known(way.cut(fetched, keys, order, None).subquery(composer.alias()), target)


def every(
    composer: "Composer", row: FromClause, listing: Listing, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    """All rows of a listing of `row` that meet the conditions, in no order."""
    search = way.Search(composer, row, listing.order, conditions, None)
    match listing.way:
        case None:
            pass
        case Gather() as gather:
            return search.every(gather)
        case Spread(column, values, None):
            conditions = [*conditions, column == any_(values)]
        case Spread(column, values, rest):
            conditions = [*conditions, column == any_(func.array_cat(values, rest))]
        case Walk(within):
            conditions = [*conditions, within]
        case strategy:
            return strategy.every(search)
    limited: Select[Any] = select(literal_column("1")).select_from(row).where(*conditions)
    return limited.correlate_except(row)


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
