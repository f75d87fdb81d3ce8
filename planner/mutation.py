"""Mutations: each root field in one transaction, which also reads the payload's selection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_list_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from sqlalchemy import Text, bindparam, select
from sqlalchemy.types import Uuid

from auth.viewer import Viewer
from models.refusal import Refusal
from planner.catalog import DEFINITION, Catalog
from planner.compose import Composer, NotPlannableError
from planner.plan import Plan
from planner.request import Request
from planner.selection import Fields, Selections
from planner.source import Action
from tenants import statement

Ids = Mapping[str, UUID | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action changed: ids by the columns that its payload declares."""

    ids: Ids = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A root field: what it does and the statement of its payload, a row of the changed ids and the user errors."""

    action: Action
    definition: GraphQLField
    node: FieldNode
    columns: tuple[str, ...]
    payload: Plan

    def arguments(self, variables: VariableValues) -> dict[str, Any]:
        """The input's fields under their Python names. Raises Refusal."""
        return python_arguments(self.definition, get_argument_values(self.definition, self.node, variables))


Steps = dict[str, Step | None]
"""Root fields by response key, in their order; None for `__typename`."""


def plan(catalog: Catalog, selections: Selections, viewer: Viewer, operation: OperationDefinitionNode) -> Steps:
    """Plan a mutation. Raises Refusal for a refused page size and NotPlannableError for a field of a payload."""
    mutation = catalog.schema.mutation_type
    assert mutation is not None
    fields = selections.within(mutation, [operation.selection_set])
    return {key: _step(catalog, selections, viewer, mutation, nodes) for key, nodes in fields.items()}


def _step(
    catalog: Catalog, selections: Selections, viewer: Viewer, mutation: GraphQLObjectType, nodes: list[FieldNode]
) -> Step | None:
    name = nodes[0].name.value
    if name == "__typename":
        return None
    payload, declared = get_named_type(mutation.fields[name].type), catalog.source(mutation.name, name)
    assert isinstance(payload, GraphQLObjectType)
    assert declared is not None and isinstance(declared.source, Action)
    columns = catalog.payloads[payload.name]
    planned = _plan_payload(catalog, selections, viewer, payload, selections.of(payload, nodes))
    return Step(declared.source, mutation.fields[name], nodes[0], columns, planned)


def _plan_payload(
    catalog: Catalog, selections: Selections, viewer: Viewer, type_: GraphQLObjectType, fields: Fields
) -> Plan:
    composer = Composer(catalog, selections, viewer)
    names = catalog.payloads[type_.name]
    columns: list[Any] = [bindparam(f"payload_{name}", type_=Uuid()).label(name) for name in names]
    errors = bindparam("payload_errors", type_=Text()).label("errors")
    row = select(*columns, errors).subquery(composer.alias())
    built = statement.build(select(composer.json(type_, fields, row)).select_from(row))
    if composer.computed:
        raise NotPlannableError("a computed field")
    return Plan(built, (), tuple(composer.binds.asked), (), selections)


async def run(request: Request, steps: Steps, variables: VariableValues) -> bytes:
    """The `data` of a mutation: root fields one after the other, each committed before the next begins.

    Raises Refusal for a refused argument, before anything is done.
    """
    ready = [
        (step.arguments(variables), step.payload.values(variables, request.asker)) if step else None
        for step in steps.values()
    ]
    pairs: list[bytes] = []
    for (key, step), given in zip(steps.items(), ready, strict=True):
        value = await _act(request, step, *given) if step and given else b'"Mutation"'
        pairs.append(b'"%b":%b' % (key.encode(), value or b"null"))
    return b"{%b}" % b",".join(pairs)


async def _act(request: Request, step: Step, arguments: dict[str, Any], values: dict[str, object]) -> bytes | None:
    payload = step.payload.statement
    try:
        async with request.database.transaction(request.tenant.number) as transaction:
            outcome: Outcome = await step.action.run(transaction, request.asker, **arguments)
            answer = await transaction.json(payload, values | _payload(step.columns, outcome.ids, []))
        request.database.note_change(request.tenant.number)
        return answer[0]
    except Refusal as refusal:
        error = {"code": refusal.code.value, "field": refusal.field, "message": refusal.message}
        given = values | _payload(step.columns, {}, [error])
        return (await request.database.read(payload, request.tenant.number, given))[0]


def _payload(columns: tuple[str, ...], ids: Ids, errors: list[dict[str, str | None]]) -> dict[str, object]:
    row: dict[str, object] = {f"payload_{name}": ids.get(name) for name in columns}
    return row | {"payload_errors": orjson.dumps(errors).decode()}


def python_arguments(definition: GraphQLField, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a mutation's `input` under their Python names, nested inputs likewise."""
    input_type = get_named_type(definition.args["input"].type)
    assert isinstance(input_type, GraphQLInputObjectType)
    return _named(input_type, arguments["input"])


def _named(type_: GraphQLInputObjectType, value: Mapping[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for name, given in value.items():
        found = type_.fields[name]
        inner = get_named_type(found.type)
        if isinstance(inner, GraphQLInputObjectType) and given is not None and not is_list_type(found.type):
            given = _named(inner, given)
        definition: Any = found.extensions[DEFINITION]
        named[definition.python_name] = given
    return named
