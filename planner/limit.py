"""Limits: refuses documents that would be slow to validate or to plan, in time linear in their selections.

Parsing and validating a document that passes takes at most some 60 ms; a portal page of 400 fields takes 24.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from planner.error import coded

MAX_TOKENS = 2_000
"""A page of 400 fields has about 1,100; each costs some 22 µs to parse and to validate."""

MAX_OPERATIONS = 50
MAX_FRAGMENTS = 100
MAX_SPREADS = 200
"""Per document: validation follows every spread from every operation."""

MAX_DEPTH = 20
MAX_FIELDS = 1_500
MAX_ROOT_FIELDS = 30
MAX_MUTATIONS = 5
"""Per operation, all four with fragments expanded."""

MAX_ALIASES = 50
"""Per field of one object."""

MAX_PAIRS = 2_000
"""Pairs of fields with one response key, and of fragments spread in one object: validation compares each pair."""


class _Size(NamedTuple):
    """The size of a selection set with fragments expanded: all fields, levels, fields of its top level."""

    fields: int = 0
    depth: int = 0
    width: int = 0


def check(document: DocumentNode) -> None:
    """Raises GraphQLError for a document that is too large or too deep."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if len(operations) > MAX_OPERATIONS or len(document.definitions) - len(operations) > MAX_FRAGMENTS:
        raise _too_large(f"A document has at most {MAX_OPERATIONS} operations and {MAX_FRAGMENTS} fragments.")
    sizes, merge_checks = _Sizes(fragments), _MergeChecks(fragments)
    for name in fragments:
        _refuse_large(sizes.fragment(name, ()))
    for node in operations:
        size = sizes.measure(node.selection_set, ())
        _refuse_large(size)
        limit = MAX_MUTATIONS if node.operation.value == "mutation" else MAX_ROOT_FIELDS
        if size.width > limit:
            raise _too_large(f"An operation has at most {limit} fields at its root.")
    if sizes.spreads > MAX_SPREADS:
        raise _too_large(f"A document spreads fragments at most {MAX_SPREADS} times.")
    for definition in (*operations, *fragments.values()):
        merge_checks.within([definition.selection_set])


def _refuse_large(size: _Size) -> None:
    if size.fields > MAX_FIELDS:
        raise _too_large(f"An operation selects at most {MAX_FIELDS} fields.")
    if size.depth > MAX_DEPTH:
        raise coded(f"An operation is at most {MAX_DEPTH} levels deep.", "QUERY_TOO_DEEP")


def _too_large(message: str) -> Exception:
    return coded(message, "QUERY_TOO_LARGE")


class _Sizes:
    """Measures each fragment once, so that fragments which double at each level take linear time."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measured: dict[str, _Size] = {}
        self.spreads = 0

    def measure(self, selection_set: SelectionSetNode, open_fragments: tuple[str, ...]) -> _Size:
        """A selection set's size. `open_fragments` are being measured around it; spread again, they count nothing."""
        size = _Size()
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                inner = self.measure(node.selection_set, open_fragments) if node.selection_set else _Size()
                part = _Size(inner.fields + 1, inner.depth + 1, 1)
            elif isinstance(node, InlineFragmentNode):
                part = self.measure(node.selection_set, open_fragments)
            else:
                assert isinstance(node, FragmentSpreadNode)
                self.spreads += 1
                part = self.fragment(node.name.value, open_fragments)
            size = _Size(size.fields + part.fields, max(size.depth, part.depth), size.width + part.width)
        return size

    def fragment(self, name: str, open_fragments: tuple[str, ...]) -> _Size:
        """A fragment's size; zero for cycles and unknown names, which validation reports."""
        if name in open_fragments or name not in self._fragments:
            return _Size()
        if name not in self._measured:
            self._measured[name] = self.measure(self._fragments[name].selection_set, (*open_fragments, name))
        return self._measured[name]


class _MergeChecks:
    """Counts the pairs of fields and of fragments that validation will compare, to see that they can be merged in one
    object. A pair that occurs again, because the same fragments are spread elsewhere, counts once.
    """

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._compared: set[frozenset[int] | frozenset[str]] = set()
        self._pairs = 0

    def within(self, sets: list[SelectionSetNode]) -> None:
        """Count the pairs within selection sets that are merged into one."""
        by_key: dict[str, list[FieldNode]] = {}
        aliases: dict[str, set[str]] = {}
        for field in self._fields(sets):
            key = field.alias.value if field.alias else field.name.value
            by_key.setdefault(key, []).append(field)
            aliases.setdefault(field.name.value, set()).add(key)
        if any(len(keys) > MAX_ALIASES for keys in aliases.values()):
            raise _too_large(f"One field of one object has at most {MAX_ALIASES} aliases.")
        for one, other in combinations(_spreads(sets), 2):
            self._compare(one, other)
        for fields in by_key.values():
            inner = [field.selection_set for field in fields if field.selection_set]
            if self._is_new(frozenset(map(id, fields))) and inner:
                self.within(inner)

    def _compare(self, one: str, other: str) -> None:
        """Count two fragments in one object, and each with the fragments that the other spreads."""
        if one != other and self._is_new(frozenset((one, other))):
            for name in self._spread_by(other):
                self._compare(one, name)
            for name in self._spread_by(one):
                self._compare(name, other)

    def _is_new(self, pair: frozenset[int] | frozenset[str]) -> bool:
        if pair in self._compared:
            return False
        self._compared.add(pair)
        self._pairs += len(pair) * (len(pair) - 1) // 2
        if self._pairs > MAX_PAIRS:
            raise _too_large("The document selects the same fields too often.")
        return True

    def _spread_by(self, name: str) -> Iterable[str]:
        return _spreads([self._fragments[name].selection_set]) if name in self._fragments else ()

    def _fields(self, sets: Iterable[SelectionSetNode]) -> Iterator[FieldNode]:
        """The fields of selection sets and of the fragments that they spread, each fragment once."""
        spread: dict[str, None] = {}
        rest = list(sets)
        while rest:
            yield from (node for node in _flat(rest) if isinstance(node, FieldNode))
            new = [name for name in _spreads(rest) if name not in spread and name in self._fragments]
            spread |= dict.fromkeys(new)
            rest = [self._fragments[name].selection_set for name in new]


def _spreads(sets: Iterable[SelectionSetNode]) -> Iterable[str]:
    """The names of the fragments that selection sets spread, each once."""
    return dict.fromkeys(node.name.value for node in _flat(sets) if isinstance(node, FragmentSpreadNode))


def _flat(sets: Iterable[SelectionSetNode]) -> Iterator[SelectionNode]:
    """The fields and spreads of selection sets, including those in inline fragments."""
    for selection_set in sets:
        for node in selection_set.selections:
            if isinstance(node, InlineFragmentNode):
                yield from _flat([node.selection_set])
            else:
                yield node
