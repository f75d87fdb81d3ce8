"""Engine: executes operations on one schema."""

import logging
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
from graphql import FieldNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from database import fault
from database.failure import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from models.refusal import Refusal
from planner import cost, live, mutation, plan
from planner.catalog import Catalog
from planner.document import MAX_LENGTH, TOO_LONG, Document, Documents, digest_of
from planner.error import MAX_ERRORS, coded
from planner.live import CheckedSubscription, LivePlan, NoSubscriptionError, NotSubscribedError
from planner.plan import Plan
from planner.planning import Planning
from planner.prepared import Prepared, prepare
from planner.request import Request
from planner.selection import Selections
from planner.variable import Variables

Faults = list[tuple[list[str | int], Refusal]]

logger = logging.getLogger("parvis.engine")


class Answer(NamedTuple):
    """A GraphQL response as JSON. `is_executed` is false for a request error: nothing ran and there is no `data`;
    `is_whole` says that it ran without an error. `errors` and `refusals`, those in payloads, are its codes; `cost` is
    what it was reckoned to cost, and `name` what its document calls it, which is a word of a client's."""

    body: bytes
    is_executed: bool
    is_whole: bool = False
    is_mutation: bool = False
    errors: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    cost: int = 0
    name: str | None = None


class Operation(NamedTuple):
    """What a client sent, decoded."""

    query: str
    variables: Mapping[str, Any]
    name: str | None


class MutationByGetError(Exception):
    """A mutation came in a request that must not change anything."""


