"""Inputs: a mutation's input under Python's names with decoded references, and its fingerprint."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from sqlmodel import SQLModel

from models import ident
from models.refusal import not_found
from planner.catalog import DEFINITION
from planner.field import REFERENCE

KEY = "idempotencyKey"
"""The field of every mutation's input that only the runner reads."""

Given = Mapping[str, Any]

Read = Callable[[Any, int, str], Any]
"""Converts a value for a mutation's function, given the tenant's number and the path of the field."""

References = Callable[[Any], Iterator[tuple[type[SQLModel], UUID]]]
"""Yields the rows that an input names, by table and id."""


def compiled(type_: GraphQLInputObjectType) -> Read:
    """Converts inputs of a type: fields under Python's names, nested inputs likewise, references as UUIDs.

    Raises Refusal(BAD_ID), and Refusal(NOT_FOUND) for an id of another tenant or another type.
    """
    fields = {name: (_definition(field).python_name, _reader(field)) for name, field in type_.fields.items()}

    def read(given: Given, tenant: int, path: str) -> dict[str, Any]:
        named: dict[str, Any] = {}
        for name, value in given.items():
            python_name, inner = fields[name]
            if name != KEY:
                named[python_name] = value if inner is None or value is None else inner(value, tenant, f"{path}{name}")
        return named

    return read


def _reader(field: GraphQLInputField) -> Read | None:
    """Converts a field's value; None: it stays as it is."""
    model, type_ = _definition(field).metadata.get(REFERENCE), get_named_type(field.type)
    if model is not None:
        item = _decoder(ident.kind(model))
    elif isinstance(type_, GraphQLInputObjectType):
        item = _nested(type_)
    else:
        return None
    return _listed(item) if is_list_type(get_nullable_type(field.type)) else item


def _decoder(kind: str) -> Read:
    def decode(text: str, tenant: int, path: str) -> UUID:
        uuid = ident.decode(kind, tenant, text, path)
        if uuid is None:
            raise not_found(path)
        return uuid

    return decode


def _nested(type_: GraphQLInputObjectType) -> Read:
    read = compiled(type_)
    return lambda given, tenant, path: read(given, tenant, f"{path}.")


def _listed(item: Read) -> Read:
    return lambda given, tenant, path: [item(value, tenant, f"{path}.{place}") for place, value in enumerate(given)]


def references(type_: GraphQLInputObjectType) -> References:
    """Yields the rows that an input names, from the result of `compiled`."""
    naming: list[tuple[str, References]] = []
    for field in type_.fields.values():
        definition, inner = _definition(field), get_named_type(field.type)
        model = definition.metadata.get(REFERENCE)
        if model is not None:
            naming.append((definition.python_name, partial(_reference, model)))
        elif isinstance(inner, GraphQLInputObjectType):
            naming.append((definition.python_name, references(inner)))

    def read(arguments: Mapping[str, Any]) -> Iterator[tuple[type[SQLModel], UUID]]:
        for name, inner in naming:
            value = arguments.get(name)
            for item in value if isinstance(value, list) else [value]:
                if item is not None:
                    yield from inner(item)

    return read


def _reference(model: type[SQLModel], id_: UUID) -> Iterator[tuple[type[SQLModel], UUID]]:
    yield model, id_


def fingerprint(mutation: str, type_: GraphQLInputObjectType, given: Given) -> str:
    """A digest of the mutation and its arguments, which recognises a repeated request.

    Arguments with their default value are left out, so that a new argument in the contract does not change the
    fingerprint of old requests.
    """
    canonical = json.dumps([mutation, _canonical(type_, given)], sort_keys=True, default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(type_: GraphQLInputObjectType, given: Given) -> dict[str, Any]:
    canonical: dict[str, Any] = {}
    for name, value in given.items():
        field = type_.fields[name]
        if name == KEY or value is None or (field.default_value is not Undefined and value == field.default_value):
            continue
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            value = [_canonical(inner, item) for item in value] if isinstance(value, list) else _canonical(inner, value)
        canonical[name] = value
    return canonical


def _plain(value: object) -> str:
    """Text for what JSON cannot express: enums, times, and our own scalars."""
    match value:
        case Enum():
            return value.name
        case datetime():
            return value.isoformat()
    return repr(value)


def _definition(field: GraphQLInputField) -> Any:
    return field.extensions[DEFINITION]
