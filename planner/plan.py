"""Plans: an operation's compiled statement, and how its rows become the answer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues
from sqlalchemy import func, select
from strawberry.utils.str_converters import to_snake_case

from auth.viewer import Viewer
from database import statement
from models.refusal import Refusal
from planner import argument, entity
from planner.catalog import Catalog
from planner.compose import ROOT, Composer, ComputedSite
from planner.context import Arguments, ArgumentSite, Asker, Bind
from planner.loading import Loaders
from planner.selection import Selections

HOLDERS = frozenset({"token", "browserKey"})
"""Arguments by which somebody who is not signed in may have written what is read: a mail's link, a browser's key."""

PLAN_BYTES, BIND_BYTES = 8_000, 500
"""Memory of a plan beside its statement, and of each of its parameters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement whose columns are the root fields' values as JSON, in the order of `keys`; None if nothing is read.

    Introspection fields are split off into an operation of their own, `introspection`. `order` lists all root fields.
    """

    statement: statement.Statement | None
    keys: tuple[str, ...]
    binds: tuple[Bind, ...]
    computed: tuple[ComputedSite, ...]
    selections: Selections
    introspection: DocumentNode | None = None
    order: tuple[str, ...] = ()
    faulty: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Paths of lists whose single items may be refused, each with the parameter that holds the refusals."""

    is_for_holder: bool = False
    """Whether it names a link or a key, whose holder must not read what is older than the holder's own changes."""

    @property
    def size(self) -> int:
        """Approximate bytes, without its document."""
        text = self.statement.size if self.statement else 0
        return PLAN_BYTES + text + BIND_BYTES * len(self.binds)

    def values(self, variables: VariableValues, asker: Asker) -> dict[str, object]:
        """The statement's parameters. Raises Refusal where an argument is refused."""
        sites: dict[ArgumentSite, Arguments] = {}
        values: dict[str, object] = {}
        for bind in self.binds:
            arguments: Arguments = {}
            if (site := bind.site) is not None:
                if site not in sites:
                    sites[site] = site.take(variables.coerced)
                arguments = sites[site]
            try:
                values[bind.name] = bind.compute(arguments, asker)
            except Refusal as refusal:
                refusal.place_at(site.node if site else None)
                raise
        return values

    def faults(self, values: Mapping[str, object]) -> Iterator[tuple[list[str | int], Refusal]]:
        """The refusals of single list items, which are null in the answer, with their paths."""
        for path, parameter in self.faulty:
            refusals = values[parameter]
            assert isinstance(refusals, list)
            yield from (([*path, place], refusal) for place, refusal in refusals)

    def written(self, columns: Sequence[bytes | None], introspected: Mapping[str, Any] | None = None) -> bytes:
        """The answer's `data` as JSON, from the statement's first row and the result of introspection; computed fields
        hold what they need."""
        answered = zip(self.keys, columns, strict=True)
        if introspected is not None:
            told = {key: orjson.dumps(value) for key, value in introspected.items()} | dict(answered)
            answered = zip(self.order, (told[key] for key in self.order), strict=True)
        pairs = (b'"%b":%b' % (key.encode(), column or b"null") for key, column in answered)
        return b"{%b}" % b",".join(pairs)

    async def filled(self, data: bytes, loaders: Loaders) -> bytes:
        """The data with computed fields filled in, where the statement put what they need."""
        decoded = orjson.loads(data)
        for site in self.computed:
            await self._fill(site, decoded, loaders)
        return orjson.dumps(decoded)

    async def _fill(self, site: ComputedSite, data: dict[str, Any], loaders: Loaders) -> None:
        """Replace what one computed field needs by its value, in all objects at once."""
        holders = _holders(data, site.path[:-1])
        key = site.path[-1]
        needed = [holder for holder in holders if holder[key] is not None]
        values = await loaders.of(site.source).load_many([hashable(holder[key]) for holder in needed])
        for holder, value in zip(needed, values, strict=True):
            holder[key] = project(value, site.field.type, site.nodes, self.selections)


def hashable(need: Any) -> Any:
    """A JSON value as a key of a loader."""
    return tuple(need) if isinstance(need, list) else need


