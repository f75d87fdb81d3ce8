"""Mutations: runs each root field in one transaction, which also reads the payload's selection."""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Any

import orjson
from graphql import FieldNode, GraphQLInputObjectType, GraphQLObjectType, OperationDefinitionNode, get_named_type
from graphql.execution.values import VariableValues
from sqlalchemy import Text, bindparam, select
from sqlalchemy.types import TypeEngine

from auth.viewer import Viewer
from database import deadline, statement
from database.failure import DatabaseUnavailableError, DeadlockError, StatementTimeoutError
from models import sentence
from models.refusal import Refusal
from planner import argument, detail, dispatch, idempotency
from planner.act import Act, Outcome, SingleStatement
from planner.argument import ReadArguments
from planner.catalog import Catalog
from planner.compose import Composer
from planner.context import Asker
from planner.event import RECORD, events
from planner.field import Action
from planner.input import KEY, Given, Read, References, compiled, fingerprint, references
from planner.plan import Plan
from planner.request import Request
from planner.row import reader
from planner.selection import Fields, Selections
from planner.who import forbidden


@dataclass(frozen=True, slots=True)
class Step:
    """A planned root field: its action, how its input is read, and the plan of its payload."""

    name: str
    action: Action
    input: GraphQLInputObjectType
    read: Read
    references: References
    take: ReadArguments
    columns: Mapping[str, TypeEngine[Any]]
    payload: Plan

    @property
    def statement(self) -> statement.Statement:
        """The statement that reads the payload."""
        assert self.payload.statement is not None
        return self.payload.statement

    def given(self, variables: VariableValues) -> Given:
        """The input's fields as the contract names them."""
        given: Given = self.take(variables.coerced)["input"]
        return given


Acted = tuple[Outcome, list[bytes | None]]
"""What a mutation did, and its payload."""

MAX_DEADLOCKS = 2
"""How often a mutation is begun again; each time PostgreSQL has waited for a second."""

Steps = dict[str, Step | None]
"""Root fields by response key, in their order; None for `__typename`."""


def plan(catalog: Catalog, selections: Selections, viewer: Viewer, operation: OperationDefinitionNode) -> Steps:
    """Plan a mutation. Raises Refusal for a refused page size."""
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
    planned = _plan_payload(catalog, selections, viewer, payload, selections.of(payload, nodes))
    field = mutation.fields[name]
    take, given = argument.compiled(field, nodes[0], selections.variables), get_named_type(field.args["input"].type)
    assert isinstance(given, GraphQLInputObjectType)
    return Step(
        name, declared.source, given, compiled(given), references(given), take, catalog.payloads[payload.name], planned
    )


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
    return Plan(built, (), tuple(composer.binds.asked), tuple(composer.computed), selections)


async def run(request: Request, steps: Steps, variables: VariableValues) -> bytes:
    """The `data` of a mutation. Root fields run one after the other, each committed before the next begins.

    Raises Refusal for a refused argument of a payload, before anything runs.
    """
    ready = [
        (step.given(variables), step.payload.values(variables, request.asker)) if step else None
        for step in steps.values()
    ]
    pairs: list[bytes] = []
    for (key, step), read in zip(steps.items(), ready, strict=True):
        value = await _answer(request, step, *read) if step and read else b'"Mutation"'
        pairs.append(b'"%b":%b' % (key.encode(), value))
    return b"{%b}" % b",".join(pairs)


async def _answer(request: Request, step: Step, given: Given, values: dict[str, object]) -> bytes:
    """A root field's payload: the changed object, or the user error."""
    try:
        [data] = await _act(request, step, given, values)
    except Refusal as refusal:
        request.refusals.append(refusal.code.value)
        refused = values | _payload(step, {}, [_user_error(refusal, request)])
        [data] = await request.database.read(step.statement, request.tenant.number, refused)
    if not step.payload.computed:
        return data or b"null"
    return await step.payload.filled(data or b"null", request.new_loaders())


async def _act(request: Request, step: Step, given: Given, values: dict[str, object]) -> list[bytes | None]:
    action, asker, key = step.action, request.asker, given.get(KEY)
    is_settled = action.who.require(asker.viewer)
    if action.features and asker.features.isdisjoint(action.features):
        raise forbidden()
    arguments = step.read(given, asker.tenant, "")
    try:
        if is_settled and (single := _single(step, asker, given, arguments)) is not None:
            answer = await _in_one_statement(request, step, single, values)
            if answer is not None:
                return answer
        outcome, answer = await _act_again(partial(_act_in_turn, request, step, given, arguments, values, is_settled))
    except (DatabaseUnavailableError, StatementTimeoutError, CancelledError):
        _note(request)  # It may have been committed: the last statement goes out along with COMMIT.
        raise
    if outcome.refusal is not None:
        request.refusals.append(outcome.refusal.code.value)
    _note(request)
    if outcome.dispatch is not None:
        await dispatch.carry_out(request, outcome.dispatch, key)
    return answer


