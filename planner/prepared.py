"""Prepared: an operation's cost with its plan, or with the steps of a mutation, as they are kept together."""

from dataclasses import dataclass

from graphql import OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from auth.viewer import Viewer
from planner import cost, mutation, plan
from planner.catalog import Catalog
from planner.cost import Cost
from planner.document import Document
from planner.mutation import Steps
from planner.plan import Plan
from planner.selection import Selections


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that does not depend on the values of an operation's variables."""

    cost: Cost
    action: Plan | Steps
    size: int
    """Bytes that it takes, about, and its document, which it holds also when that is not kept any more."""


def prepare(
    catalog: Catalog, document: Document, operation: OperationDefinitionNode, variables: VariableValues, viewer: Viewer
) -> Prepared:
    """Reckon an operation's cost and plan it. Cost: 1 ms to 1 s.

    Raises GraphQLError for what costs too much, and Refusal where an argument that shapes the statement is refused.
    """
    assert document.node is not None
    selections = Selections(catalog.schema, document.node, variables)
    price = cost.compiled(selections, operation)
    cost.refuse_costly(price.of(variables.coerced))
    if operation.operation is OperationType.MUTATION:
        steps = mutation.plan(catalog, selections, viewer, operation)
        return Prepared(price, steps, document.size + sum(step.payload.size for step in steps.values() if step))
    planned = plan.make(catalog, selections, viewer, operation)
    return Prepared(price, planned, document.size + planned.size)
