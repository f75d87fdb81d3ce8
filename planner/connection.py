"""Connections: a page of a listing as JSON; only the selected fields are computed."""

from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, get_named_type
from sqlalchemy import ColumnElement, FromClause, Integer, Text, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSON

from planner import cursor, paging
from planner.access_path import number
from planner.context import FieldContext
from planner.error import coded
from planner.field import Connection
from planner.listing import Counts, Listing
from planner.selection import Fields

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_COUNT = 10_000
"""`totalCount` stops here: counting further would cost more than it is worth."""

MAX_INFO_KEYS = 50
"""PostgreSQL's functions take 100 arguments: a key and a value each."""

_EMPTY = literal_column("'[]'::json", JSON)


class ConnectionComposer:
    """Builds the SQL of one connection field."""

    def __init__(
        self,
        composer: "Composer",
        type_: GraphQLObjectType,
        source: Connection,
        parent: FromClause,
        context: FieldContext,
    ) -> None:
        self._composer = composer
        self._type = type_
        self._target = _object(type_, "nodes")
        self._source = source
        self._parent = parent
        self._context = context
        self._size = paging.page_size(context)

    def json(self, fields: Fields) -> ColumnElement[Any]:
        """The connection as JSON. With `pageInfo` the page reads one row more, to know whether there is a next one."""
        names = {nodes[0].name.value for nodes in fields.values()}
        if names <= {"totalCount", "__typename"}:
            columns = self._composer.each(fields, lambda nodes: self._field(nodes, None))
            inner = select(*columns).correlate(self._parent)
        else:
            rows = self._page(has_info="pageInfo" in names)
            columns = self._composer.each(fields, lambda nodes: self._field(nodes, rows))
            inner = select(*columns).select_from(rows).correlate_except(rows)
            inner = inner.having(true())  # Makes it one row, even when no selected field is an aggregate.
        return self._composer.object(inner)

    def _page(self, *, has_info: bool) -> FromClause:
        """The page's rows; for `pageInfo` one more, with each row's number `n` and the `total` of rows read."""
        row = self._composer.row(self._target)
        listing, conditions = self._listing(row)
        behind = paging.after(listing.order, self._context) if self._context.has("after") else None
        limit = self._size + 1 if has_info else self._size
        rows = paging.page(self._composer, self._target, row, listing, conditions, limit, behind)
        self._order = listing.order
        if not has_info:
            return rows
        places = (func.row_number().over().label("n"), func.count().over().label("total"))
        placed = select(*rows.c, *places).select_from(rows).subquery(self._composer.alias())
        return self._composer.register(placed, self._target)

    def _listing(self, row: FromClause) -> tuple[Listing, list[ColumnElement[bool]]]:
        """The resolver's listing and all conditions on its rows."""
        listing = self._source.listing(row, self._parent, self._context)
        visible = self._composer.visible(self._target, row, self._context, self._parent)
        return listing, [*listing.where, *visible]

    def _field(self, nodes: list[FieldNode], rows: FromClause | None) -> ColumnElement[Any]:
        name = nodes[0].name.value
        if name == "__typename":
            return literal_column(f"'{self._type.name}'::text", Text)
        if name == "totalCount":
            return self._total()
        assert rows is not None
        if name == "pageInfo":
            return self._page_info(nodes, rows)
        if name == "nodes":
            return self._list(self._node(nodes, rows), rows)
        return self._list(self._edge(nodes, rows), rows)

    def _node(self, nodes: list[FieldNode], rows: FromClause) -> ColumnElement[Any]:
        return self._composer.json(self._target, self._composer.selections.of(self._target, nodes), rows)

    def _edge(self, nodes: list[FieldNode], rows: FromClause) -> ColumnElement[Any]:
        edge = _object(self._type, "edges")

        def field(selected: list[FieldNode]) -> ColumnElement[Any]:
            match selected[0].name.value:
                case "__typename":
                    return literal_column(f"'{edge.name}'::text", Text)
                case "cursor":
                    return self._cursor(rows)
            return self._node(selected, rows)

        columns = self._composer.each(self._composer.selections.of(edge, nodes), field)
        return self._composer.object(select(*columns).correlate(rows))

    def _list(self, item: ColumnElement[Any], rows: FromClause) -> ColumnElement[Any]:
        """The items of the page in order, without the row beyond it."""
        listed = func.json_agg(item)
        return func.coalesce(listed.filter(rows.c.n <= number(self._size)) if "n" in rows.c else listed, _EMPTY)

    def _page_info(self, nodes: list[FieldNode], rows: FromClause) -> ColumnElement[Any]:
        info = _object(self._type, "pageInfo")
        last = func.least(number(self._size), rows.c.total)
        values: dict[str, ColumnElement[Any]] = {
            "__typename": literal_column("'PageInfo'::text", Text),
            "hasNextPage": func.count() > number(self._size),
            "hasPreviousPage": literal_column("true" if self._context.has("after") else "false"),
            "startCursor": func.min(self._cursor(rows)).filter(rows.c.n == func.least(number(1), last)),
            "endCursor": func.min(self._cursor(rows)).filter(rows.c.n == last),
        }
        selected = self._composer.selections.of(info, nodes)
        if len(selected) > MAX_INFO_KEYS:
            raise coded(f"`pageInfo` has at most {MAX_INFO_KEYS} response keys.", "QUERY_TOO_LARGE")
        pairs: list[tuple[ColumnElement[Any], ColumnElement[Any]]] = [
            (literal_column(f"'{key}'"), values[chosen[0].name.value]) for key, chosen in selected.items()
        ]
        return func.json_build_object(*(part for pair in pairs for part in pair))

    def _cursor(self, rows: FromClause) -> ColumnElement[str]:
        keys: list[ColumnElement[Any]] = [rows.c[f"k{index}"] for index in range(len(self._order.keys))]
        return cursor.encode(self._order, keys)

    def _total(self) -> ColumnElement[Any]:
        """How many rows the whole list has, up to MAX_COUNT."""
        row = self._composer.row(self._target)
        listing, conditions = self._listing(row)
        if listing.counts is not None:
            return self._rolled_up(listing.counts)
        some = paging.every(self._composer, row, listing, conditions).limit(number(MAX_COUNT))
        counted = some.subquery(self._composer.alias())
        return select(func.count()).select_from(counted).scalar_subquery()

    def _rolled_up(self, counts: Counts) -> ColumnElement[Any]:
        """The same from what is counted already."""
        visible = self._composer.visible(self._target, counts.row, self._context, self._parent)
        total = func.coalesce(func.sum(counts.row.c.count), literal_column("0", Integer))
        bounded = select(func.least(total, number(MAX_COUNT))).where(*counts.where, *visible)
        return bounded.correlate_except(counts.row).scalar_subquery()


def _object(type_: GraphQLObjectType, field: str) -> GraphQLObjectType:
    type_at = get_named_type(type_.fields[field].type)
    assert isinstance(type_at, GraphQLObjectType)
    return type_at