def _single(step: Step, asker: Asker, given: Given, arguments: dict[str, Any]) -> SingleStatement[Any] | None:
    """The statement that does all of an action, if there is one; with a key it keeps that, too."""
    action, key, actor = step.action, given.get(KEY), asker.viewer.actor_id
    if action.single is None or action.who.check is not None or actor is None:
        return None
    if key is None:
        single: SingleStatement[Any] | None = action.single(asker, **arguments)
        return single
    if not idempotency.is_key(key):
        return None
    keyed: SingleStatement[Any] | None = action.single(asker, **arguments, is_keyed=True)
    if keyed is None:
        return None
    told = _told(step, asker, given)
    return replace(keyed, values={**keyed.values, **idempotency.claimed(actor, key, told, keyed.outcome)})


def _told(step: Step, asker: Asker, given: Given) -> str:
    """What is kept of a request under a key. Keyed: of a secret ballot a plain digest could be guessed by whoever has
    the database alone."""
    return asker.digest(fingerprint(step.name, step.input, given))


def _note(request: Request) -> None:
    """Answers that are kept, and whoever listens, learn of a change."""
    request.database.note_change(request.asker.tenant)
    request.database.note_events(request.asker.tenant)


async def _act_again(act: Callable[[], Awaitable[Acted]]) -> Acted:
    """Act; where PostgreSQL rolled that back, because somebody else and this one waited for each other, once more."""
    for _ in range(MAX_DEADLOCKS):
        try:
            return await act()
        except DeadlockError:
            if monotonic() >= deadline.queue_until():
                raise
    return await act()


async def _act_in_turn(
    request: Request, step: Step, given: Given, arguments: dict[str, Any], values: dict[str, object], is_settled: bool
) -> Acted:
    """Act statement by statement; the outcome, and the payload."""
    action, asker, key = step.action, request.asker, given.get(KEY)
    async with request.database.transaction(asker.tenant) as transaction:
        act = Act(transaction, asker, action.who.is_for_staff)
        if not is_settled and not (action.who.otherwise and await action.who.otherwise(act, arguments)):
            raise forbidden()
        if action.who.check is not None:
            await action.who.check(act, arguments)
        if key is None:
            outcome = await _run(act, step, arguments)
        else:
            told, run_ = _told(step, asker, given), partial(_run, act, step, arguments)
            outcome = await idempotency.once(act, key, told, step.columns, run_)
        refused = [] if outcome.refusal is None else [_user_error(outcome.refusal, request)]
        row = _payload(step, {**outcome.values, **outcome.secrets}, refused)
        return outcome, await transaction.last(step.statement, values | row)


async def _run(act: Act, step: Step, arguments: dict[str, Any]) -> Outcome:
    """Run the action, and write its events and the details of what it changed."""
    if act.is_detailed:
        await act.watch(*step.references(arguments))
    outcome: Outcome = await step.action.run(act, **arguments)
    await record(act, outcome)
    return outcome


async def record(act: Act, outcome: Outcome) -> None:
    """Write down what was done, with what it changed of the rows that were watched."""
    if outcome.events:
        await act.execute(RECORD, **events(*outcome.events))
    told = outcome.events[0].id if outcome.events else None
    await detail.keep(act.transaction, act.watched, act.actor_or_none, told)


async def _in_one_statement(
    request: Request, step: Step, single: SingleStatement[Any], values: dict[str, object]
) -> list[bytes | None] | None:
    """Run an action's single statement and read the payload in one round trip; None when it did nothing."""
    payload = values | _payload(step, single.outcome.values, [])
    before = [(one.clause, one.values) for one in single.before]
    after = None if single.after is None else (single.after.clause, single.after.values)
    row, answer = await request.database.change_and_read(
        request.tenant.number, single.clause, single.values, step.statement, payload, before, after
    )
    if row is None or not single.is_done(reader(single.clause, single.into)(row)):
        return None
    request.database.note_change(request.tenant.number)
    if single.writes_events:
        request.database.note_events(request.tenant.number)
    return answer


def _payload(step: Step, given: Mapping[str, object], errors: list[dict[str, str | None]]) -> dict[str, object]:
    row: dict[str, object] = {f"payload_{name}": given.get(name) for name in step.columns}
    return row | {"payload_errors": orjson.dumps(errors).decode()}


def _user_error(refusal: Refusal, request: Request) -> dict[str, str | None]:
    return {
        "code": refusal.code.value,
        "field": refusal.field,
        "message": refusal.message,
        "explanation": sentence.explanation(
            refusal.code, request.locale, refusal.until, request.asker.time_zone, refusal.about, refusal.expected
        ),
    }
