"""Pages: a listing as the page of a connection, found by keyset, in as many index probes as it is spread over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, get_named_type
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    any_,
    column,
    func,
    literal_column,
    select,
    true,
    tuple_,
)

from models.refusal import ErrorCode, Refusal
from planner import cursor
from planner.listing import Listing, Order
from planner.question import Question
from planner.selection import Fields
from planner.source import Connection

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_PAGE = 100
MAX_COUNT = 10_000
"""`totalCount` stops here: counting further would cost more than it tells."""


def connection(
    composer: "Composer",
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    source: Connection,
    parent: FromClause,
    question: Question,
) -> ColumnElement[Any]:
    """The connection object of a field: only what is selected of it is read."""
    fields = composer.selections.of(type_, nodes)
    target = get_named_type(type_.fields["nodes"].type)
    assert isinstance(target, GraphQLObjectType)
    size = page_size(question)
    row = composer.row(target)
    listing = source.listing(row, parent, question)
    is_paged = any(_name(found) not in ("totalCount", "__typename") for found in fields.values())
    if not is_paged:
        columns = _columns(composer, type_, fields, None, None, parent, source, question, size)
        found = select(*columns).correlate(parent).subquery(composer.alias())
        return select(func.row_to_json(found.table_valued())).scalar_subquery()
    rows = page(composer, target, row, listing, question, parent, limit=size + 1)
    place = (func.row_number().over().label("n"), func.count().over().label("total"))
    numbered = composer.known(select(*rows.c, *place).select_from(rows).subquery(composer.alias()), target)
    columns = _columns(composer, type_, fields, numbered, listing.order, parent, source, question, size)
    inner = select(*columns).select_from(numbered).correlate_except(numbered)
    found = inner.subquery(composer.alias())
    return select(func.row_to_json(found.table_valued())).scalar_subquery()


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
    question: Question,
    parent: FromClause | None,
    *,
    limit: int | None,
) -> FromClause:
    """The rows of a page in order, with all columns of the table and the order's keys as `k0`, `k1`, …"""
    conditions = [*listing.where, *composer.visible(target, row, question, parent)]
    if limit is not None and question.has("after"):
        conditions.append(_after(listing.order, question))
    keys = [key.label(f"k{index}") for index, key in enumerate(listing.order.keys)]
    if listing.spread is None:
        found = _cut(select(*row.c, *keys).where(*conditions), listing.order.keys, listing.order, limit)
        return composer.known(found.correlate_except(row).subquery(composer.alias()), target)
    probe = (
        func.unnest(listing.spread.values)
        .table_valued(column("value", listing.spread.column.type), name=composer.alias())
        .render_derived()
    )
    each = _cut(
        select(row.c.id, *keys).where(listing.spread.column == probe.c.value, *conditions),
        listing.order.keys,
        listing.order,
        limit,
    )
    hits = each.correlate_except(row).lateral(composer.alias())
    hit_keys = [hits.c[key.name] for key in keys]
    best = _cut(select(hits.c.id, *hit_keys).select_from(probe).join(hits, true()), hit_keys, listing.order, limit)
    few = best.subquery(composer.alias())
    whole = composer.row(target)
    few_keys = [few.c[key.name] for key in keys]
    found = select(*whole.c, *few_keys).select_from(few).join(whole, whole.c.id == few.c.id)
    return composer.known(_cut(found, few_keys, listing.order, None).subquery(composer.alias()), target)


def _cut(statement: Select[Any], keys: Sequence[ColumnElement[Any]], order: Order, limit: int | None) -> Select[Any]:
    """The first rows in the order. The limit is written out, because for an unknown one plans assume a tenth of all."""
    ordered = statement.order_by(*(key.desc() if order.is_descending else key.asc() for key in keys))
    return ordered if limit is None else ordered.limit(literal_column(str(int(limit)), Integer))


def _after(order: Order, question: Question) -> ColumnElement[bool]:
    """The row lies behind the cursor: one row comparison, which an index on the keys answers."""

    def key(index: int) -> ColumnElement[Any]:
        return question.bind(
            lambda arguments, _: cursor.decode(order.name, order.types, arguments["after"])[index],
            cursor.SQL_TYPES[order.types[index]],
        )

    place = tuple_(*(key(index) for index in range(len(order.keys))))
    keys = tuple_(*order.keys)
    return keys < place if order.is_descending else keys > place


