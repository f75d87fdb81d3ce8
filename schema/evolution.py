"""Evolution: what a change of the contract breaks for whoever was written against an older one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    GraphQLSchema,
    build_ast_schema,
    find_breaking_changes,
    parse,
    print_ast,
)

ABSENCE = ("audience", "feature")
"""The directives that take an element away from some callers or portals. Without any it is there for all."""

FEDERATED = ("key", "shareable")
"""What other subgraphs build on."""

PARTS = ("fields", "arguments", "values")
"""Where the parts of an element of the contract stand in its syntax."""


def breaks(old: str, new: str) -> list[str]:
    """What of the contract `old` no longer holds in `new`, both as SDL, a sentence each, in order.

    Beside what GraphQL calls a breaking change, that is what other audiences or portals no longer have, and what
    other subgraphs referred to. An element that was `@deprecated` before may go. Raises GraphQLSyntaxError.
    """
    before, after = parse(old, no_location=True), parse(new, no_location=True)
    kept = dict(_elements(after.definitions))
    before = replace(before, definitions=tuple(_without_withdrawn(before.definitions, kept)))
    changes = find_breaking_changes(_schema(before), _schema(after))
    narrowed = (
        sentence
        for path, element in _elements(before.definitions)
        if path in kept
        for sentence in _narrowed(path, element, kept[path])
    )
    return sorted({change.description for change in changes} | set(narrowed))


def _schema(document: DocumentNode) -> GraphQLSchema:
    """Without asking whether the federation's directives are defined: they are linked."""
    return build_ast_schema(document, assume_valid_sdl=True)


def _elements(nodes: Sequence[Any], owner: str = "") -> Iterator[tuple[str, Any]]:
    """Each type, field, argument, value and directive of a contract by its coordinate."""
    for node in nodes:
        name = getattr(node, "name", None)
        if name is None:  # What the schema begins with.
            continue
        path = f"{owner}.{name.value}" if owner else str(name.value)
        yield path, node
        for part in PARTS:
            yield from _elements(getattr(node, part, None) or (), path)


def _without_withdrawn(nodes: Sequence[Any], kept: dict[str, Any], owner: str = "") -> Iterator[Any]:
    """The nodes without what was deprecated and is gone."""
    for node in nodes:
        name = getattr(node, "name", None)
        path = f"{owner}.{name.value}" if owner and name else str(name and name.value)
        if name is not None and path not in kept and _directives(node, "deprecated"):
            continue
        parts = {part: getattr(node, part, None) for part in PARTS}
        yield replace(
            node, **{part: tuple(_without_withdrawn(nodes, kept, path)) for part, nodes in parts.items() if nodes}
        )


def _narrowed(path: str, before: Any, after: Any) -> Iterator[str]:
    """What directives took away from an element."""
    for name in ABSENCE:
        had, has = _directives(before, name), _directives(after, name)
        if has and (not had or had - has):
            yield f"{path} is there for {_listed(has)} alone, and was there for {_listed(had) or 'all'}."
    for name in FEDERATED:
        for lost in sorted(_directives(before, name) - _directives(after, name)):
            yield f"{path} has lost {lost}."


def _directives(node: Any, name: str) -> set[str]:
    """The directives of a name at a node, as they are written."""
    given: Sequence[ConstDirectiveNode] = getattr(node, "directives", None) or ()
    return {print_ast(directive) for directive in given if directive.name.value == name}


def _listed(directives: set[str]) -> str:
    return ", ".join(sorted(directives))
