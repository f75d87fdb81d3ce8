"""Literals: refuses values in a document that PostgreSQL or Python cannot take, or that are slow to validate."""

from graphql import (
    ArgumentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableDefinitionNode,
    Visitor,
)

from planner.error import coded

MAX_DIGITS = 300
"""Of an integer: Python refuses to parse some thousands of digits, with an error of its own."""

MAX_VALUES = 100
"""In one argument, nested ones included: each error about an input prints all of it. Variables may hold more."""


class Literals(Visitor):
    """Raises GraphQLError at the first literal that is refused."""

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        """PostgreSQL's text cannot hold a NUL character."""
        if "\0" in node.value:
            raise coded("NUL characters are not possible.", "BAD_USER_INPUT")

    def enter_int_value(self, node: IntValueNode, *_: object) -> None:
        """Refuse overlong integers."""
        if len(node.value) > MAX_DIGITS:
            raise coded(f"A number has at most {MAX_DIGITS} digits.", "BAD_USER_INPUT")

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        """Refuse long literals: they belong in variables."""
        _refuse_long(node.value)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> None:
        """Defaults are literals, too."""
        if node.default_value is not None:
            _refuse_long(node.default_value)


def _refuse_long(value: ValueNode) -> None:
    level: list[ValueNode] = [value]
    count = 0
    while level:
        count += len(level)
        if count > MAX_VALUES:
            raise coded(
                f"An argument in a document has at most {MAX_VALUES} values: use a variable.", "QUERY_TOO_LARGE"
            )
        level = [part for each in level for part in _parts(each)]


def _parts(value: ValueNode) -> list[ValueNode]:
    match value:
        case ListValueNode():
            return list(value.values)
        case ObjectValueNode():
            return [field.value for field in value.fields]
    return []
