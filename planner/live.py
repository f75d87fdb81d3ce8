"""Live: subscriptions, each told what happened by one statement, as a query with the subscriber's rights."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from auth.viewer import Viewer
from planner import argument, plan
from planner.argument import ReadArguments
from planner.catalog import Catalog
from planner.error import coded
from planner.field import Live, LiveTopic
from planner.plan import Plan
from planner.request import Request
from planner.selection import Selections

AFTER = "after"
"""The argument that names the last event that was told."""


@dataclass(frozen=True, slots=True)
class LivePlan:
    """A planned subscription: what it is about, and the statement that reads what happened."""

    source: Live
    take: ReadArguments
    plan: Plan

    @property
    def size(self) -> int:
        """Approximate bytes, without its document."""
        return self.plan.size

    def subscription(self, request: Request, variables: VariableValues, price: int) -> "CheckedSubscription":
        """What is subscribed to. Raises Refusal for whoever may not, and for a bad argument."""
        arguments = self.take(variables.coerced)
        self.source.who.require(request.viewer)
        topic = self.source.topic(arguments, request.asker)
        self.plan.values(variables, request.asker)
        return CheckedSubscription(topic, arguments.get(AFTER), price, self.source.is_told_first)


@dataclass(frozen=True, slots=True)
class CheckedSubscription:
    """What somebody subscribed to, and the last event that was told before; each telling costs `price`."""

    topic: LiveTopic
    after: str | None
    price: int
    is_told_first: bool


class NotSubscribedError(Exception):
    """An operation was refused, with the errors that clients see."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


class NoSubscriptionError(Exception):
    """An operation is a query or a mutation."""


def make(catalog: Catalog, selections: Selections, viewer: Viewer, operation: OperationDefinitionNode) -> LivePlan:
    """Plan a subscription. Raises GraphQLError where it has not one field, and Refusal as queries do."""
    root = catalog.schema.subscription_type
    assert root is not None and operation.operation is OperationType.SUBSCRIPTION
    fields = selections.within(root, [operation.selection_set])
    if len(fields) != 1:
        raise coded("A subscription has one field.", "GRAPHQL_VALIDATION_FAILED")
    [[node, *_]] = fields.values()
    declared = catalog.source(root.name, node.name.value)
    if declared is None or not isinstance(declared.source, Live):
        raise coded("A subscription has one field of the contract.", "GRAPHQL_VALIDATION_FAILED")
    take = argument.compiled(root.fields[node.name.value], node, selections.variables)
    return LivePlan(declared.source, take, plan.make(catalog, selections, viewer, operation))


async def told(request: Request, planned: LivePlan, variables: VariableValues, subject: UUID) -> bytes | None:
    """The `data` to tell of a subject; None where the subscriber may not see it, or it is outside of the topic."""
    asker = request.asker._replace(subject=subject)
    planned.source.who.require(asker.viewer)
    assert planned.plan.statement is not None
    values = planned.plan.values(variables, asker)
    # Not from a replica, which may lag behind the event.
    columns = await request.database.read(planned.plan.statement, asker.tenant, values)
    if columns == [None] or not columns:
        return None
    data = planned.plan.written(columns)
    return await planned.plan.filled(data, request.new_loaders()) if planned.plan.computed else data
