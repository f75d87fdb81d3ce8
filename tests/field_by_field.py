"""The field-by-field executor: graphql-core walks the operation, with one statement for each level of each field.

The other way to the same answer: what the planner answers in one statement is compared with it.
"""

from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    execute,
    is_introspection_type,
)
from sqlalchemy import Text, any_, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY

from database import statement
from planner.catalog import Catalog
from planner.compose import ROOT, Composer
from planner.field import Computed
from planner.loading import Loaders
from planner.plan import Plan, hashable
from planner.request import Request
from planner.selection import Selections

Info = GraphQLResolveInfo[Request]


class FieldByField:
    """Gives every field of a schema a resolver that reads its own level; made once a schema."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._schema: GraphQLSchema = catalog.schema
        for type_ in self._schema.type_map.values():
            if isinstance(type_, GraphQLUnionType):
                type_.resolve_type = lambda value, _info, _type: value["__typename"]
            if isinstance(type_, GraphQLObjectType) and not is_introspection_type(type_) and type_.name != "_Service":
                self._give_resolvers(type_)

    async def run(
        self, request: Request, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> ExecutionResult:
        """Execute a query."""
        answer = execute(
            self._schema,
            document,
            context_value=request,
            variable_values=variables,
            operation_name=operation.name.value if operation.name else None,
        )
        return answer if isinstance(answer, ExecutionResult) else await answer

    def _give_resolvers(self, type_: GraphQLObjectType) -> None:
        for name, field in type_.fields.items():
            declared = self._catalog.source(type_.name, name)
            if type_ is self._schema.query_type and declared is not None:
                field.resolve = self._root
            elif self._catalog.is_reference(type_.name, name):
                field.resolve = self._reference
            elif declared is not None and isinstance(declared.source, Computed):
                field.resolve = self._computed
            elif type_ is not self._schema.query_type:
                field.resolve = _given

    async def _root(self, _source: object, info: Info, **_arguments: object) -> Any:
        composer = self._composer(info)
        value = composer.value(info.parent_type, info.field_nodes, ROOT)
        plan = _plan(statement.build(select(value)), composer)
        request = info.context
        values = plan.values(info.variable_values, request.asker)
        assert plan.statement is not None
        columns = await request.read(plan.statement, values)
        return orjson.loads(columns[0] or b"null")

    async def _reference(self, source: Any, info: Info, **_arguments: object) -> Any:
        request = info.context

        async def load(keys: list[object]) -> list[Any]:
            return await self._load(info, [str(key) for key in keys])

        level = (info.parent_type.name, tuple(id(node) for node in info.field_nodes))
        return await _loaders(request).batch(level, load).load(source[info.path.key])

    async def _load(self, info: Info, keys: list[str]) -> list[Any]:
        """One field of many objects of a stored type, by their keys."""
        request = info.context
        composer = self._composer(info)
        row = composer.row(info.parent_type)
        value = composer.value(info.parent_type, info.field_nodes, row)
        wanted = composer.context(info.parent_type.fields[info.field_name], info.field_nodes[0]).bind(
            lambda _arguments, _asker: keys, ARRAY(Text())
        )
        key = sql_cast(row.c[self._catalog.key(info.parent_type.name)], Text)
        level = select(func.json_object_agg(key, value)).select_from(row).where(key == any_(wanted))
        plan = _plan(statement.build(level), composer)
        values = plan.values(info.variable_values, request.asker)
        assert plan.statement is not None
        columns = await request.read(plan.statement, values)
        found = orjson.loads(columns[0] or b"{}")
        return [found.get(key) for key in keys]

    async def _computed(self, source: Any, info: Info, **_arguments: object) -> Any:
        request = info.context
        declared = self._catalog.source(info.parent_type.name, info.field_name)
        need = source[info.path.key]
        if need is None or declared is None or not isinstance(declared.source, Computed):
            return None
        return await _loaders(request).of(declared.source).load(hashable(need))

    def _composer(self, info: Info) -> Composer:
        document = DocumentNode(definitions=(info.operation, *info.fragments.values()))
        selections = Selections(self._schema, document, info.variable_values)
        return Composer(self._catalog, selections, info.context.viewer, is_shallow=True)


def _plan(built: statement.Statement, composer: Composer) -> Plan:
    return Plan(built, (), tuple(composer.binds.asked), (), composer.selections)


def _given(source: Any, info: Info, **_arguments: object) -> Any:
    """A value that came with its parent: by response key from SQL, by attribute from Python."""
    return source[info.path.key] if isinstance(source, dict) else getattr(source, info.field_name)


def _loaders(request: Request) -> Loaders:
    """Those that all fields of one operation share."""
    loaders: Loaders = vars(request).setdefault("shared_loaders", request.new_loaders())
    return loaders
