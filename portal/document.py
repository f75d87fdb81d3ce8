"""Documents: the committed operations of the screens, with the fragments that they share."""

from dataclasses import dataclass
from functools import cache

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    parse,
    print_ast,
    visit,
)

import web


@dataclass(frozen=True, slots=True)
class ScreenDocument:
    """A file of `web/document`: its text with all fragments, the name of its query, and those of its mutations."""

    text: str
    query: str
    mutations: frozenset[str]


@cache
def named(name: str) -> ScreenDocument:
    """The document of a screen."""
    text = (web.DOCUMENT / f"{name}.graphql").read_text("utf-8")
    operations = [node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode)]
    names = {node.name.value: node.operation for node in operations if node.name is not None}
    [query] = [key for key, kind in names.items() if kind is OperationType.QUERY]
    return ScreenDocument(_with_fragments(text), query, frozenset(names) - {query})


@cache
def fragments() -> dict[str, str]:
    """The shared fragments by name: those of `web/document/part`."""
    texts = [path.read_text("utf-8") for path in sorted((web.DOCUMENT / "part").glob("*.graphql"))]
    nodes = [node for text in texts for node in parse(text).definitions if isinstance(node, FragmentDefinitionNode)]
    return {node.name.value: print_ast(node) for node in nodes}


def _with_fragments(text: str) -> str:
    """A text, and every shared fragment that it spreads or that one of these spreads."""
    had = {node.name.value for node in parse(text).definitions if isinstance(node, FragmentDefinitionNode)}
    waiting = _spread(text) - had
    parts = [text]
    while waiting:
        name = waiting.pop()
        had.add(name)
        parts.append(fragments()[name])
        waiting |= _spread(parts[-1]) - had
    return "\n".join(parts)


def _spread(text: str) -> set[str]:
    names: set[str] = set()

    class _SpreadNames(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            names.add(node.name.value)

    visit(parse(text), _SpreadNames())
    return names
