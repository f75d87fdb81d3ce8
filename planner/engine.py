"""Engine: executes operations on one schema: documents, plans, mutations and the field-by-field executor together."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from graphql import FieldNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from database.door import DatabaseUnavailableError, StatementTimeoutError
from models.refusal import Refusal
from planner import cost, mutation, plan
from planner.catalog import Catalog
from planner.compose import NotPlannableError
from planner.cost import Cost
from planner.document import Document, Documents
from planner.error import coded
from planner.fallback import FieldByField
from planner.mutation import Steps
from planner.plan import Plan, PlanCache, Shape
from planner.request import Request
from planner.selection import Selections
from planner.variable import Variables

logger = logging.getLogger("parvis.engine")


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL response as JSON. `is_executed` is false for a request error: nothing ran and there is no `data`;
    `is_whole` says that it ran without an error."""

    body: bytes
    is_executed: bool
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client sent, decoded."""

    query: str
    variables: Mapping[str, Any]
    name: str | None


class MutationByGetError(Exception):
    """A mutation was asked for in a request that must not change anything."""


class Engine:
    """One schema's caches and executors."""

    def __init__(self, schema: GraphQLSchema, *, is_open: bool = True) -> None:
        """`is_open` says whether clients may look into the schema."""
        self.schema = schema
        self.catalog = Catalog(schema)
        self.documents = Documents(schema, is_open=is_open)
        self.plans: PlanCache[Plan] = PlanCache()
        self.steps: PlanCache[Steps] = PlanCache()
        self.costs: PlanCache[Cost] = PlanCache()
        self._field_by_field = FieldByField(self.catalog)

    def is_query(self, asked: Operation) -> bool:
        """Whether an operation only reads; also false for what will be refused."""
        document = self.documents.get(asked.query)
        if document.errors:
            return False
        try:
            return self._prepared(document, asked)[0].operation is OperationType.QUERY
        except GraphQLError:
            return False

    async def execute(self, request: Request, asked: Operation, *, may_change: bool) -> Answer:
        """Run an operation.

        Raises MutationByGetError for a mutation when `may_change` is false, BudgetExhaustedError and
        DatabaseUnavailableError.
        """
        document = self.documents.get(asked.query)
        if document.errors:
            return refused(document.errors)
        try:
            operation, variables = self._prepared(document, asked)
        except GraphQLError as error:
            return refused([error])
        if operation.operation is OperationType.MUTATION and not may_change:
            raise MutationByGetError
        if operation.operation is OperationType.SUBSCRIPTION:
            return refused([coded("Subscriptions are not served over this transport.", "SUBSCRIPTION_NOT_SUPPORTED")])
        values = variables.coerce(asked.variables)
        if isinstance(values, list):
            return refused([_input_error(error) for error in values])
        try:
            return await self._run(request, document, operation, values, asked)
        except StatementTimeoutError:
            stopped = coded("The operation took too long and was stopped; ask for less.", "TIMEOUT")
            return Answer(orjson.dumps({"errors": [stopped.formatted], "data": None}), is_executed=True)

    def _prepared(self, document: Document, asked: Operation) -> tuple[OperationDefinitionNode, Variables]:
        return document.prepared(asked.name, self.schema, is_open=self.documents.is_open)

    async def _run(
        self,
        request: Request,
        document: Document,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        asked: Operation,
    ) -> Answer:
        shape = plan.shape(variables, document.shaping, self.catalog.stored)
        key = (document.digest, asked.name, request.viewer.role, shape)
        is_mutation = operation.operation is OperationType.MUTATION
        try:
            price = self._price(key, document, operation, variables)
            request.spend(price, is_mutation)
            if is_mutation:
                steps = self.steps.get(key)
                if steps is None:
                    selections = self._selections(document, variables)
                    steps = self.steps.put(key, mutation.plan(self.catalog, selections, request.viewer, operation))
                return _whole(await mutation.run(request, steps, variables), price)
            found = self.plans.get(key)
            if found is None:
                selections = self._selections(document, variables)
                found = self.plans.put(key, plan.make(self.catalog, selections, request.viewer, operation))
            values = found.values(variables, request.asker)
        except Refusal as refusal:
            return refused([_argument_error(refusal)])
        except GraphQLError as error:  # It costs too much, or a variable that may be null stands where null may not.
            return refused([_input_error(error)])
        except NotPlannableError:
            assert document.node is not None and not is_mutation
            result = await self._field_by_field.run(request, document.node, operation, dict(asked.variables))
            return _executed(result.data, result.errors or (), price)
        columns = await request.read(found.statement, values)
        return _whole(await found.answer(columns, request.loaders), price)

    def _price(
        self, key: Shape, document: Document, operation: OperationDefinitionNode, variables: VariableValues
    ) -> int:
        """What the operation costs. Raises GraphQLError when no operation may cost so much."""
        found = self.costs.get(key)
        if found is None:
            found = self.costs.put(key, cost.compiled(self._selections(document, variables), operation))
        price = found.of(variables.coerced)
        cost.refuse_costly(price)
        return price

    def _selections(self, document: Document, variables: VariableValues) -> Selections:
        assert document.node is not None
        return Selections(self.schema, document.node, variables)


def _whole(data: bytes, price: int) -> Answer:
    """The answer to what ran without an error."""
    body = b'{"data":%b,"extensions":{"cost":{"requested":%d}}}' % (data, price)
    return Answer(body, is_executed=True, is_whole=True)


def refused(errors: Sequence[GraphQLError]) -> Answer:
    """The answer to a request that did not run."""
    return Answer(orjson.dumps({"errors": [_formatted(error) for error in errors]}), is_executed=False)


def _executed(data: dict[str, Any] | None, errors: Sequence[GraphQLError], price: int) -> Answer:
    body: dict[str, Any] = {"errors": [_formatted(error) for error in errors]} if errors else {}
    body |= {"data": data, "extensions": {"cost": {"requested": price}}}
    return Answer(orjson.dumps(body), is_executed=True, is_whole=not errors)


def _formatted(error: GraphQLError) -> dict[str, Any]:
    """An error as clients see it: refusals with their code, everything unexpected behind a reference number."""
    original = error.original_error
    if isinstance(original, DatabaseUnavailableError):
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
