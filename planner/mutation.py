"""Mutations: each root field in one transaction, which also reads the payload's selection."""

from collections.abc import Callable, Mapping
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
    get_nullable_type,
    is_list_type,
)
from graphql.execution.values import VariableValues
from sqlalchemy import ClauseElement, Text, bindparam, select

from auth.viewer import Viewer
from database import statement
from database.door import DatabaseUnavailableError, StatementTimeoutError
from database.wire import Row
from models.refusal import Refusal
from planner import argument
from planner.argument import Take
from planner.catalog import DEFINITION, Catalog
from planner.compose import Composer, NotPlannableError
from planner.field import Action
from planner.plan import Plan
from planner.request import Request
from planner.selection import Fields, Selections

Ids = Mapping[str, UUID | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action changed: ids by the columns that its payload declares, and texts that stand in no table."""

    ids: Ids = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Single:
    """One statement that does all of an action: what it changes when the first row that it gives says that it did."""

    clause: ClauseElement
    values: Mapping[str, object]
    outcome: Outcome
    is_done: Callable[[Row | None], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """A root field: what it does and the statement of its payload, a row of the changed ids and the user errors."""

    action: Action
    definition: GraphQLField
    take: Take
    columns: tuple[str, ...]
    payload: Plan

    def arguments(self, variables: VariableValues) -> dict[str, Any]:
        """The input's fields under their Python names. Raises Refusal."""
        return python_arguments(self.definition, self.take(variables.coerced))


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
    columns = tuple(catalog.payloads[payload.name])
    planned = _plan_payload(catalog, selections, viewer, payload, selections.of(payload, nodes))
    take = argument.compiled(mutation.fields[name], nodes[0], selections.variables)
    return Step(declared.source, mutation.fields[name], take, columns, planned)


def _plan_payload(
    catalog: Catalog, selections: Selections, viewer: Viewer, type_: GraphQLObjectType, fields: Fields
) -> Plan:
    composer = Composer(catalog, selections, viewer)
    columns: list[Any] = [
        bindparam(f"payload_{name}", type_=kind).label(name) for name, kind in catalog.payloads[type_.name].items()
    ]
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
    assert payload is not None
    try:
        single: Single | None = step.action.at_once(request.asker, **arguments) if step.action.at_once else None
        if single is not None and (answer := await _at_once(request, step, single, values)) is not None:
            return answer[0]
        async with request.database.transaction(request.tenant.number) as transaction:
            outcome: Outcome = await step.action.run(transaction, request.asker, **arguments)
            row = _payload(step.columns, {**outcome.ids, **outcome.texts}, [])
            answer = await transaction.json(payload, values | row)
        request.database.note_change(request.tenant.number)
        return answer[0]
    except Refusal as refusal:
        error = {"code": refusal.code.value, "field": refusal.field, "message": refusal.message}
        given = values | _payload(step.columns, {}, [error])
        return (await request.database.read(payload, request.tenant.number, given))[0]


async def _at_once(
    request: Request, step: Step, single: Single, values: dict[str, object]
) -> list[bytes | None] | None:
    """Do an action by its one statement and read the payload in one round trip; None where it did nothing."""
    given = values | _payload(step.columns, single.outcome.ids, [])
    payload = step.payload.statement
    assert payload is not None
    try:
        row, answer = await request.database.change_and_read(
            request.tenant.number, single.clause, single.values, payload, given
        )
    except (DatabaseUnavailableError, StatementTimeoutError):
        request.database.note_change(request.tenant.number)  # It may have been done, although nobody can tell.
        raise
    if not single.is_done(row):
        return None
    request.database.note_change(request.tenant.number)
    return answer


def _payload(
    columns: tuple[str, ...], given: Mapping[str, object], errors: list[dict[str, str | None]]
) -> dict[str, object]:
    row: dict[str, object] = {f"payload_{name}": given.get(name) for name in columns}
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
        if isinstance(inner, GraphQLInputObjectType) and given is not None:
            is_list = is_list_type(get_nullable_type(found.type))
            given = [_named(inner, item) for item in given] if is_list else _named(inner, given)
        definition: Any = found.extensions[DEFINITION]
        named[definition.python_name] = given
    return named
