"""Arguments: a field's arguments as a function of the variables, compiled once a plan.

A plan's key says which variables are given. At run time only their values differ, and these are coerced already.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution.values import VariableValues, get_argument_values

ReadArguments = Callable[[Mapping[str, Any]], Any]
"""Reads a value, or a field's arguments, from the coerced variables."""

ShapeOf = Callable[[object], object]
"""Reduces an argument's value to the part that shapes statements: few distinct results, for each has its own plans."""

SHAPING: dict[str, ShapeOf] = {"first": lambda size: size}
"""Arguments other than enums whose values shape statements; resolvers add theirs by `shapes`."""


def shapes(name: str) -> Callable[[ShapeOf], ShapeOf]:
    """Declares that arguments of this name shape statements by what the decorated function returns for their values."""

    def decorate(shape: ShapeOf) -> ShapeOf:
        SHAPING[name] = shape
        return shape

    return decorate


def compiled(definition: GraphQLField, node: FieldNode, variables: VariableValues) -> ReadArguments:
    """The arguments of `node` by name, for any variables with the same names given as in `variables`."""
    now = get_argument_values(definition, node, variables)
    taken = {
        argument.name.value: _take(argument.value, now.get(argument.name.value), variables)
        for argument in node.arguments or ()
        if argument.name.value in now and _has_variables(argument.value)
    }
    if not taken:
        return lambda _: now
    fixed = {name: value for name, value in now.items() if name not in taken}
    return lambda given: fixed | {name: take(given) for name, take in taken.items()}


def _take(node: ValueNode, now: Any, variables: VariableValues) -> ReadArguments:
    """One value: `now` is what it is under these variables, defaults included."""
    if isinstance(node, VariableNode) and node.name.value in variables.coerced:
        name = node.name.value
        return lambda given: given[name]
    if isinstance(node, ObjectValueNode) and isinstance(now, dict):
        parts = {part.name.value: part.value for part in node.fields if _has_variables(part.value)}
        taken = {name: _take(value, now[name], variables) for name, value in parts.items() if name in now}
        return lambda given: now | {name: take(given) for name, take in taken.items()}
    if isinstance(node, ListValueNode) and isinstance(now, list):
        items = [_take(item, value, variables) for item, value in zip(node.values, now, strict=True)]
        return lambda given: [take(given) for take in items]
    return lambda _: now


def _has_variables(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ObjectValueNode():
            return any(_has_variables(part.value) for part in node.fields)
        case ListValueNode():
            return any(_has_variables(item) for item in node.values)
    return False
