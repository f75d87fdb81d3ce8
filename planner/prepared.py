"""Prepared: an operation's cost and its plan (of a mutation: its steps), cached together."""

from dataclasses import dataclass

from graphql import OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from auth.viewer import Viewer
from planner import cost, live, mutation, plan
from planner.catalog import Catalog
from planner.cost import Cost
from planner.document import Document
from planner.live import LivePlan
from planner.mutation import Steps
from planner.plan import Plan
from planner.selection import Selections


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything about an operation that does not depend on the values of its variables."""

    cost: Cost
    action: Plan | Steps | LivePlan
    size: int
    """Approximate bytes, with its document, which it keeps alive after the cache of documents has dropped it."""


def prepare(
    catalog: Catalog, document: Document, operation: OperationDefinitionNode, variables: VariableValues, viewer: Viewer
) -> Prepared:
    """Compute an operation's cost and plan it. Takes 1 ms to 1 s.

    Raises GraphQLError when it is too costly, and Refusal when an argument that shapes the statement is refused.
    """
    assert document.node is not None
    selections = Selections(catalog.schema, document.node, variables)
    price = cost.compiled(selections, operation)
    cost.refuse_costly(price.of(variables.coerced))
    if operation.operation is OperationType.MUTATION:
        steps = mutation.plan(catalog, selections, viewer, operation)
        return Prepared(price, steps, document.size + sum(step.payload.size for step in steps.values() if step))
    make = live.make if operation.operation is OperationType.SUBSCRIPTION else plan.make
    planned = make(catalog, selections, viewer, operation)
    return Prepared(price, planned, document.size + planned.size)
