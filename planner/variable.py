"""Variables: coerces an operation's variables, with what can be prepared once a document."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, Undefined, is_non_null_type
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.utilities import coerce_input_value

from planner.error import MAX_ERRORS

_REPRESENTATIONS = "[_Any!]!"

_AS_THEY_ARE = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values need no coercion when they have this Python type."""


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, is_open: bool = True) -> None:
        """`is_open` allows suggestions in errors."""
        self._schema = schema
        self._is_open = is_open
        self._definitions = operation.variable_definitions or ()
        signatures = [get_variable_signature(schema, node) for node in self._definitions]
        self._signatures = [one for one in signatures if isinstance(one, GraphQLVariableSignature)]
        self._lists_of_any = {one.name for one in self._signatures if str(one.type) == _REPRESENTATIONS}
        self._python_types = {one.name: _AS_THEY_ARE.get(str(one.type).removesuffix("!")) for one in self._signatures}
        given = get_variable_values(schema, [node for node in self._definitions if node.default_value], {})
        self._defaults = given.coerced if isinstance(given, VariableValues) else {}

    def coerce(self, inputs: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The coerced values, or the errors. Valid values take some microseconds."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self._signatures:
            name = signature.name
            value = inputs.get(name, Undefined)
            sources[name] = VariableValueSource(signature, value)
            if value is not Undefined:
                # A router sends many representations, and any value is a valid _Any.
                is_good = type(value) is self._python_types[name] or (
                    name in self._lists_of_any and isinstance(value, list) and None not in value
                )
                coerced_value = value if is_good else coerce_input_value(value, signature.type)
                if coerced_value is Undefined:
                    return self._explained(inputs)
                coerced[name] = coerced_value
            elif name in self._defaults:
                coerced[name] = self._defaults[name]
            elif is_non_null_type(signature.type):
                return self._explained(inputs)
        return VariableValues(sources, coerced)

    def _explained(self, inputs: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        return get_variable_values(
            self._schema, self._definitions, dict(inputs), MAX_ERRORS, hide_suggestions=not self._is_open
        )
