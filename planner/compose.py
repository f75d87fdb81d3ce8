"""Composes the one statement of an operation: PostgreSQL builds the JSON, LATERAL sub-selects follow the selection."""

from dataclasses import dataclass
from typing import Any, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, Node, get_named_type
from graphql.execution.values import get_argument_values
from sqlalchemy import ColumnElement, FromClause, Label, Text, any_, case, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.types import Uuid

from auth.viewer import Viewer
from models.base import table
from models.refusal import Refusal
from planner import entity, paging
from planner.catalog import Catalog, Declared
from planner.question import ArgumentSite, Binds, Question
from planner.selection import Fields, Selections
from planner.source import Column, Computed, Connection, Entities, Expression, Many, One, Part, Parts

MAX_KEY_LENGTH = 63
"""PostgreSQL cuts longer column names, and JSON keys are column names."""

ROOT: FromClause = select(literal_column("1")).subquery("root")
"""Stands for the row of the operation's root, which has no columns."""

EMPTY_OBJECT = literal_column("'{}'::json", JSON)
EMPTY_LIST = literal_column("'[]'::json", JSON)


class NotPlannableError(Exception):
    """The operation holds something that only the field-by-field executor can answer."""


@dataclass(frozen=True, slots=True)
class Site:
    """A computed field's place in the answer: the response keys that lead to it, lists passed through."""

    path: tuple[str, ...]
    source: Computed
    field: GraphQLField
    nodes: list[FieldNode]