def _columns(
    composer: "Composer",
    type_: GraphQLObjectType,
    fields: Fields,
    rows: FromClause | None,
    order: Order | None,
    parent: FromClause,
    source: Connection,
    question: Question,
    size: int,
) -> list[Any]:
    columns: list[Any] = []
    for key, nodes in fields.items():
        composer.enter(key)
        match _name(nodes):
            case "__typename":
                value: ColumnElement[Any] = literal_column(f"'{type_.name}'::text")
            case "totalCount":
                value = _count(composer, type_, source, parent, question)
            case "pageInfo":
                assert rows is not None and order is not None
                value = _page_info(composer, nodes, rows, order, question, size)
            case "nodes":
                assert rows is not None
                value = _list(composer, type_, "nodes", nodes, rows, size)
            case _:
                assert rows is not None and order is not None
                value = _edges(composer, type_, nodes, rows, order, size)
        columns.append(value.label(key))
        composer.leave()
    return columns


def _list(
    composer: "Composer", type_: GraphQLObjectType, name: str, nodes: list[FieldNode], rows: FromClause, size: int
) -> ColumnElement[Any]:
    target = get_named_type(type_.fields[name].type)
    assert isinstance(target, GraphQLObjectType)
    item = composer.json(target, composer.selections.of(target, nodes), rows)
    return _aggregate(item, rows, size)


def _edges(
    composer: "Composer", type_: GraphQLObjectType, nodes: list[FieldNode], rows: FromClause, order: Order, size: int
) -> ColumnElement[Any]:
    edge = get_named_type(type_.fields["edges"].type)
    assert isinstance(edge, GraphQLObjectType)
    columns: list[Any] = []
    for key, found in composer.selections.of(edge, nodes).items():
        composer.enter(key)
        match _name(found):
            case "__typename":
                value: ColumnElement[Any] = literal_column(f"'{edge.name}'::text")
            case "cursor":
                value = cursor.encode(order, _keys(rows, order))
            case _:
                target = get_named_type(edge.fields["node"].type)
                assert isinstance(target, GraphQLObjectType)
                value = composer.json(target, composer.selections.of(target, found), rows)
        columns.append(value.label(key))
        composer.leave()
    inner = select(*columns).correlate(rows).subquery(composer.alias())
    return _aggregate(select(func.row_to_json(inner.table_valued())).scalar_subquery(), rows, size)


def _aggregate(item: ColumnElement[Any], rows: FromClause, size: int) -> ColumnElement[Any]:
    """The rows come in order; the one beyond the page only tells that there are more."""
    kept = func.json_agg(item).filter(rows.c.n <= _number(size))
    return func.coalesce(kept, literal_column("'[]'::json"))


def _page_info(
    composer: "Composer", nodes: list[FieldNode], rows: FromClause, order: Order, question: Question, size: int
) -> ColumnElement[Any]:
    info = composer.catalog.schema.type_map["PageInfo"]
    assert isinstance(info, GraphQLObjectType)
    kept = rows.c.n <= _number(size)
    place = cursor.encode(order, _keys(rows, order))
    pairs: list[ColumnElement[Any]] = []
    for key, found in composer.selections.of(info, nodes).items():
        match _name(found):
            case "__typename":
                value: ColumnElement[Any] = literal_column("'PageInfo'::text")
            case "hasNextPage":
                value = func.count() > _number(size)
            case "hasPreviousPage":
                value = literal_column("true" if question.has("after") else "false")
            case "startCursor":
                value = func.min(place).filter(kept, rows.c.n == _number(1))
            case _:
                value = func.min(place).filter(rows.c.n == func.least(_number(size), rows.c.total))
        pairs += [literal_column(f"'{key}'"), value]
    return func.json_build_object(*pairs)


def _keys(rows: FromClause, order: Order) -> list[ColumnElement[Any]]:
    return [rows.c[f"k{index}"] for index in range(len(order.keys))]


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(int(value)), Integer)


def _count(
    composer: "Composer", type_: GraphQLObjectType, source: Connection, parent: FromClause, question: Question
) -> ColumnElement[Any]:
    """How many rows the whole list has, up to MAX_COUNT."""
    target = get_named_type(type_.fields["nodes"].type)
    assert isinstance(target, GraphQLObjectType)
    row = composer.row(target)
    listing = source.listing(row, parent, question)
    conditions = [*listing.where, *composer.visible(target, row, question, parent)]
    if listing.spread is not None:
        conditions.append(listing.spread.column == any_(listing.spread.values))
    some: Select[Any] = select(literal_column("1")).select_from(row).where(*conditions).limit(_number(MAX_COUNT))
    counted = some.correlate_except(row).subquery(composer.alias())
    return select(func.count()).select_from(counted).scalar_subquery()


def _name(nodes: list[FieldNode]) -> str:
    return nodes[0].name.value
