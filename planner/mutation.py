"""Mutations: each root field in one transaction, which also reads the payload's selection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from graphql import (
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


def plan_payload(
    catalog: Catalog, selections: Selections, request: Request, type_: GraphQLObjectType, fields: Fields
) -> Plan:
    """The payload as one statement over a row of the changed ids and the user errors."""
    composer = Composer(catalog, selections, request.viewer)
    columns: list[Any] = [
        bindparam(f"payload_{name}", type_=Uuid()).label(name) for name in catalog.payloads[type_.name]
    ]
    errors = bindparam("payload_errors", type_=Text()).label("errors")
    row = select(*columns, errors).subquery(composer.alias())
    built = statement.build(select(composer.json(type_, fields, row)).select_from(row))
    if composer.computed:
        raise NotPlannableError("a payload with computed fields")
    return Plan(built, (), tuple(composer.binds.asked), (), selections)


async def run(catalog: Catalog, request: Request, operation: OperationDefinitionNode, selections: Selections) -> bytes:
    """The `data` of a mutation: root fields one after the other, each committed before the next begins."""
    mutation = catalog.schema.mutation_type
    assert mutation is not None
    pairs: list[bytes] = []
    for key, nodes in selections.within(mutation, [operation.selection_set]).items():
        if nodes[0].name.value == "__typename":
            pairs.append(b'"%b":"%b"' % (key.encode(), mutation.name.encode()))
            continue
        definition = mutation.fields[nodes[0].name.value]
        payload = get_named_type(definition.type)
        assert isinstance(payload, GraphQLObjectType)
        plan = plan_payload(catalog, selections, request, payload, selections.of(payload, nodes))
        declared = catalog.source(mutation.name, nodes[0].name.value)
        assert declared is not None and isinstance(declared.source, Action)
        arguments = get_argument_values(definition, nodes[0], selections.variables)
        value = await _act(
            request,
            declared.source,
            plan,
            catalog.payloads[payload.name],
            selections.variables,
            python_arguments(definition, arguments),
        )
        pairs.append(b'"%b":%b' % (key.encode(), value or b"null"))
    return b"{%b}" % b",".join(pairs)


async def _act(
    request: Request,
    action: Action,
    plan: Plan,
    columns: tuple[str, ...],
    variables: VariableValues,
    arguments: dict[str, Any],
) -> bytes | None:
    values = plan.values(variables, request.asker)
    try:
        async with request.database.transaction(request.tenant.number) as transaction:
            outcome: Outcome = await action.run(transaction, request.asker, **arguments)
            given = values | _payload(columns, outcome.ids, [])
            return (await transaction.json(plan.statement, given))[0]
    except Refusal as refusal:
        error = {"code": refusal.code.value, "field": refusal.field, "message": refusal.message}
        given = values | _payload(columns, {}, [error])
        return (await request.database.read(plan.statement, request.tenant.number, given))[0]


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