class Composer:
    """One operation's (or, when `is_shallow`, one level's) statement in the making.

    A shallow composer stops at references between stored types: in their place it puts the parent's key, from which the
    field-by-field executor goes on.
    """

    def __init__(self, catalog: Catalog, selections: Selections, viewer: Viewer, *, is_shallow: bool = False) -> None:
        self.catalog = catalog
        self.selections = selections
        self.viewer = viewer
        self.is_shallow = is_shallow
        self.binds = Binds()
        self.computed: list[Site] = []
        self._path: tuple[str, ...] = ()
        self._types: dict[FromClause, str] = {}
        self._aliases = 0

    # Objects ---------------------------------------------------------------------------------------------------------

    def columns(self, type_: GraphQLObjectType, fields: Fields, row: FromClause) -> list[Label[Any]]:
        """The selected fields of an object whose row this is, each labelled with its response key."""
        labelled: list[Label[Any]] = []
        for key, nodes in fields.items():
            self.enter(key)
            labelled.append(self.field(type_, nodes, row).label(key))
            self.leave()
        return labelled

    def enter(self, key: str) -> None:
        """Go down to a response key of the answer."""
        if len(key) > MAX_KEY_LENGTH:
            raise NotPlannableError(key)
        self._path = (*self._path, key)

    def leave(self) -> None:
        """Come back up."""
        self._path = self._path[:-1]

    def field(self, type_: GraphQLObjectType, nodes: list[FieldNode], row: FromClause) -> ColumnElement[Any]:
        """One field of a row, as a value or as JSON; in its place the row's key where a shallow composer stops."""
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
        question = self.question(type_.fields[name], nodes[0])
        try:
            return self._from_source(type_.fields[name], nodes, declared, row, question)
        except Refusal as refusal:
            refusal.blame(nodes[0])
            raise

    def _from_source(
        self, definition: GraphQLField, nodes: list[FieldNode], declared: Declared, row: FromClause, question: Question
    ) -> ColumnElement[Any]:
        target, source = get_named_type(definition.type), declared.source
        match source:
            case Column():
                value = row.c[source.name or declared.python_name]
                return value if source.when is None else case((source.when(row, question), value))
            case Expression():
                return source.build(row, question)
            case Computed():
                self.computed.append(Site(self._path, source, definition, nodes))
                return source.needs(row, question)
            case Part() | Parts():
                return self._part(cast(GraphQLObjectType, target), nodes, source, row, question)
            case One():
                return self._one(cast(GraphQLObjectType, target), nodes, source, row, question)
            case Many():
                return self._many(cast(GraphQLObjectType, target), nodes, source, row, question)
            case Connection():
                return paging.connection(self, cast(GraphQLObjectType, target), nodes, source, row, question)
            case Entities():
                return entity.entities(self, nodes, question)
            case _:
                raise NotPlannableError(nodes[0].name.value)

    def json(self, type_: GraphQLObjectType, fields: Fields, row: FromClause) -> ColumnElement[Any]:
        """The object whose row is already in the FROM clause around."""
        if not fields:
            return EMPTY_OBJECT
        inner = select(*self.columns(type_, fields, row)).correlate(row).subquery(self.alias())
        return select(func.row_to_json(inner.table_valued())).scalar_subquery()

    def _one(
        self, target: GraphQLObjectType, nodes: list[FieldNode], source: One, parent: FromClause, question: Question
    ) -> ColumnElement[Any]:
        row = self.row(target)
        conditions = [source.on(parent, row, question), *self.visible(target, row, question, parent)]
        return self.from_row(target, self.selections.of(target, nodes), row, conditions)

    def from_row(
        self, target: GraphQLObjectType, fields: Fields, row: FromClause, conditions: list[ColumnElement[bool]]
    ) -> ColumnElement[Any]:
        """The object of the one row that meets the conditions, or NULL."""
        if not fields:
            return select(EMPTY_OBJECT).select_from(row).where(*conditions).correlate_except(row).scalar_subquery()
        inner = select(*self.columns(target, fields, row)).select_from(row).where(*conditions)
        found = inner.correlate_except(row).subquery(self.alias())
        return select(func.row_to_json(found.table_valued())).scalar_subquery()

    def _many(
        self, target: GraphQLObjectType, nodes: list[FieldNode], source: Many, parent: FromClause, question: Question
    ) -> ColumnElement[Any]:
        row = self.row(target)
        page = paging.page(self, target, row, source.listing(row, parent, question), question, parent, limit=None)
        item = self.json(target, self.selections.of(target, nodes), page)
        return (
            select(func.coalesce(func.json_agg(item), EMPTY_LIST))
            .select_from(page)
            .correlate_except(page)
            .scalar_subquery()
        )

    def _part(
        self,
        target: GraphQLObjectType,
        nodes: list[FieldNode],
        source: Part | Parts,
        parent: FromClause,
        question: Question,
    ) -> ColumnElement[Any]:
        row = source.build(parent, question).correlate(parent).subquery(self.alias())
        item = self.json(target, self.selections.of(target, nodes), row)
        answer = item if isinstance(source, Part) else func.coalesce(func.json_agg(item), EMPTY_LIST)
        return select(answer).select_from(row).correlate_except(row).scalar_subquery()

    # Rows ------------------------------------------------------------------------------------------------------------

    def alias(self) -> str:
        """A name that no other row of the statement has."""
        self._aliases += 1
        return f"r{self._aliases}"

    def row(self, type_: GraphQLObjectType) -> FromClause:
        """A row of a stored type's table under a new name."""
        return self.known(table(self.catalog.stored[type_.name].model).alias(self.alias()), type_)

    def known(self, row: FromClause, type_: GraphQLObjectType) -> FromClause:
        """Remember of which stored type a row is."""
        self._types[row] = type_.name
        return row

    def visible(
        self, type_: GraphQLObjectType, row: FromClause, question: Question, parent: FromClause | None
    ) -> list[ColumnElement[bool]]:
        """What must hold for the viewer to see a row: its own condition and its container's.

        A container's condition is left out when the row is reached from that very container (`parent`).
        """
        stored = self.catalog.stored[type_.name]
        conditions = [own] if (own := stored.visible(row, question)) is not None else []
        if stored.container is None:
            return conditions
        column, name = stored.container
        if parent is not None and self._types.get(parent) == name:
            return conditions
        if self.catalog.stored[name].is_few:
            return [*conditions, row.c[column] == any_(self.visible_ids(name, question))]
        container, outer = self._container(name)
        within = self.visible(container, outer, question, None)
        return [*conditions, exists(select(1).where(outer.c.id == row.c[column], *within).correlate_except(outer))]

    def visible_ids(self, name: str, question: Question) -> ColumnElement[Any]:
        """All ids that the viewer sees of a stored type with few rows: PostgreSQL computes them once a statement."""
        type_, row = self._container(name)
        seen = select(row.c.id).where(*self.visible(type_, row, question, None)).correlate_except(row)
        return func.array(seen.scalar_subquery(), type_=ARRAY(Uuid()))

    def _container(self, name: str) -> tuple[GraphQLObjectType, FromClause]:
        type_ = self.catalog.schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        return type_, self.row(type_)

    # Arguments -------------------------------------------------------------------------------------------------------

    def question(self, definition: GraphQLField, node: FieldNode) -> Question:
        """What a field's builder may ask."""
        if not definition.args:
            return Question(self.binds, self.viewer, {}, None, self.visible_ids)
        arguments = get_argument_values(definition, node, self.selections.variables)
        site = ArgumentSite(definition, node, None if _has_variables(node) else arguments)
        return Question(self.binds, self.viewer, arguments, site, self.visible_ids)


def _has_variables(node: FieldNode) -> bool:
    return "variable" in _kinds(node.arguments)


def _kinds(value: object) -> set[str]:
    """The kinds of all nodes within argument nodes."""
    kinds: set[str] = set()
    stack: list[object] = [value]
    while stack:
        match stack.pop():
            case Node() as node:
                kinds.add(node.kind)
                stack.extend(getattr(node, key) for key in ("value", "values", "fields") if hasattr(node, key))
            case tuple() | list() as nodes:
                stack.extend(nodes)
            case _:
                pass
    return kinds
