"""Plans: an operation's compiled statement and how its answer is put together, kept while they are asked for."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

import orjson
from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, get_named_type, is_leaf_type
from graphql.execution.values import VariableValues
from sqlalchemy import func, select

from auth.viewer import Viewer
from database import statement
from models.refusal import Refusal
from planner import argument, entity
from planner.catalog import Catalog
from planner.compose import ROOT, Composer, NotPlannableError, Site
from planner.loading import Loaders
from planner.question import Arguments, ArgumentSite, Asker, Bind
from planner.selection import Selections

MAX_PLANS = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement whose columns are the root fields' values as JSON, in the order of `keys`."""

    statement: statement.Statement
    keys: tuple[str, ...]
    binds: tuple[Bind, ...]
    computed: tuple[Site, ...]
    selections: Selections

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
                refusal.blame(site.node if site else None)
                raise
        return values

    async def answer(self, columns: Sequence[bytes | None], loaders: Loaders) -> bytes:
        """The `data` of the answer as JSON, from the statement's first row."""
        pairs = (b'"%b":%b' % (key.encode(), column or b"null") for key, column in zip(self.keys, columns, strict=True))
        return await self.filled(b"{%b}" % b",".join(pairs), loaders)

    async def filled(self, data: bytes, loaders: Loaders) -> bytes:
        """An answer in which Python's values have taken the places of what they need."""
        if not self.computed:
            return data
        decoded = orjson.loads(data)
        for site in self.computed:
            await self._fill(site, decoded, loaders)
        return orjson.dumps(decoded)

    async def _fill(self, site: Site, data: dict[str, Any], loaders: Loaders) -> None:
        """Put what Python computes in the place of what it needs, for all objects at once."""
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
    """The selected fields of a computed value, which has the fields' names as attributes."""
    if isinstance(value, list):
        return [project(item, type_, nodes, selections) for item in value]
    named = get_named_type(type_)
    if value is None or not isinstance(named, GraphQLObjectType):
        return value
    fields = selections.of(named, nodes)
    return {key: _attribute(value, named, found[0].name.value) for key, found in fields.items()}


def _attribute(value: Any, type_: GraphQLObjectType, name: str) -> Any:
    return type_.name if name == "__typename" else getattr(value, name)


def make(catalog: Catalog, selections: Selections, viewer: Viewer, operation: OperationDefinitionNode) -> Plan:
    """Plan a query. Raises NotPlannableError, and Refusal where an argument that shapes the statement is refused."""
    query = catalog.schema.query_type
    assert query is not None
    fields = selections.within(query, [operation.selection_set])
    composer = Composer(catalog, selections, viewer)
    columns = composer.columns(query, fields, ROOT)
    if not columns:
        raise NotPlannableError("nothing")
    values = [
        func.to_json(column.element).label(column.name) if _is_leaf(query, nodes) else column
        for column, nodes in zip(columns, fields.values(), strict=True)
    ]
    binds, sites = tuple(composer.binds.asked), tuple(composer.computed)
    return Plan(statement.build(select(*values)), tuple(fields), binds, sites, selections)


def _is_leaf(type_: GraphQLObjectType, nodes: list[FieldNode]) -> bool:
    name = nodes[0].name.value
    return name == "__typename" or is_leaf_type(get_named_type(type_.fields[name].type))


Shape = tuple[object, ...]


def shape(variables: VariableValues, shaping: Mapping[str, str], types: Collection[str]) -> Shape:
    """What of the variables shapes a statement: which are given, enums, booleans, of which of the stored `types`
    representations are, and what of the arguments that `shaping` names shapes it."""

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
        case _:  # A scalar may shape statements itself: by its `structure`, which has few values.
            return getattr(value, "structure", "given")


Planned = TypeVar("Planned")


class PlanCache(Generic[Planned]):
    """The most recently used plans by (document, operation, role, shape)."""

    def __init__(self, size: int = MAX_PLANS) -> None:
        self._plans: OrderedDict[Shape, Planned] = OrderedDict()
        self._size = size
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._plans)

    def get(self, key: Shape) -> Planned | None:
        """The plan under a key, if there is one."""
        found = self._plans.get(key)
        if found is not None:
            self._plans.move_to_end(key)
            self.hits += 1
        return found

    def put(self, key: Shape, planned: Planned) -> Planned:
        """Keep a plan; the one that nobody asked for longest goes."""
        self.misses += 1
        self._plans[key] = planned
        if len(self._plans) > self._size:
            self._plans.popitem(last=False)
        return planned
