"""Composes an operation's one statement: nested sub-selects follow the selection, and PostgreSQL builds the JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type, is_non_null_type
from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Label,
    Numeric,
    Select,
    Text,
    and_,
    any_,
    case,
    column,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
    values,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.types import Uuid

from auth.viewer import Viewer
from models.base import constant, table
from models.refusal import Refusal
from planner import argument, entity, paging
from planner.catalog import Catalog, ColumnValues, Declared
from planner.connection import ConnectionComposer
from planner.context import ArgumentSite, Binds, FieldContext
from planner.error import coded
from planner.field import Column, Computed, Connection, Entities, Expression, Live, Many, One, Part, Parts, Word
from planner.selection import Fields, Selections

MAX_COLUMN_NAME = 63
"""PostgreSQL truncates longer names, and response keys become column names."""

MAX_ROWS = 400
"""Sub-selects of one statement; a portal page of 420 fields has some 60. Planning each takes 1 ms here, and more in
PostgreSQL."""

ROOT: FromClause = select(literal_column("1")).subquery("root")
"""Stands for the row of the operation's root, which has no columns."""

EMPTY_OBJECT = literal_column("'{}'::json", JSON)
EMPTY_LIST = literal_column("'[]'::json", JSON)


class NotPlannableError(Exception):
    """The operation selects something that has no SQL; only the field-by-field executor of the tests can answer it."""


@dataclass(frozen=True, slots=True)
class ComputedSite:
    """A computed field's place in the answer: the response keys that lead to it, lists passed through."""

    path: tuple[str, ...]
    source: Computed
    field: GraphQLField
    nodes: list[FieldNode]


