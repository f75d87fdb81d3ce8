"""Trace: an operation's fields, times and errors, as a federation router reports them to Apollo's GraphOS («ftv1»).

One statement answers the whole operation, so all fields have the same times, and each field stands in the tree once
rather than once an object (decision 0033). The field numbers are those of Apollo's `reports.proto`.
"""

import base64
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.values import get_argument_values

from planner import entity, protobuf
from planner.selection import Fields, Selections

MASKED = "<masked>"
"""Replaces error messages, as in Apollo's own subgraphs: messages may quote what people sent, and traces go to another
company."""


@dataclass(slots=True)
class Node:
    """A field by its response key, a list item with an error by its index, or the root, which has no name."""

    name: str | int | None = None
    definition: bytes = b""
    """Type, type of the parent and, behind an alias, the field's own name."""

    children: list["Node"] = field(default_factory=list)
    errors: list[bytes] = field(default_factory=list)

    def at(self, path: Sequence[str | int]) -> "Node":
        """The node at a path of the response, or the last one above it that the tree has."""
        here = self
        for step in path:
            below = next((child for child in here.children if child.name == step), None)
            if below is None and isinstance(step, str):
                break
            if below is None:
                below = Node(step)
                here.children.append(below)
            here = below
        return here

    def encoded(self, times: bytes) -> bytes:
        """A `Trace.Node`; every field has the same `times`."""
        match self.name:
            case None:
                own = b""
            case int():
                own = protobuf.number(2, self.name, is_said=True)
            case _:
                own = protobuf.text(1, self.name) + self.definition + times
        below = (protobuf.message(12, child.encoded(times)) for child in self.children)
        return own + b"".join(protobuf.message(11, error) for error in self.errors) + b"".join(below)


@dataclass(slots=True)
class Trace:
    """A trace, which begins when it is created; `run` and `ended` mark when the operation ran."""

    _began_at_ns: int = field(default_factory=time.time_ns)
    _began_ns: int = field(default_factory=time.perf_counter_ns)
    _ran: tuple[Selections, OperationDefinitionNode] | None = None
    _times_ns: tuple[int, int] | None = None

    def run(self, selections: Selections, operation: OperationDefinitionNode) -> None:
        """The operation begins to run."""
        self._ran = (selections, operation)
        self._times_ns = (self._since(), 0)

    def ended(self) -> None:
        """The operation has its result."""
        assert self._times_ns is not None
        self._times_ns = (self._times_ns[0], self._since())

    def written_into(self, body: bytes) -> bytes:
        """The answer with the trace in its `extensions`. Ends the trace."""
        answer = orjson.loads(body)
        encoded = base64.b64encode(self._encoded(answer.get("errors", ()))).decode()
        answer["extensions"] = {**answer.get("extensions", {}), "ftv1": encoded}
        return orjson.dumps(answer)

    def _encoded(self, errors: Sequence[dict[str, Any]]) -> bytes:
        began, ended = self._times_ns or (0, 0)
        root = Node()
        if self._ran is not None and ended:  # A refused or stopped operation has no fields.
            selections, operation = self._ran
            root.children = _roots(selections, operation)
        for error in errors:
            root.at(error.get("path", ())).errors.append(_error(error))
        times = protobuf.number(8, began) + protobuf.number(9, ended)
        duration = self._since()
        return (
            protobuf.message(3, _timestamp(self._began_at_ns + duration))
            + protobuf.message(4, _timestamp(self._began_at_ns))
            + protobuf.number(11, duration)
            + protobuf.message(14, root.encoded(times))
        )

    def _since(self) -> int:
        return time.perf_counter_ns() - self._began_ns


def _roots(selections: Selections, operation: OperationDefinitionNode) -> list[Node]:
    type_ = selections.schema.get_root_type(operation.operation)
    assert type_ is not None
    return list(_nodes(selections, type_, selections.within(type_, [operation.selection_set])))


def _nodes(selections: Selections, parent: GraphQLObjectType, fields: Fields) -> Iterator[Node]:
    """The selected fields of a type, without introspection."""
    for key, nodes in fields.items():
        name = nodes[0].name.value
        if name.startswith("__"):
            continue
        type_ = parent.fields[name].type
        own = protobuf.text(3, str(type_)) + protobuf.text(13, parent.name)
        own += protobuf.text(14, name) if name != key else b""
        below = (
            node
            for possible in _types(selections, parent, nodes)
            for node in _nodes(selections, possible, selections.of(possible, nodes))
        )
        yield Node(key, own, list(below))


def _types(selections: Selections, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Iterator[GraphQLObjectType]:
    """The object types that a field may return; for `_entities`, those in the representations."""
    definition = parent.fields[nodes[0].name.value]
    named = get_named_type(definition.type)
    if is_object_type(named):
        yield named
    elif is_abstract_type(named):
        arguments = get_argument_values(definition, nodes[0], selections.variables)
        represented = entity.types_of(arguments["representations"])
        yield from (
            possible for possible in selections.schema.get_possible_types(named) if possible.name in represented
        )


def _error(error: dict[str, Any]) -> bytes:
    """A `Trace.Error` with place and code, and nothing that anybody wrote."""
    told: dict[str, Any] = {name: error[name] for name in ("locations", "path") if name in error}
    json = {"message": MASKED, **told, "extensions": {"code": error["extensions"]["code"]}}
    places = (
        protobuf.message(2, protobuf.number(1, place["line"]) + protobuf.number(2, place["column"]))
        for place in error.get("locations", ())
    )
    return protobuf.text(1, MASKED) + b"".join(places) + protobuf.text(4, orjson.dumps(json).decode())


def _timestamp(ns: int) -> bytes:
    return protobuf.number(1, ns // 10**9) + protobuf.number(2, ns % 10**9)
