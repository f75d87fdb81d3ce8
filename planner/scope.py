"""Scopes: the part of the contract that exists at a portal for an audience, as a schema of its own.

A scoped schema is built from the elements that remain. So the others are absent from introspection, validation,
suggestions and the SDL alike.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
)

from auth.viewer import Audience
from models.tenant import Feature
from planner.catalog import DEFINITION
from planner.directive import ForAudience, OfFeature

ROUTERS_FIELDS = frozenset({"_entities", "_service"})
"""The federation's own fields: the library makes them, and no directive can mark them."""

MARKS = frozenset({"feature", "audience"})
"""The directives that decide what a scoped schema has; it does not show them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The features that are switched on and the audience that asks."""

    features: frozenset[Feature]
    audience: Audience

    def holds(self, element: Any) -> bool:
        """Whether an element of the contract exists, by its own directives alone."""
        marks = _marks(element)
        features = [mark.name for mark in marks if isinstance(mark, OfFeature)]
        audiences = [mark.name for mark in marks if isinstance(mark, ForAudience)]
        return (not features or not self.features.isdisjoint(features)) and (
            not audiences or self.audience in audiences
        )


def scoped(full: GraphQLSchema, scope: Scope) -> GraphQLSchema:
    """The schema of a scope. Takes about 10 ms; keep it."""
    return _Builder(full, scope).schema()


def _marks(element: Any) -> list[object]:
    return list(getattr(_definition(element), "directives", None) or ())


def _definition(element: Any) -> Any:
    return (element.extensions or {}).get(DEFINITION)


class _Builder:
    """Finds the types that remain, then builds them anew."""

    def __init__(self, full: GraphQLSchema, scope: Scope) -> None:
        self._full = full
        self._scope = scope
        self._types = {name: type_ for name, type_ in full.type_map.items() if not is_introspection_type(type_)}
        self._living = {name for name, type_ in self._types.items() if scope.holds(type_)}
        while dead := {name for name in self._living if not self._lives(self._types[name])}:
            self._living -= dead
        self._built: dict[str, GraphQLNamedType] = {}

    def schema(self) -> GraphQLSchema:
        """The schema of everything that the remaining root fields reach."""
        return GraphQLSchema(
            query=self._root(self._full.query_type),
            mutation=self._root(self._full.mutation_type),
            subscription=self._root(self._full.subscription_type),
            directives=[directive for directive in self._full.directives if directive.name not in MARKS],
            description=self._full.description,
        )

    # What remains ----------------------------------------------------------------------------------------------------

    def _lives(self, type_: GraphQLNamedType) -> bool:
        """Whether anything of a type remains; an input type that has lost a required field does not."""
        match type_:
            case GraphQLObjectType():
                return any(self._has_field(name, field) for name, field in type_.fields.items())
            case GraphQLInputObjectType():
                missing = (part for part in type_.fields.values() if not self._has(part))
                return not any(map(is_required_input_field, missing)) and any(map(self._has, type_.fields.values()))
            case GraphQLEnumType():
                return any(map(self._scope.holds, type_.values.values()))
            case GraphQLUnionType():
                return any(member.name in self._living for member in type_.types)
        return True

    def _has(self, element: GraphQLField | GraphQLArgument | GraphQLInputField) -> bool:
        return self._scope.holds(element) and get_named_type(element.type).name in self._living

    def _has_field(self, name: str, field: GraphQLField) -> bool:
        if name in ROUTERS_FIELDS and self._scope.audience is not Audience.ROUTER:
            return False
        missing = (argument for argument in field.args.values() if not self._has(argument))
        return self._has(field) and not any(map(is_required_argument, missing))

    # Building --------------------------------------------------------------------------------------------------------

    def _root(self, type_: GraphQLObjectType | None) -> GraphQLObjectType | None:
        if type_ is None or type_.name not in self._living:
            return None
        built = self._type(type_)
        assert isinstance(built, GraphQLObjectType)
        return built

    def _reference(self, type_: Any) -> Any:
        match type_:
            case GraphQLNonNull():
                return GraphQLNonNull(self._reference(type_.of_type))
            case GraphQLList():
                return GraphQLList(self._reference(type_.of_type))
        return self._type(type_)

    def _type(self, type_: GraphQLNamedType) -> GraphQLNamedType:
        built = self._built.get(type_.name)
        if built is None:
            built = self._built[type_.name] = self._build(type_)
        return built

    def _build(self, type_: GraphQLNamedType) -> GraphQLNamedType:
        options = _unmarked(type_)
        match type_:
            case GraphQLObjectType():
                fields = {name: field for name, field in type_.fields.items() if self._has_field(name, field)}
                options["fields"] = lambda: {name: self._field(field) for name, field in fields.items()}
            case GraphQLInputObjectType():
                given = {name: field for name, field in type_.fields.items() if self._has(field)}
                options["fields"] = lambda: self._typed(GraphQLInputField, given)
            case GraphQLUnionType():
                members = [member for member in type_.types if member.name in self._living]
                options["types"] = lambda: [self._type(member) for member in members]
            case GraphQLEnumType():
                kept = {name: value for name, value in type_.values.items() if self._scope.holds(value)}
                options["values"] = {name: type(value)(**_unmarked(value)) for name, value in kept.items()}
                if _definition(type_) is not None:
                    options["enum"] = _definition(type_)
            case _:
                return type_  # A scalar has no parts.
        return type(type_)(**options)

    def _field(self, field: GraphQLField) -> GraphQLField:
        arguments = {name: argument for name, argument in field.args.items() if self._has(argument)}
        options = _unmarked(field) | {"type_": self._reference(field.type)}
        return GraphQLField(**options | {"args": self._typed(GraphQLArgument, arguments)})

    def _typed(self, kind: type, elements: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: kind(**_unmarked(element) | {"type_": self._reference(element.type)})
            for name, element in elements.items()
        }


def _unmarked(element: Any) -> dict[str, Any]:
    """What an element is built from, without its directives, which would reveal what exists elsewhere."""
    options: dict[str, Any] = element.to_kwargs()
    definition = _definition(element)
    if getattr(definition, "directives", None):
        definition = copy.copy(definition)
        marks = definition.directives
        definition.directives = [mark for mark in marks if not isinstance(mark, OfFeature | ForAudience)]
        options["extensions"] = {**element.extensions, DEFINITION: definition}
    return options
