"""Fitting: the parts of the contract that an operation names. Scopes with the same of them fit it to the same text."""

from functools import cache
from typing import Any

from graphql import (
    ArgumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    NamedTypeNode,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_required_argument,
    is_required_input_field,
    parse,
    separate_operations,
    visit,
)

from portal import document
from tests.operation import CONTRACT


def parts(schema: GraphQLSchema) -> frozenset[str]:
    """Types, values, fields and arguments, each with its type and with what is required beside it."""
    found = set(schema.type_map)
    for type_ in schema.type_map.values():
        match type_:
            case GraphQLEnumType():
                found |= {f"{type_.name}.{value}" for value in type_.values}
            case GraphQLInputObjectType():
                found |= {_of_input(type_, key) for key in type_.fields}
            case GraphQLObjectType():
                for name, field in type_.fields.items():
                    found |= {
                        _of_object(type_, name, field),
                        *(_argument(type_, name, field, key) for key in field.args),
                    }
    return frozenset(found)


def _of_input(type_: GraphQLInputObjectType, key: str) -> str:
    required = [name for name, field in type_.fields.items() if is_required_input_field(field)]
    return f"{type_.name}.{key}: {type_.fields[key].type}, beside {sorted(required)}"


def _of_object(type_: GraphQLObjectType, name: str, field: GraphQLField) -> str:
    required = [key for key, argument in field.args.items() if is_required_argument(argument)]
    return f"{type_.name}.{name}({sorted(required)}): {field.type}"


def _argument(type_: GraphQLObjectType, name: str, field: GraphQLField, key: str) -> str:
    return f"{type_.name}.{name}({key}: {field.args[key].type})"


@cache
def named(name: str) -> dict[str, frozenset[str]]:
    """The parts of the whole contract that each operation of a screen's document names."""
    found = {}
    for operation, alone in separate_operations(parse(document.named(name).text)).items():
        info = TypeInfo(CONTRACT)
        naming = _Naming(info)
        visit(alone, TypeInfoVisitor(info, naming))
        found[operation] = frozenset(naming.found)
    return found


class _Naming(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._info = info

    def enter(self, node: Any, *_: object) -> None:
        match node:
            case NamedTypeNode():
                self.found.add(node.name.value)
            case EnumValueNode():
                self.found.add(f"{get_named_type(self._info.get_input_type())}.{node.value}")
            case ObjectFieldNode():
                of = get_named_type(self._info.get_parent_input_type())
                if isinstance(of, GraphQLInputObjectType):  # Not a part of a scalar's value.
                    self.found.add(_of_input(of, node.name.value))
            case FieldNode() | ArgumentNode() if self._info.get_directive() is None:
                self._of_field(node)

    def _of_field(self, node: FieldNode | ArgumentNode) -> None:
        of, field = self._info.get_parent_type(), self._info.get_field_def()
        if not isinstance(of, GraphQLObjectType) or field is None or (name := self._name(of, field)) is None:
            return
        is_field = isinstance(node, FieldNode)
        self.found.add(_of_object(of, name, field) if is_field else _argument(of, name, field, node.name.value))

    def _name(self, of: GraphQLObjectType, field: GraphQLField) -> str | None:
        """What a type calls its field; None for `__typename`, which all have."""
        return next((name for name, its in of.fields.items() if its is field), None)
