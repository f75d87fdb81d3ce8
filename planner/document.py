"""Documents: parsed, measured and validated once, then kept."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    parse,
    validate,
    visit,
)
from graphql.validation import NoSchemaIntrospectionCustomRule
from graphql.validation.specified_rules import specified_rules

from planner import argument, limit
from planner.error import MAX_ERRORS, coded
from planner.literal import Literals
from planner.variable import Variables

MAX_LENGTH = 50_000
"""Characters; comments are read, too."""

MAX_DOCUMENTS = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the errors that forbid its execution, if any."""

    digest: bytes
    node: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    shaping: Mapping[str, str] = field(default_factory=dict)
    """The variables whose values shape statements, and which of the arguments in `argument.SHAPING` each is."""

    _prepared: dict[str | None, tuple[OperationDefinitionNode, Variables]] = field(default_factory=dict, compare=False)

    def prepared(
        self, name: str | None, schema: GraphQLSchema, *, is_open: bool = True
    ) -> tuple[OperationDefinitionNode, Variables]:
        """The operation to run with its variables, found out once. Raises GraphQLError as `operation` does."""
        found = self._prepared.get(name)
        if found is None:
            operation = self.operation(name)
            found = self._prepared[name] = (operation, Variables(schema, operation, is_open=is_open))
        return found

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises GraphQLError when the name fits none or, without a name, there are several."""
        assert self.node is not None
        operations = [node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)]
        if name is not None:
            operations = [node for node in operations if node.name is not None and node.name.value == name]
        if len(operations) == 1:
            return operations[0]
        message = (
            "The document has no operation of this name." if name or not operations else "Name one of the operations."
        )
        raise coded(message, "OPERATION_NOT_FOUND")


class Documents:
    """The most recently used documents of one schema; unless it `is_open`, it tells nothing of itself."""

    def __init__(self, schema: GraphQLSchema, size: int = MAX_DOCUMENTS, *, is_open: bool = True) -> None:
        self._schema = schema
        self.is_open = is_open
        self._rules = specified_rules if is_open else (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._size = size

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, text: str) -> Document:
        """A document's parsed and validated form."""
        if len(text) > MAX_LENGTH:
            return Document(b"", None, (coded(f"A document has at most {MAX_LENGTH} characters.", "QUERY_TOO_LARGE"),))
        document = self._documents.get(text)
        if document is None:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
            document = self._documents[text] = self._read(digest, text)
            if len(self._documents) > self._size:
                self._documents.popitem(last=False)
        else:
            self._documents.move_to_end(text)
        return document

    def _read(self, digest: bytes, text: str) -> Document:
        try:
            node = parse(text, max_lexical_tokens=limit.MAX_TOKENS)
            limit.check(node)
            visit(node, Literals())
        except GraphQLSyntaxError as error:
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            return Document(digest, None, (error,))
        except GraphQLError as error:
            return Document(digest, None, (error,))
        except RecursionError:
            return Document(digest, None, (coded("The document is nested too deeply.", "QUERY_TOO_DEEP"),))
        errors = validate(self._schema, node, self._rules, MAX_ERRORS, hide_suggestions=not self.is_open)
        for found in errors:
            found.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | (found.extensions or {})
        return Document(digest, node, tuple(errors), _shaping(node))


def _shaping(document: DocumentNode) -> dict[str, str]:
    """The variables that are given anywhere to an argument which shapes statements: what of them does is part of a
    plan's key."""
    names: dict[str, str] = {}

    def walk(selection_set: SelectionSetNode | None) -> None:
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                names.update(
                    (given.value.name.value, given.name.value)
                    for given in node.arguments or ()
                    if given.name.value in argument.SHAPING and isinstance(given.value, VariableNode)
                )
            if not isinstance(node, FragmentSpreadNode):
                walk(getattr(node, "selection_set", None))

    for definition in document.definitions:
        walk(getattr(definition, "selection_set", None))
    return names