class Engine:
    """Executes operations on one schema."""

    def __init__(self, schema: GraphQLSchema, planning: Planning | None = None, *, is_open: bool = True) -> None:
        """`planning` is shared with other engines; `is_open` allows introspection and suggestions."""
        self.schema = schema
        self.catalog = Catalog(schema)
        self.documents = Documents(schema, is_open=is_open)
        self.planning = planning or Planning()
        self.scope = next(self.planning.scopes)

    async def is_query(self, request: Request, asked: Operation) -> bool:
        """Whether an operation only reads; false for one that will be refused. Raises as `execute` does."""
        document = self._kept_document(asked.query) or await self._document(request, asked.query)
        if document.errors:
            return False
        try:
            return self._operation(document, asked)[0].operation is OperationType.QUERY
        except GraphQLError:
            return False

    async def execute(self, request: Request, asked: Operation, *, may_change: bool) -> Answer:
        """Run an operation.

        Raises MutationByGetError for a mutation when `may_change` is false, BudgetExhaustedError,
        PlanningExhaustedError, PlanningBusyError and DatabaseUnavailableError.
        """
        ready = await self._ready(request, asked)
        if isinstance(ready, Answer):
            return ready
        document, operation, values = ready
        if operation.operation is OperationType.MUTATION and not may_change:
            raise MutationByGetError
        if operation.operation is OperationType.SUBSCRIPTION:
            return refused([coded("Subscriptions are not served over this transport.", "SUBSCRIPTION_NOT_SUPPORTED")])
        try:
            return await self._run(request, document, operation, values, asked)
        except StatementTimeoutError as error:
            logger.warning("an operation was stopped: %s", fault.chain(error))  # By a lock, or by its own length.
            stopped = coded("The operation took too long and was stopped; ask for less.", "TIMEOUT")
            body = orjson.dumps({"errors": [stopped.formatted], "data": None})
            is_mutation = operation.operation is OperationType.MUTATION
            return Answer(body, is_executed=True, is_mutation=is_mutation, errors=("TIMEOUT",))

    async def subscribe(self, request: Request, asked: Operation) -> CheckedSubscription:
        """Check a subscription, and pay for it as for one telling.

        Raises NotSubscribedError, NoSubscriptionError for a query or a mutation, and as `execute` does.
        """
        planned, variables, price = await self._live(request, asked)
        try:
            subscription = planned.subscription(request, variables, price)
        except Refusal as refusal:
            raise _not_subscribed([_argument_error(refusal)]) from refusal
        request.spend(price, False)
        return subscription

    async def told(self, request: Request, asked: Operation, subject: UUID) -> bytes | None:
        """What a subscription tells of a subject, as JSON: its `data`, or None where the subscriber may not know.

        Raises NotSubscribedError where the subscriber lost the right, or the portal what is asked for.
        """
        planned, variables, _ = await self._live(request, asked)
        try:
            return await live.told(request, planned, variables, subject)
        except Refusal as refusal:
            raise _not_subscribed([_argument_error(refusal)]) from refusal

    async def _live(self, request: Request, asked: Operation) -> tuple[LivePlan, VariableValues, int]:
        ready = await self._ready(request, asked)
        if isinstance(ready, Answer):
            raise NotSubscribedError(orjson.loads(ready.body)["errors"])
        document, operation, variables = ready
        if operation.operation is not OperationType.SUBSCRIPTION:
            raise NoSubscriptionError
        try:
            prepared = await self._prepared(request, document, operation, variables, asked)
            price = prepared.cost.of(variables.coerced)
            cost.refuse_costly(price)
        except Refusal as refusal:
            raise _not_subscribed([_argument_error(refusal)]) from refusal
        except GraphQLError as error:
            raise _not_subscribed([_input_error(error)]) from error
        assert isinstance(prepared.action, LivePlan)
        return prepared.action, variables, price

    async def _ready(
        self, request: Request, asked: Operation
    ) -> tuple[Document, OperationDefinitionNode, VariableValues] | Answer:
        """The operation with its variables coerced, or the answer that refuses it."""
        document = self._kept_document(asked.query) or await self._document(request, asked.query)
        if document.errors:
            return refused(document.errors)
        try:
            operation, variables = self._operation(document, asked)
        except GraphQLError as error:
            return refused([error])
        values = variables.coerce(asked.variables)
        if isinstance(values, list):
            return refused([_input_error(error) for error in values])
        return document, operation, values

    def _kept_document(self, text: str) -> Document | None:
        return self.planning.documents.get((self.scope, text))

    async def _document(self, request: Request, text: str) -> Document:
        """The parsed and validated document, made now, or kept as one that is refused."""
        if len(text) > MAX_LENGTH:
            return TOO_LONG
        planning, key = self.planning, (self.scope, text)
        kept = planning.refused.get((self.scope, digest_of(text)))
        if kept is not None:
            return kept
        read = await planning.beside(key, partial(self.documents.read, text), request.payer)
        if read.errors:
            return planning.refused.keep((self.scope, read.digest), read)
        return planning.documents.keep(key, read)

    def _operation(self, document: Document, asked: Operation) -> tuple[OperationDefinitionNode, Variables]:
        return document.prepared(asked.name, self.schema, is_open=self.documents.is_open)

    async def _run(
        self,
        request: Request,
        document: Document,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        asked: Operation,
    ) -> Answer:
        try:
            prepared = await self._prepared(request, document, operation, variables, asked)
            price = prepared.cost.of(variables.coerced)
            cost.refuse_costly(price)
            request.spend(price, operation.operation is OperationType.MUTATION)
            if request.trace is not None:
                assert document.node is not None
                request.trace.run(Selections(self.schema, document.node, variables), operation)
            faults: Faults = []
            if isinstance(prepared.action, Plan):
                data, faults = await self._read(request, prepared.action, variables, asked)
            else:
                assert not isinstance(prepared.action, LivePlan)
                data = await mutation.run(request, prepared.action, variables)
            if request.trace is not None:
                request.trace.ended()
            name = operation.name.value if operation.name else None
            if faults:
                return _partial(data, price, name, faults)
            is_mutation = operation.operation is OperationType.MUTATION
            body = b'{"data":%b,"extensions":{"cost":{"requested":%d}}}' % (data, price)
            refusals = tuple(request.refusals)
            return Answer(
                body, is_executed=True, is_whole=True, is_mutation=is_mutation, refusals=refusals, cost=price, name=name
            )
        except Refusal as refusal:
            return refused([_argument_error(refusal)])
        except GraphQLError as error:  # Too costly, or a nullable variable at a place that must not be null.
            return refused([_input_error(error)])

    async def _prepared(
        self,
        request: Request,
        document: Document,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        asked: Operation,
    ) -> Prepared:
        """The cost and the plan, kept or made now."""
        shape = plan.shape(variables, document.shaping, self.catalog.stored)
        key = (self.scope, document.digest, asked.name, request.viewer.role, shape)
        prepared = self.planning.plans.get(key)
        return prepared or await self._prepare(key, request, document, operation, variables)

    async def _prepare(
        self,
        key: Hashable,
        request: Request,
        document: Document,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> Prepared:
        make = partial(prepare, self.catalog, document, operation, variables, request.viewer)
        return self.planning.plans.keep(key, await self.planning.beside(key, make, request.payer))

    async def _read(
        self, request: Request, planned: Plan, variables: VariableValues, asked: Operation
    ) -> tuple[bytes, Faults]:
        """The `data` of a query, and the refusals of single items."""
        values = planned.values(variables, request.asker)
        told = None
        if planned.introspection is not None:
            make = partial(plan.introspected, planned, self.schema, asked.variables)
            told = await self.planning.beside(object(), make, request.payer)
        columns: Sequence[bytes | None] = ()
        if planned.statement is not None:
            columns = await request.read(planned.statement, values, is_for_holder=planned.is_for_holder)
        data = planned.written(columns, told)
        if planned.computed:
            data = await planned.filled(data, request.new_loaders())
        return data, list(planned.faults(values)) if planned.faulty else []


def _partial(data: bytes, price: int, name: str | None, faults: Faults) -> Answer:
    """The answer in which refused items are null, with up to MAX_ERRORS of their errors."""
    errors = [
        {"message": refusal.message, "path": path, "extensions": {"code": refusal.code.value, "field": refusal.field}}
        for path, refusal in faults[:MAX_ERRORS]
    ]
    body = b'{"errors":%b,"data":%b,"extensions":{"cost":{"requested":%d}}}' % (orjson.dumps(errors), data, price)
    codes = tuple(refusal.code.value for _, refusal in faults[:MAX_ERRORS])
    return Answer(body, is_executed=True, errors=codes, cost=price, name=name)


def refused(errors: Sequence[GraphQLError]) -> Answer:
    """The answer to a request that did not run."""
    formatted = [_formatted(error) for error in errors]
    codes = tuple(str(error["extensions"]["code"]) for error in formatted)
    return Answer(orjson.dumps({"errors": formatted}), is_executed=False, errors=codes)


def _not_subscribed(errors: Sequence[GraphQLError]) -> NotSubscribedError:
    return NotSubscribedError([_formatted(error) for error in errors])


def _formatted(error: GraphQLError) -> dict[str, Any]:
    """An error as clients see it: refusals with their code, everything unexpected behind a reference number."""
    original = error.original_error
    if isinstance(original, DatabaseUnavailableError | TenantGoneError):
        raise original
    formatted: dict[str, Any] = dict(error.formatted)
    if isinstance(original, Refusal):
        formatted["extensions"] = {"code": original.code.value, "field": original.field}
    elif isinstance(original, StatementTimeoutError):
        formatted |= {"message": "The operation took too long and was stopped.", "extensions": {"code": "TIMEOUT"}}
    elif isinstance(original, GraphQLError | None):
        formatted["extensions"] = {"code": "BAD_USER_INPUT"} | (error.extensions or {})
    elif not (error.extensions or {}).get("code"):
        reference = str(uuid4())
        logger.error("unexpected error %s", reference, exc_info=original)
        formatted |= {
            "message": "Something went wrong on our side.",
            "extensions": {"code": "INTERNAL_SERVER_ERROR", "reference": reference},
        }
    return formatted


def _argument_error(refusal: Refusal) -> GraphQLError:
    """A refused argument refuses the whole operation, before anything runs."""
    nodes = [refusal.origin] if isinstance(refusal.origin, FieldNode) else None
    return GraphQLError(refusal.message, nodes, extensions={"code": refusal.code.value, "field": refusal.field})


def _input_error(error: GraphQLError) -> GraphQLError:
    return GraphQLError(error.message, error.nodes, extensions={"code": "BAD_USER_INPUT"} | (error.extensions or {}))
