"""Fit: a document without what a portal's scoped schema does not have, and the gaps that this leaves in answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NamedTypeNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)

Gaps = dict[str, "Gaps | None"]
"""By response key: None for a field that was left out, else what was left out below it."""

Given = TypeVar("Given", ArgumentNode, ObjectFieldNode)
Part = TypeVar("Part", bound=Node)


class NothingLeftError(Exception):
    """The scope has nothing of what the document asks for."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One operation with the fragments that it needs, as the scope has them."""

    text: str
    gaps: Mapping[str, "Gaps | None"]
    variables: tuple[VariableDefinitionNode, ...]

    def filled(self, data: dict[str, Any]) -> dict[str, Any]:
        """The answer with null for every field that was left out, so that readers need not know the scope."""
        _fill(data, self.gaps)
        return data


@lru_cache(maxsize=2_048)
def fitted(text: str, schema: GraphQLSchema, name: str | None = None) -> Fitted:
    """The operation of a name, or the only one. Raises NothingLeftError when none of its fields remains.

    Left out are fields, arguments, fields of inputs and values of enums that the schema does not have; then selections
    that became empty, fragments and variables that nothing uses any more.
    """
    return _Fit(parse(text), schema).operation(name)


def _fill(data: Any, gaps: Mapping[str, "Gaps | None"]) -> None:
    if isinstance(data, list):
        for item in data:
            _fill(item, gaps)
    elif isinstance(data, dict):
        for key, below in gaps.items():
            if below is None:
                data.setdefault(key, None)
            else:
                _fill(data.get(key), below)


