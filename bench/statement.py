"""Statements: what Parvis' planner makes of a work, for the limits that run the same statement without Parvis."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import OperationDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

import schema.root
from auth.viewer import ANONYMOUS, Viewer
from models.tenant import Feature
from planner import plan
from planner.context import Asker
from planner.engine import Engine
from planner.selection import Selections


@dataclass(frozen=True, slots=True)
class Planned:
    """A read's statement on one tenant, and how its parameters follow from the variables."""

    text: str
    keys: tuple[bytes, ...]
    """The response keys, a column of the statement each."""

    _plan: plan.Plan
    _asker: Asker

    def parameters(self, variables: Mapping[str, Any]) -> list[object]:
        """The parameters in their order, by the resolvers' own functions: cells of a circle, ids, words."""
        arguments = {bind.site: bind.site.take(variables) for bind in self._plan.binds if bind.site is not None}
        values = {
            bind.name: bind.compute(arguments[bind.site] if bind.site else {}, self._asker) for bind in self._plan.binds
        }
        assert self._plan.statement is not None
        return self._plan.statement.values(values)

    def answer(self, columns: list[bytes | None]) -> bytes:
        """The body of the answer."""
        pairs = (b'"%b":%b' % (key, column or b"null") for key, column in zip(self.keys, columns, strict=True))
        return b'{"data":{%b}}' % b",".join(pairs)


class Planner:
    """Plans works, for an anonymous visitor unless somebody else is named."""

    def __init__(self) -> None:
        self._engine = Engine(schema.root.executable())

    def read(self, document: str, variables: Mapping[str, Any], tenant: int, viewer: Viewer = ANONYMOUS) -> Planned:
        """The plan of a query; `variables` are one example of its values, as JSON has them."""
        node = self._engine.documents.read(document).node
        assert node is not None, "the document is not valid"
        operation = next(found for found in node.definitions if isinstance(found, OperationDefinitionNode))
        given = get_variable_values(self._engine.schema, operation.variable_definitions or (), dict(variables))
        assert isinstance(given, VariableValues), given
        selections = Selections(self._engine.schema, node, given)
        made = plan.make(self._engine.catalog, selections, viewer, operation)
        assert made.statement is not None
        assert not made.computed, "a bare statement has no computed fields"
        keys = tuple(key.encode() for key in made.keys)
        return Planned(made.statement.text_for(tenant), keys, made, Asker(tenant, viewer, frozenset(Feature)))
