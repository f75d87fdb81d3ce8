"""Documents: parsed, measured and validated."""

import hashlib
import sys
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
    Token,
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
"""Characters, comments included."""

TOKEN_BYTES = 450
"""Memory of a parsed document for each token (measured: 400 to 430)."""

DOCUMENT_BYTES = 20_000
"""Memory of any document beside its tokens, its variables included."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed and validated document; of a refused one only the errors are kept."""

    digest: bytes
    node: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    size: int
    """Approximate bytes."""

    shaping: Mapping[str, str] = field(default_factory=dict)
    """The variables whose values shape statements, each with the argument of `argument.SHAPING` that takes it."""

    _prepared: dict[str | None, tuple[OperationDefinitionNode, Variables]] = field(default_factory=dict, compare=False)

    def prepared(
        self, name: str | None, schema: GraphQLSchema, *, is_open: bool = True
    ) -> tuple[OperationDefinitionNode, Variables]:
        """The operation to run with its variables, remembered. Raises GraphQLError as `operation` does."""
        ready = self._prepared.get(name)
        if ready is None:
            operation = self.operation(name)
            ready = self._prepared[name] = (operation, Variables(schema, operation, is_open=is_open))
        return ready

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
    """Reads documents for one schema; without `is_open`, introspection and suggestions are off."""

    def __init__(self, schema: GraphQLSchema, *, is_open: bool = True) -> None:
        self._schema = schema
        self.is_open = is_open
        self._rules = specified_rules if is_open else (*specified_rules, NoSchemaIntrospectionCustomRule)

    def read(self, text: str) -> Document:
        """Parse, measure and validate a document. Cost: up to 60 ms."""
        if len(text) > MAX_LENGTH:
            return TOO_LONG
        digest = digest_of(text)
        try:
            node = parse(text, max_lexical_tokens=limit.MAX_TOKENS)
            limit.check(node)
            visit(node, Literals())
        except GraphQLSyntaxError as error:
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            return _refused(digest, error)
        except GraphQLError as error:
            return _refused(digest, error)
        except RecursionError:
            return _refused(digest, coded("The document is nested too deeply.", "QUERY_TOO_DEEP"))
        errors = validate(self._schema, node, self._rules, MAX_ERRORS, hide_suggestions=not self.is_open)
        for invalid in errors:
            invalid.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | (invalid.extensions or {})
        if errors:
            return _refused(digest, *errors)
        return Document(digest, node, (), _size(text, node), _shaping(node))


def digest_of(text: str) -> bytes:
    """The digest that identifies a document in the caches of plans."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _refused(digest: bytes, *errors: GraphQLError) -> Document:
    """A refused document: its errors without stack, nodes and source, which would keep the whole document in memory."""
    told = tuple(_bare(error) for error in errors)
    return Document(digest, None, told, sum(1_000 + 4 * len(error.message) for error in told))


def _bare(error: GraphQLError) -> GraphQLError:
    bare = GraphQLError(error.message, extensions=error.extensions)
    bare.locations = error.locations
    return bare


TOO_LONG = _refused(b"", coded(f"A document has at most {MAX_LENGTH} characters.", "QUERY_TOO_LARGE"))


def _size(text: str, node: DocumentNode) -> int:
    """The text is counted four times: it is kept as the source, as the cache's key and in tokens."""
    assert node.loc is not None
    return DOCUMENT_BYTES + TOKEN_BYTES * _unlinked(node.loc.start_token) + 4 * sys.getsizeof(text)


def _unlinked(token: Token | None) -> int:
    """The number of a document's tokens. Removes the links between them, which are reference cycles: so the document is
    freed as soon as it is dropped, without the garbage collector."""
    count = 0
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token, count = following, count + 1
    return count


def _shaping(document: DocumentNode) -> dict[str, str]:
    """The variables that are passed to an argument of `argument.SHAPING` anywhere, with that argument's name."""
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