class _Fit:
    """Walks one document once; fragments are fitted when they are first spread."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._definitions = document.definitions
        self._sources = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._fragments: dict[str, tuple[FragmentDefinitionNode | None, Gaps]] = {}
        self._variables: set[str] = set()

    def operation(self, name: str | None) -> Fitted:
        """The fitted operation."""
        [source] = [
            node
            for node in self._definitions
            if isinstance(node, OperationDefinitionNode) and name in (None, node.name and node.name.value)
        ]
        variables = [self._variable(node) for node in source.variable_definitions or () if self._type(node.type)]
        self._variables = {node.variable.name.value for node in variables}
        selected, gaps = self._selections(self._schema.get_root_type(source.operation), source.selection_set)
        if selected is None:
            raise NothingLeftError
        fragments = self._spread(selected)
        used = _names([selected, *(source.directives or ()), *fragments], VariableNode)
        used_variables = [variable for variable in variables if variable.variable.name.value in used]
        kept = _copy(source, selection_set=selected, variable_definitions=used_variables)
        text = print_ast(DocumentNode(definitions=(kept, *fragments))) + "\n"
        return Fitted(text, gaps, tuple(used_variables))

    def _spread(self, selected: SelectionSetNode) -> list[FragmentDefinitionNode]:
        """The fragments that a selection needs, those that they need in turn with them."""
        needed: dict[str, FragmentDefinitionNode] = {}
        waiting = _names([selected], FragmentSpreadNode)
        while waiting:
            name = waiting.pop()
            fragment = self._fragments[name][0]
            if name not in needed and fragment is not None:
                needed[name] = fragment
                waiting |= _names([fragment.selection_set], FragmentSpreadNode)
        return [needed[name] for name in sorted(needed)]

    # Selections ------------------------------------------------------------------------------------------------------

    def _selections(
        self, parent: GraphQLNamedType | None, node: SelectionSetNode
    ) -> tuple[SelectionSetNode | None, Gaps]:
        kept: list[SelectionNode] = []
        gaps: Gaps = {}
        for selection in node.selections:
            fitted_node, below = self._selection(parent, selection)
            gaps = _merged(gaps, below)
            if fitted_node is not None:
                kept.append(fitted_node)
        return (_copy(node, selections=kept) if kept else None), gaps

    def _selection(self, parent: GraphQLNamedType | None, node: SelectionNode) -> tuple[SelectionNode | None, Gaps]:
        match node:
            case FieldNode():
                return self._field(parent, node)
            case FragmentSpreadNode():
                fragment, gaps = self._fragment(node.name.value)
                return (node if fragment is not None else None), gaps
            case InlineFragmentNode():
                on = self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                selected, gaps = self._selections(on, node.selection_set) if on else (None, {})
                return (_copy(node, selection_set=selected) if selected else None), gaps
        raise TypeError(node)

    def _fragment(self, name: str) -> tuple[FragmentDefinitionNode | None, Gaps]:
        if name not in self._fragments:
            source = self._sources[name]
            on = self._schema.get_type(source.type_condition.name.value)
            selected, gaps = self._selections(on, source.selection_set)
            self._fragments[name] = (_copy(source, selection_set=selected) if selected else None), gaps
        return self._fragments[name]

    def _field(self, parent: GraphQLNamedType | None, node: FieldNode) -> tuple[FieldNode | None, Gaps]:
        key, name = (node.alias or node.name).value, node.name.value
        if name == "__typename":
            return (node if parent else None), {}
        definition = getattr(parent, "fields", {}).get(name)
        if definition is None:
            return None, {key: None}
        arguments = self._given(node.arguments, definition.args)
        if node.selection_set is None:
            return _copy(node, arguments=arguments), {}
        selected, below = self._selections(get_named_type(definition.type), node.selection_set)
        if selected is None:
            return None, {key: None}
        return _copy(node, arguments=arguments, selection_set=selected), ({key: below} if below else {})

    # Values ----------------------------------------------------------------------------------------------------------

    def _type(self, node: TypeNode) -> GraphQLNamedType | None:
        while not isinstance(node, NamedTypeNode):
            node = node.type  # type: ignore[attr-defined]  # lists and non-null types wrap another
        return self._schema.get_type(node.name.value)

    def _variable(self, node: VariableDefinitionNode) -> VariableDefinitionNode:
        default = None if node.default_value is None else self._value(self._type(node.type), node.default_value)
        return _copy(node, default_value=default)

    def _given(
        self, given: Iterable[Given] | None, declared: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]
    ) -> list[Given]:
        kept = []
        for node in given or ():
            definition = declared.get(node.name.value)
            value = self._value(get_named_type(definition.type), node.value) if definition else None
            if value is not None:
                kept.append(_copy(node, value=value))
        return kept

    def _value(self, type_: GraphQLNamedType | None, node: ValueNode) -> ValueNode | None:
        """A value without what its type does not have; None when nothing of it is left."""
        match node:
            case VariableNode():
                return node if node.name.value in self._variables else None
            case ListValueNode():
                items = [self._value(type_, item) for item in node.values]
                return _copy(node, values=[item for item in items if item is not None])
            case ObjectValueNode() if isinstance(type_, GraphQLInputObjectType):
                return _copy(node, fields=self._given(node.fields, type_.fields))
            case EnumValueNode() if isinstance(type_, GraphQLEnumType):
                return node if node.value in type_.values else None
        return node


def _merged(first: Gaps, second: Gaps) -> Gaps:
    """Both gaps together: a key that is missing in both places, or below."""
    merged = dict(first)
    for key, below in second.items():
        before = merged.get(key)
        merged[key] = _merged(before, below) if before and below else (below or before)
    return merged


def _names(nodes: Iterable[Any], kind: type[VariableNode] | type[FragmentSpreadNode]) -> set[str]:
    """The names of variables or fragments wherever they are used."""
    names: set[str] = set()

    class _UsedNames(Visitor):
        def enter(self, node: Any, *_: object) -> None:
            if isinstance(node, kind):
                names.add(node.name.value)

    for node in nodes:
        visit(node, _UsedNames())
    return names


def _copy(node: Part, **changed: Any) -> Part:
    """A node with other parts."""
    parts = {key: getattr(node, key, None) for key in node.keys}
    parts |= {key: tuple(value) if isinstance(value, list) else value for key, value in changed.items()}
    return type(node)(**parts)