def _holders(value: Any, path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The objects that a path of response keys leads to, through lists and past nulls."""
    level = [value]
    for key in path:
        level = [item for parent in level for item in _items(parent[key])]
    return level


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [item for part in value for item in _items(part)]
    return [] if value is None else [value]


def project(value: Any, type_: Any, nodes: list[FieldNode], selections: Selections) -> Any:
    """The selected fields of a computed value, which has the fields' names, as Python spells them, as attributes."""
    if isinstance(value, list | tuple):
        return [project(item, type_, nodes, selections) for item in value]
    named = get_named_type(type_)
    if value is None or not isinstance(named, GraphQLObjectType):
        return value
    fields = selections.of(named, nodes)
    return {key: _attribute(value, named, selected, selections) for key, selected in fields.items()}


def _attribute(value: Any, type_: GraphQLObjectType, nodes: list[FieldNode], selections: Selections) -> Any:
    name = nodes[0].name.value
    if name == "__typename":
        return type_.name
    return project(getattr(value, to_snake_case(name)), type_.fields[name].type, nodes, selections)


def make(catalog: Catalog, selections: Selections, viewer: Viewer, operation: OperationDefinitionNode) -> Plan:
    """Plan a query, or what a subscription tells. Raises Refusal where an argument that shapes the statement is
    refused."""
    query = catalog.schema.get_root_type(operation.operation)
    assert query is not None
    selected = selections.within(query, [operation.selection_set])
    fields = {key: nodes for key, nodes in selected.items() if not _is_introspection(catalog, query, nodes)}
    composer = Composer(catalog, selections, viewer)
    columns = composer.columns(query, fields, ROOT)
    values = [
        func.to_json(column.element).label(column.name) if _is_leaf(query, nodes) else column
        for column, nodes in zip(columns, fields.values(), strict=True)
    ]
    binds, sites = tuple(composer.binds.asked), tuple(composer.computed)
    built = statement.build(select(*values)) if values else None
    told = [node for key, nodes in selected.items() if key not in fields for node in nodes]
    introspection = _operation(operation, told, selections) if told else None
    faults, is_for_holder = tuple(composer.faults), any(map(_names_holder, binds))
    return Plan(built, tuple(fields), binds, sites, selections, introspection, tuple(selected), faults, is_for_holder)


def _names_holder(bind: Bind) -> bool:
    return bind.site is not None and any(given.name.value in HOLDERS for given in bind.site.node.arguments or ())


def introspected(plan: Plan, schema: GraphQLSchema, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the introspection fields. Cost: up to 30 ms. Raises GraphQLError."""
    assert plan.introspection is not None
    result = execute_sync(schema, plan.introspection, variable_values=dict(inputs))
    for error in result.errors or ():
        raise error
    return result.data or {}


def _operation(operation: OperationDefinitionNode, fields: list[FieldNode], selections: Selections) -> DocumentNode:
    """The operation with only these root fields."""
    part = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(fields)),
    )
    return DocumentNode(definitions=(part, *selections.fragments.values()))


def _is_introspection(catalog: Catalog, query: GraphQLObjectType, nodes: list[FieldNode]) -> bool:
    """Whether a root field is about the schema and reads no tenant's data."""
    name = nodes[0].name.value
    return name != "__typename" and catalog.source(query.name, name) is None


def _is_leaf(type_: GraphQLObjectType, nodes: list[FieldNode]) -> bool:
    name = nodes[0].name.value
    return name == "__typename" or is_leaf_type(get_named_type(type_.fields[name].type))


Shape = tuple[object, ...]


def shape(variables: VariableValues, shaping: Mapping[str, str], types: Collection[str]) -> Shape:
    """The part of the variables that shapes a statement: which are given, enums, booleans, the stored `types` of
    representations, and the shape of the arguments that `shaping` names."""

    def part(name: str, value: object) -> object:
        shapes = argument.SHAPING[shaping[name]] if name in shaping and value is not None else None
        return _structure(value, types) if shapes is None else shapes(value)

    return tuple((name, part(name, value)) for name, value in variables.coerced.items())


def _structure(value: object, types: Collection[str]) -> object:
    match value:
        case None | bool() | Enum():
            return value
        case {"__typename": name}:
            return name if isinstance(name, str) and name in types else None
        case dict():
            return tuple((name, _structure(item, types)) for name, item in value.items())
        case list():
            return entity.types_of(value).intersection(types)
        case _:  # A scalar may shape statements, too, by its `structure`, which has few values.
            return getattr(value, "structure", "given")
