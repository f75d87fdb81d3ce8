"""Operations made from the contract itself, so that tests reach every field without a list to keep."""

import json
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

import schema.root
from auth.viewer import Audience
from models.tenant import Feature
from planner.scope import Scope, scoped

CONTRACT = schema.root.executable()
"""The whole contract, which nobody is served."""

ROUTERS = scoped(CONTRACT, Scope(frozenset(Feature), Audience.ROUTER))
"""What the public has, and the federation's own fields."""

POINT = {"lat": 48.1, "lng": -1.6}
REQUIRED: dict[str, Any] = {
    "batch": 1,
    "from": POINT,
    "groupBy": "CHANNEL",
    "kind": "LEGAL",
    "number": 1,
    "receipt": "0",
}
"""A value for each argument that a field below the root requires."""


def root_fields(operation: str, contract: GraphQLSchema = CONTRACT) -> dict[str, GraphQLField]:
    """The fields of `Query` or `Mutation`."""
    type_ = contract.type_map[operation]
    assert isinstance(type_, GraphQLObjectType)
    return dict(type_.fields)


def literal(value: Any, type_: Any) -> str:
    """A JSON value as a literal of GraphQL."""
    if is_non_null_type(type_):
        return literal(value, type_.of_type)
    if value is None:
        return "null"
    if is_list_type(type_):
        return f"[{', '.join(literal(item, type_.of_type) for item in value)}]"
    if isinstance(type_, GraphQLEnumType):
        return str(value)
    if isinstance(type_, GraphQLInputObjectType):
        return f"{{{', '.join(f'{name}: {literal(item, type_.fields[name].type)}' for name, item in value.items())}}}"
    return _json(value)


def _json(value: Any) -> str:
    """A scalar's literal; of objects (`_Any`) the keys stand without quotes."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_json(item)}' for name, item in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def call(name: str, arguments: dict[str, GraphQLArgument], given: dict[str, Any]) -> str:
    """A field's name with its arguments."""
    listed = ", ".join(f"{key}: {literal(value, arguments[key].type)}" for key, value in given.items())
    return f"{name}({listed})" if listed else name


def everything(type_: GraphQLNamedType, depth: int, prefix: str = "") -> str:
    """A selection of all that can be asked of a type: its leaves, and `depth` levels of objects below it.

    `prefix` begins its response keys: the types of a union may not share one.
    """
    if is_leaf_type(type_):
        return ""
    if isinstance(type_, GraphQLUnionType):
        parts = (f"... on {found.name} {everything(found, depth, f'{found.name}_')}" for found in type_.types)
        return f"{{ __typename {' '.join(parts)} }}"
    assert isinstance(type_, GraphQLObjectType)
    selected = ["__typename"]
    for name, field in type_.fields.items():
        target = get_named_type(field.type)
        needs = {key: REQUIRED[key] for key, argument in field.args.items() if is_required_argument(argument)}
        is_page = name in ("nodes", "edges", "node", "pageInfo")
        if is_leaf_type(target) or is_page or depth > 0:
            key = f"{prefix}{name}: " if prefix else ""
            selected.append(
                f"{key}{call(name, field.args, needs)} {everything(target, depth if is_page else depth - 1)}"
            )
    return f"{{ {' '.join(selected)} }}"
