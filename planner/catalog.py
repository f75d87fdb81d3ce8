"""Catalog: each field's source and each stored type's table, read from a schema when it is built."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_introspection_type,
    is_non_null_type,
)
from sqlalchemy.types import TypeEngine

from models.base import table
from planner.field import PAYLOAD, SOURCE, STORED, Action, Column, Connection, Live, Many, One, Source, Stored

DEFINITION = "strawberry-definition"

CONNECTION_FIELDS = frozenset({"edges", "nodes", "pageInfo", "totalCount"})


class UndeclaredFieldError(TypeError):
    """A field of the schema does not say where it comes from."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A field's source and the Python name that columns default to."""

    source: Source
    python_name: str


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """The values of a column that the scoped schema's enum has, where it lacks some."""

    column: str
    values: tuple[Enum, ...]
    is_nullable: bool


class Catalog:
    """Sources by type and field. Made once a schema; raises UndeclaredFieldError when a field has none."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.fields: dict[tuple[str, str], Declared] = {}
        self.stored: dict[str, Stored] = {}
        self.payloads: dict[str, Mapping[str, TypeEngine[Any]]] = {}
        self.partial_enums: dict[str, list[ColumnValues]] = {}
        """By stored type: columns that may hold what this schema has no enum value for. Such rows are not visible."""
        objects = [
            t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType) and not is_introspection_type(t)
        ]
        for type_ in objects:
            self._read(type_)
        for type_ in objects:
            self._check(type_)

    def source(self, type_: str, field: str) -> Declared | None:
        """Where a field comes from; None for introspection and the library's own fields."""
        return self.fields.get((type_, field))

    def key(self, type_: str) -> str:
        """The primary key's column of a stored type."""
        return next(iter(table(self.stored[type_].model).primary_key)).name

    def is_reference(self, type_: str, field: str) -> bool:
        """Whether a field leads from a stored type to stored objects."""
        declared = self.source(type_, field)
        return type_ in self.stored and declared is not None and isinstance(declared.source, One | Many | Connection)

    def is_connection(self, type_: GraphQLObjectType) -> bool:
        """Whether a type is a page of a list."""
        return type_.name.endswith("Connection") and type_.fields.keys() >= CONNECTION_FIELDS

    def _read(self, type_: GraphQLObjectType) -> None:
        origin = getattr(type_.extensions.get(DEFINITION), "origin", None)
        if origin is not None and STORED in vars(origin):
            self.stored[type_.name] = getattr(origin, STORED)
        if origin is not None and PAYLOAD in vars(origin):
            self.payloads[type_.name] = getattr(origin, PAYLOAD)
        for name, field in type_.fields.items():
            definition: Any = field.extensions.get(DEFINITION)
            source = (getattr(definition, "metadata", None) or {}).get(SOURCE)
            if source is not None:
                self.fields[type_.name, name] = declared = Declared(source, definition.python_name)
                self._read_enum(type_, field, declared)

    def _read_enum(self, type_: GraphQLObjectType, field: GraphQLField, declared: Declared) -> None:
        enum = get_nullable_type(field.type)
        if type_.name not in self.stored or not isinstance(declared.source, Column) or not is_enum_type(enum):
            return
        members: type[Enum] = enum.extensions[DEFINITION].wrapped_cls
        values = tuple(member for member in members if member.name in enum.values)
        if len(values) < len(members):
            sayable = ColumnValues(
                declared.source.name or declared.python_name, values, not is_non_null_type(field.type)
            )
            self.partial_enums.setdefault(type_.name, []).append(sayable)

    def _check(self, type_: GraphQLObjectType) -> None:
        if (
            type_.name == "_Service"
            or type_.name.endswith("Edge")
            or type_.name == "PageInfo"
            or self.is_connection(type_)
        ):
            return
        for name, field in type_.fields.items():
            declared = self.source(type_.name, name)
            if type_ is self.schema.mutation_type and not (declared and isinstance(declared.source, Action)):
                raise UndeclaredFieldError(f"{type_.name}.{name} does not say who may run it")
            if type_ is self.schema.subscription_type and not (declared and isinstance(declared.source, Live)):
                raise UndeclaredFieldError(f"{type_.name}.{name} does not say what it tells")
            if declared is None and not name.startswith("_"):
                raise UndeclaredFieldError(f"{type_.name}.{name} does not say where it comes from")
            if declared is not None:
                self._check_target(type_.name, name, field, declared.source)

    def _check_target(self, type_: str, name: str, field: GraphQLField, source: Source) -> None:
        target: Any = get_named_type(field.type)
        if isinstance(source, Connection):
            target = get_named_type(target.fields["nodes"].type)
        if isinstance(source, Live | One | Many | Connection) and target.name not in self.stored:
            raise UndeclaredFieldError(f"{type_}.{name} refers to {target.name}, which is not stored")
        stored, column = self.stored.get(type_), None
        if isinstance(source, Column):
            column = source.name or self.fields[type_, name].python_name
        elif isinstance(source, One):
            column = source.column
        if column is not None and stored is not None and column not in stored.model.model_fields:
            raise UndeclaredFieldError(f"{type_}.{name} reads a column {column!r} that does not exist")
