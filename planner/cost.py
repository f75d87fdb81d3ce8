"""Cost: an operation's cost, computed before it runs from the contract's `@cost` and `@listSize` directives.

A field costs its weight and that of its selection, times the length of its list, plus the weight of each argument that
is given. An object weighs 1 and a scalar 0 unless `@cost` says otherwise. A cost of 1 is about 10 µs of the database's
time (decision 0013).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import get_argument_values
from strawberry.federation.schema_directives import Cost as Weight
from strawberry.federation.schema_directives import ListSize

from planner.catalog import DEFINITION
from planner.cost_directive import SHORT_LIST
from planner.error import coded
from planner.paging import MAX_PAGE
from planner.selection import Fields, Selections

MAX_COST = 10_000
"""Of one operation: a page of 100 contributions with 20 comments each and their authors costs half of it."""

META = {"__schema": 3_000, "__type": 100, "__typename": 0}
"""Weights of the fields that every schema has, whatever their selection: validation limits its depth."""

ENTITIES = ListSize(assumed_size=None, slicing_arguments=["representations"], sized_fields=None)
"""The list size of the federation's `_entities`, which the library declares."""

_MAX_TOLD = 2**53
"""JavaScript reads no larger integers exactly."""

Size = int | str
"""A list's length, or the variable that gives it."""

Product = tuple[str, ...]
Sum = dict[Product, int]
"""A polynomial: weights by the variables whose values they are multiplied with."""

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Cost:
    """An operation's cost as a function of its variables; which of them are given or null is fixed."""

    fixed: int
    terms: tuple[tuple[int, Product], ...]

    def of(self, variables: Mapping[str, Any]) -> int:
        """The cost under coerced variables."""
        total = self.fixed
        for weight, names in self.terms:
            for name in names:
                weight *= _length(variables[name])
            total += weight
        return total


def compiled(selections: Selections, operation: OperationDefinitionNode) -> Cost:
    """The cost of a valid operation. Raises GraphQLError for a nullable variable at a place that must not be null."""
    root = selections.schema.get_root_type(operation.operation)
    assert root is not None
    total = _Reckoning(selections).selected(root, selections.within(root, [operation.selection_set]), {})
    return Cost(total.pop((), 0), tuple((weight, names) for names, weight in total.items()))


def refuse_costly(cost: int) -> None:
    """Raises GraphQLError for a cost above MAX_COST."""
    if cost > MAX_COST:
        told = min(cost, _MAX_TOLD)
        message = f"The operation costs {told}, and one may cost {MAX_COST}: ask for shorter lists."
        raise coded(message, "QUERY_TOO_COSTLY", cost=told, limit=MAX_COST)


class _Reckoning:
    """Walks one operation. Fields that several places select by one fragment are computed once."""

    def __init__(self, selections: Selections) -> None:
        self._selections = selections
        self._reckoned: dict[tuple[object, ...], Sum] = {}

    def selected(self, type_: GraphQLObjectType, fields: Fields, sizes: Mapping[str, Size]) -> Sum:
        """The cost of one object's selection; `sizes` are the lengths of the lists in it that its parent field sets."""
        total: Sum = {}
        for nodes in fields.values():
            name = nodes[0].name.value
            _add(total, {(): META[name]} if name in META else self._field(type_, nodes, sizes.get(name)))
        return total

    def _field(self, type_: GraphQLObjectType, nodes: list[FieldNode], size: Size | None) -> Sum:
        key = (type_.name, size, *map(id, nodes))
        reckoned = self._reckoned.get(key)
        if reckoned is None:
            reckoned = self._reckoned[key] = self._reckon(type_.fields[nodes[0].name.value], nodes, size)
        return reckoned

    def _reckon(self, field: GraphQLField, nodes: list[FieldNode], size: Size | None) -> Sum:
        given = get_argument_values(field, nodes[0], self._selections.variables) if field.args else {}
        own, inner = self._sizes(field, nodes[0], given)
        total = _times(self._item(field, nodes, inner), own if size is None else size)
        _add(total, {(): sum(_weight(field.args[name], 0) for name, value in given.items() if value is not None)})
        return total

    def _item(self, field: GraphQLField, nodes: list[FieldNode], sizes: Mapping[str, Size]) -> Sum:
        """One object or value of a field."""
        target = get_named_type(field.type)
        if is_leaf_type(target):
            return {(): _weight(field, 0)}
        schema = self._selections.schema
        types = schema.get_possible_types(target) if is_abstract_type(target) else [cast(GraphQLObjectType, target)]
        total = _most(self.selected(possible, self._selections.of(possible, nodes), sizes) for possible in types)
        _add(total, {(): _weight(field, 1)})
        return total

    def _sizes(self, field: GraphQLField, node: FieldNode, given: Mapping[str, Any]) -> tuple[Size, Mapping[str, Size]]:
        """A field's own number of items, and the lengths of the lists within it that its arguments set."""
        listed = ENTITIES if node.name.value == "_entities" else _mark(field, ListSize)
        if listed is None:
            is_list = isinstance(get_nullable_type(field.type), GraphQLList)
            return SHORT_LIST if is_list and not is_leaf_type(get_named_type(field.type)) else 1, {}
        length = self._length(node, listed, given)
        return (1, dict.fromkeys(listed.sized_fields, length)) if listed.sized_fields else (length, {})

    def _length(self, node: FieldNode, listed: ListSize, given: Mapping[str, Any]) -> Size:
        """The value of the slicing argument, else the assumed size."""
        if not listed.slicing_arguments:
            return listed.assumed_size or SHORT_LIST
        [name] = listed.slicing_arguments
        for argument in node.arguments or ():
            if argument.name.value == name and isinstance(argument.value, VariableNode):
                variable = argument.value.name.value
                if variable in self._selections.variables.coerced:
                    return variable
        return _length(given[name])


def _mark(element: Any, kind: type[Mark]) -> Mark | None:
    """The directive of a kind on an element of the contract."""
    marks = getattr((element.extensions or {}).get(DEFINITION), "directives", None) or ()
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def _weight(element: object, usual: int) -> int:
    mark = _mark(element, Weight)
    return usual if mark is None else mark.weight


def _length(value: Any) -> int:
    """A slicing argument's value as a length, within the page sizes that are allowed."""
    return len(value) if isinstance(value, list) else max(0, min(int(value), MAX_PAGE))


def _times(sum_: Sum, size: Size) -> Sum:
    if isinstance(size, str):
        return {(*names, size): weight for names, weight in sum_.items()}
    return {names: weight * size for names, weight in sum_.items()}


def _add(total: Sum, more: Sum) -> None:
    for names, weight in more.items():
        total[names] = total.get(names, 0) + weight


def _most(sums: Iterable[Sum]) -> Sum:
    """An upper bound of the sums, whatever the variables' values are."""
    most: Sum = {}
    for each in sums:
        for names, weight in each.items():
            most[names] = max(most.get(names, 0), weight)
    return most
