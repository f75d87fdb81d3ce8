"""Selections: the fields that an operation asks of an object, with fragments, aliases and directives resolved."""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.values import VariableValues, get_directive_values

Fields = dict[str, list[FieldNode]]
"""The field nodes of each response key, in the order of their first appearance."""


class Selections:
    """The selections of one operation under one set of variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: VariableValues) -> None:
        self.schema = schema
        self.variables = variables
        self.fragments: Mapping[str, FragmentDefinitionNode] = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def of(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Fields:
        """What `nodes`, all of one response key, select of an object of `type_`."""
        return self.within(type_, [node.selection_set for node in nodes if node.selection_set])

    def within(self, type_: GraphQLObjectType, sets: list[SelectionSetNode]) -> Fields:
        """What selection sets select together of an object of `type_`."""
        fields: Fields = {}
        seen: set[str] = set()
        for selection_set in sets:
            for node in self._walk(type_, selection_set, seen):
                fields.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return fields

    def _walk(self, type_: GraphQLObjectType, selection_set: SelectionSetNode, seen: set[str]) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else type_.name
                if self._applies(condition, type_):
                    yield from self._walk(type_, node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, type_):
                    yield from self._walk(type_, fragment.selection_set, seen)

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        if condition == type_.name:
            return True
        other = self.schema.get_type(condition)
        return other is not None and is_abstract_type(other) and self.schema.is_sub_type(other, type_)

    def _included(self, node: FieldNode | InlineFragmentNode | FragmentSpreadNode | object) -> bool:
        directives = getattr(node, "directives", None)
        if not directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)  # type: ignore[arg-type]  # any selection
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)  # type: ignore[arg-type]  # any selection
        return not (skip and skip["if"]) and not (include and not include["if"])