class Composer:
    """Builds the statement of one operation, or of one level of it when `is_shallow`.

    A shallow composer stops at references between stored types and puts the parent's key in their place, from which the
    field-by-field executor of the tests goes on.
    """

    def __init__(self, catalog: Catalog, selections: Selections, viewer: Viewer, *, is_shallow: bool = False) -> None:
        self.catalog = catalog
        self.selections = selections
        self.viewer = viewer
        self.is_shallow = is_shallow
        self.binds = Binds()
        self.computed: list[ComputedSite] = []
        self.faults: list[tuple[tuple[str, ...], str]] = []
        """Paths of lists whose single items may be refused, each with the parameter that holds the refusals
        (`planner.entity`)."""
        self._path: tuple[str, ...] = ()
        self._types: dict[FromClause, str] = {}
        self._aliases = 0
        self._visible_ids: dict[str, CTE] = {}
        self._long_keys: dict[str, str] = {}

    # Objects ---------------------------------------------------------------------------------------------------------

    def columns(self, type_: GraphQLObjectType, fields: Fields, row: FromClause) -> list[Label[Any]]:
        """The selected fields of an object whose row this is, each labelled with its response key."""
        return self.each(fields, lambda nodes: self.field(type_, nodes, row))

    def each(self, fields: Fields, build: Callable[[list[FieldNode]], ColumnElement[Any]]) -> list[Label[Any]]:
        """What is built of each selected field, one level down in the answer, labelled with its response key."""
        labelled: list[Label[Any]] = []
        for key, nodes in fields.items():
            self._path = (*self._path, key)
            labelled.append(self.labelled(build(nodes), key))
            self._path = self._path[:-1]
        return labelled

    def note_faults(self, parameter: str) -> None:
        """Single items of the list at the current path may be refused; this parameter, which the statement does not
        contain, holds the refusals."""
        self.faults.append((self._path, parameter))

    def field(self, type_: GraphQLObjectType, nodes: list[FieldNode], row: FromClause) -> ColumnElement[Any]:
        """One field of a row, as a value or as JSON; the row's key where a shallow composer stops."""
        name = nodes[0].name.value
        if name == "__typename":
            return literal_column(f"'{type_.name}'::text", Text)
        if self.is_shallow and self.catalog.is_reference(type_.name, name):
            return row.c[self.catalog.key(type_.name)]
        return self.value(type_, nodes, row)

    def value(self, type_: GraphQLObjectType, nodes: list[FieldNode], row: FromClause) -> ColumnElement[Any]:
        """One field of a row, as a value or as JSON."""
        name = nodes[0].name.value
        declared = self.catalog.source(type_.name, name)
        if declared is None:
            raise NotPlannableError(name)
        context = self.context(type_.fields[name], nodes[0])
        try:
            return self._from_source(type_.fields[name], nodes, declared, row, context)
        except Refusal as refusal:
            refusal.place_at(nodes[0])
            raise

    def _from_source(
        self,
        definition: GraphQLField,
        nodes: list[FieldNode],
        declared: Declared,
        row: FromClause,
        context: FieldContext,
    ) -> ColumnElement[Any]:
        target, source = get_named_type(definition.type), declared.source
        match source:
            case Column():
                value = row.c[source.name or declared.python_name]
                return value if source.when is None else case((source.when(row, context), value))
            case Expression():
                return source.build(row, context)
            case Computed():
                self.computed.append(ComputedSite(self._path, source, definition, nodes))
                return source.needs(row, context)
            case Part() | Parts():
                return self._part(cast(GraphQLObjectType, target), nodes, source, row, context)
            case One() | Live():
                return self._one(cast(GraphQLObjectType, target), nodes, source, row, context)
            case Many():
                return self._many(cast(GraphQLObjectType, target), nodes, source, row, context)
            case Connection():
                return self._connection(cast(GraphQLObjectType, target), nodes, source, row, context)
            case Entities():
                return entity.entities(self, nodes, context)
            case _:
                raise NotPlannableError(nodes[0].name.value)

    def json(self, type_: GraphQLObjectType, fields: Fields, row: FromClause) -> ColumnElement[Any]:
        """An object whose row is already in the enclosing FROM clause."""
        if not fields:
            return EMPTY_OBJECT
        return self.object(select(*self.columns(type_, fields, row)).correlate(row))

    def labelled(self, value: ColumnElement[Any], key: str) -> Label[Any]:
        """A value labelled with its response key, or with a placeholder when the key is too long for a column name."""
        if len(key) <= MAX_COLUMN_NAME:
            return value.label(key)
        name = f"k${len(self._long_keys)}"
        self._long_keys[name] = key
        return value.label(name)

    def object(self, columns: Select[Any]) -> ColumnElement[Any]:
        """A SELECT of labelled values as a JSON object, or NULL when it returns no row."""
        row = columns.subquery(self.alias())
        if self._long_keys.keys().isdisjoint(row.c.keys()):
            return select(func.row_to_json(row.table_valued())).scalar_subquery()
        pairs = values(column("key", Text), column("value", JSON), name=self.alias()).data(
            [
                (literal_column(f"'{self._long_keys.get(member.name, member.name)}'", Text), func.to_json(member))
                for member in row.c
            ]
        )
        made = select(func.json_object_agg(pairs.c.key, pairs.c.value)).select_from(pairs).scalar_subquery()
        return select(made).select_from(row).scalar_subquery()

    def _one(
        self,
        target: GraphQLObjectType,
        nodes: list[FieldNode],
        source: One | Live,
        parent: FromClause,
        context: FieldContext,
    ) -> ColumnElement[Any]:
        row = self.row(target)
        conditions = [source.on(parent, row, context), *self.visible(target, row, context, parent)]
        return self.from_row(target, self.selections.of(target, nodes), row, conditions)

    def from_row(
        self, target: GraphQLObjectType, fields: Fields, row: FromClause, conditions: list[ColumnElement[bool]]
    ) -> ColumnElement[Any]:
        """The object of the one row that meets the conditions, or NULL."""
        if not fields:
            return select(EMPTY_OBJECT).select_from(row).where(*conditions).correlate_except(row).scalar_subquery()
        inner = select(*self.columns(target, fields, row)).select_from(row).where(*conditions)
        return self.object(inner.correlate_except(row))

    def _many(
        self, target: GraphQLObjectType, nodes: list[FieldNode], source: Many, parent: FromClause, context: FieldContext
    ) -> ColumnElement[Any]:
        row = self.row(target)
        listing = source.listing(row, parent, context)
        conditions = [*listing.where, *self.visible(target, row, context, parent)]
        page = paging.page(self, target, row, listing, conditions, None)
        item = self.json(target, self.selections.of(target, nodes), page)
        listed = select(func.coalesce(func.json_agg(item), EMPTY_LIST)).select_from(page)
        return listed.correlate_except(page).scalar_subquery()

    def _connection(
        self,
        type_: GraphQLObjectType,
        nodes: list[FieldNode],
        source: Connection,
        parent: FromClause,
        context: FieldContext,
    ) -> ColumnElement[Any]:
        fields = self.selections.of(type_, nodes)
        return ConnectionComposer(self, type_, source, parent, context).json(fields) if fields else EMPTY_OBJECT

    def _part(
        self,
        target: GraphQLObjectType,
        nodes: list[FieldNode],
        source: Part | Parts,
        parent: FromClause,
        context: FieldContext,
    ) -> ColumnElement[Any]:
        row = source.build(parent, context).correlate(parent).subquery(self.alias())
        fields = self.selections.of(target, nodes)
        if isinstance(source, Parts) and parent is ROOT:
            return select(self._long_list(target, fields, row)).select_from(row).scalar_subquery()
        item = self.json(target, fields, row)
        answer = item if isinstance(source, Part) else func.coalesce(func.json_agg(item), EMPTY_LIST)
        return select(answer).select_from(row).correlate_except(row).scalar_subquery()

    def _long_list(self, target: GraphQLObjectType, fields: Fields, row: FromClause) -> ColumnElement[Any]:
        """The objects of a list at the operation's root, as JSON concatenated from text.

        For 300 hexagons this takes PostgreSQL half as long as `row_to_json`, which looks up each value's type again.
        Deeper in the answer the text would have to be parsed as JSON once more.
        """
        parts: list[ColumnElement[str]] = []
        for label, nodes in zip(self.columns(target, fields, row), fields.values(), strict=True):
            name = nodes[0].name.value
            is_nullable = name != "__typename" and not is_non_null_type(target.fields[name].type)
            parts += [_text(f'{"," if parts else "{"}"{_key(nodes[0])}":'), _json_text(label.element, is_nullable)]
        item = reduce(ColumnElement.concat, [*parts, _text("}")]) if parts else _text("{}")
        return type_coerce(_text("[") + func.coalesce(func.string_agg(item, _text(",")), _text("")) + _text("]"), JSON)

    # Rows ------------------------------------------------------------------------------------------------------------

    def alias(self) -> str:
        """A name that is unique in the statement; the `$` keeps it apart from columns, which have GraphQL names."""
        self._aliases += 1
        if self._aliases > MAX_ROWS:
            raise coded("The operation asks for too many lists and objects at once.", "QUERY_TOO_LARGE")
        return f"r${self._aliases}"

    def row(self, type_: GraphQLObjectType) -> FromClause:
        """A row of a stored type's table under a new name."""
        return self.register(table(self.catalog.stored[type_.name].model).alias(self.alias()), type_)

    def register(self, row: FromClause, type_: GraphQLObjectType) -> FromClause:
        """Remember the stored type of a row."""
        self._types[row] = type_.name
        return row

    def visible(
        self, type_: GraphQLObjectType, row: FromClause, context: FieldContext, parent: FromClause | None
    ) -> list[ColumnElement[bool]]:
        """The conditions under which the viewer sees a row: its own, its container's, and that the scoped schema has
        its enum values.

        The container's condition is left out when the row is reached from that container (`parent`).
        """
        stored = self.catalog.stored[type_.name]
        conditions = self._own_conditions(type_.name, row, context)
        if stored.container is None:
            return conditions
        column, name = stored.container
        if parent is not None and self._types.get(parent) == name:
            return conditions
        if self.catalog.stored[name].is_few:
            return [*conditions, row.c[column] == any_(self.visible_ids(name, context))]
        container, outer = self._container(name)
        within = self.visible(container, outer, context, None)
        return [*conditions, exists(select(1).where(outer.c.id == row.c[column], *within).correlate_except(outer))]

    def _own_conditions(self, name: str, row: FromClause, context: FieldContext) -> list[ColumnElement[bool]]:
        """The conditions under which viewers who see a row's container see the row."""
        own = self.catalog.stored[name].visible(row, context.sight)
        sayable = [_is_sayable(row, column) for column in self.catalog.partial_enums.get(name, ())]
        return sayable if own is None else [own, *sayable]

    def hides(self, type_name: str, row: FromClause, context: FieldContext) -> ColumnElement[bool] | None:
        """Whether a row is hidden from viewers who see its container; None: no row of this type is."""
        conditions = self._own_conditions(type_name, row, context)
        return not_(and_(*conditions)) if conditions else None

    def visible_ids(self, type_name: str, context: FieldContext) -> ColumnElement[Any]:
        """All ids that the viewer sees of a stored type with few rows, computed once a statement."""
        if type_name not in self._visible_ids:
            type_, row = self._container(type_name)
            seen = select(row.c.id).where(*self.visible(type_, row, context, None)).correlate_except(row)
            ids = func.array(seen.scalar_subquery(), type_=ARRAY(Uuid()))
            self._visible_ids[type_name] = select(ids.label("ids")).cte(self.alias())
        return sql_cast(select(self._visible_ids[type_name].c.ids).scalar_subquery(), ARRAY(Uuid()))

    def _container(self, name: str) -> tuple[GraphQLObjectType, FromClause]:
        type_ = self.catalog.schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        return type_, self.row(type_)

    # Arguments -------------------------------------------------------------------------------------------------------

    def context(self, definition: GraphQLField, node: FieldNode) -> FieldContext:
        """What a field's builder may use."""
        if not definition.args:
            return FieldContext(self.binds, self.viewer, {}, None, self)
        variables = self.selections.variables
        site = ArgumentSite(node, argument.compiled(definition, node, variables))
        return FieldContext(self.binds, self.viewer, site.take(variables.coerced), site, self)


def _is_sayable(row: FromClause, enum: ColumnValues) -> ColumnElement[bool]:
    value = row.c[enum.column]
    has_value = value.in_([constant(member) for member in enum.values])
    return or_(value.is_(None), has_value) if enum.is_nullable else has_value


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _text(value: str) -> ColumnElement[str]:
    """Our own text, never a client's, as a literal: names and punctuation."""
    return literal_column(f"'{value}'", Text)


def _json_text(value: ColumnElement[Any], is_nullable: bool) -> ColumnElement[str]:
    """A value as JSON text. Numbers and booleans look the same in SQL and in JSON."""
    match value.type:
        case Word():
            text = _text('"') + value + _text('"')
        case Integer() | Float() | Numeric() | Boolean():
            text = sql_cast(value, Text)
        case _:
            text = sql_cast(func.to_json(value), Text)
    return func.coalesce(text, _text("null")) if is_nullable else text
