"""Inputs: what a mutation was given, by Python's names, its references decoded; and its canonical form."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from models import ident
from models.refusal import not_found
from planner.catalog import DEFINITION
from planner.field import REFERENCE

KEY = "idempotencyKey"
"""The field of every mutation's input that the runner alone reads."""

Given = Mapping[str, Any]


def read(type_: GraphQLInputObjectType, given: Given, tenant: int, path: str = "") -> dict[str, Any]:
    """The fields of an input under their Python names, nested inputs likewise, references as UUIDs.

    Raises Refusal(BAD_ID), and Refusal(NOT_FOUND) for an id of another tenant or another type.
    """
    named: dict[str, Any] = {}
    for name, value in given.items():
        if name != KEY:
            found = type_.fields[name]
            named[_definition(found).python_name] = _read(found, value, tenant, f"{path}{name}")
    return named


def _read(field: GraphQLInputField, value: Any, tenant: int, path: str) -> Any:
    kind = _definition(field).metadata.get(REFERENCE)
    inner = get_named_type(field.type)
    if value is None or (kind is None and not isinstance(inner, GraphQLInputObjectType)):
        return value
    if is_list_type(get_nullable_type(field.type)):
        return [_item(inner, kind, item, tenant, f"{path}.{place}") for place, item in enumerate(value)]
    return _item(inner, kind, value, tenant, path)


def _item(type_: Any, kind: str | None, value: Any, tenant: int, path: str) -> Any:
    if kind is None:
        return read(type_, value, tenant, f"{path}.")
    uuid = ident.decode(kind, tenant, value, path)
    if uuid is None:
        raise not_found(path)
    return uuid


def fingerprint(mutation: str, type_: GraphQLInputObjectType, given: Given) -> str:
    """Tells a repeated request from another one: the mutation and what it was given, by name.

    What has its default is left out, so that an argument that the contract gains does not make an old request another.
    """
    canonical = json.dumps([mutation, _canonical(type_, given)], sort_keys=True, default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(type_: GraphQLInputObjectType, given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        field = type_.fields[name]
        if name == KEY or value is None or (field.default_value is not Undefined and value == field.default_value):
            continue
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            value = [_canonical(inner, item) for item in value] if isinstance(value, list) else _canonical(inner, value)
        found[name] = value
    return found


def _plain(value: object) -> str:
    """What JSON has no form for: enums, times, and scalars of our own."""
    match value:
        case Enum():
            return value.name
        case datetime():
            return value.isoformat()
    return repr(value)


def _definition(field: GraphQLInputField) -> Any:
    return field.extensions[DEFINITION]
