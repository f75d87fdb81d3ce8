"""Documents: parsed, measured and validated once, then kept."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    Visitor,
    parse,
    validate,
    visit,
)
from graphql.validation.specified_rules import specified_rules

MAX_LENGTH = 100_000
MAX_TOKENS = 6_000
MAX_DEPTH = 20
MAX_FIELDS = 1_500
"""Fields after fragments are spread out: the largest portal pages have about 400."""

MAX_ROOT_FIELDS = 30
MAX_MUTATIONS = 5
"""Both after fragments are spread out, too."""

MAX_DIGITS = 300
"""Of a whole number: Python refuses to read some thousands of digits in words of its own."""

MAX_DOCUMENTS = 1_000
MAX_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the errors that forbid its execution, if any."""

    digest: bytes
    node: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    sizes: frozenset[str] = frozenset()
    """The variables that are page sizes."""

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
    """The most recently used documents of one schema."""

    def __init__(self, schema: GraphQLSchema, size: int = MAX_DOCUMENTS) -> None:
        self._schema = schema
        self._documents: OrderedDict[bytes, Document] = OrderedDict()
        self._size = size

    def get(self, text: str) -> Document:
        """A document's parsed and validated form."""
        if len(text) > MAX_LENGTH:
            return Document(b"", None, (coded(f"A document has at most {MAX_LENGTH} characters.", "QUERY_TOO_LARGE"),))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        document = self._documents.get(digest)
        if document is None:
            document = self._documents[digest] = self._read(digest, text)
            if len(self._documents) > self._size:
                self._documents.popitem(last=False)
        else:
            self._documents.move_to_end(digest)
        return document

    def _read(self, digest: bytes, text: str) -> Document:
        try:
            node = parse(text, max_lexical_tokens=MAX_TOKENS)
            _measure(node)
            visit(node, _Values())
        except GraphQLSyntaxError as error:
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            return Document(digest, None, (error,))
        except GraphQLError as error:
            return Document(digest, None, (error,))
        except RecursionError:
            return Document(digest, None, (coded("The document is nested too deeply.", "QUERY_TOO_DEEP"),))
        errors = validate(self._schema, node, specified_rules, max_errors=MAX_ERRORS)
        for found in errors:
            found.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | (found.extensions or {})
        return Document(digest, node, tuple(errors), _page_sizes(node))


def coded(message: str, code: str) -> GraphQLError:
    """A request error with the code that programs read."""
    return GraphQLError(message, extensions={"code": code})


class _Values(Visitor):
    """Refuses values that could not be read on the way to the database."""

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        """PostgreSQL's texts hold no NUL character; nobody's texts need one."""
        if "\0" in node.value:
            raise coded("NUL characters are not possible.", "BAD_USER_INPUT")

    def enter_int_value(self, node: IntValueNode, *_: object) -> None:
        """Numbers of any use are far shorter."""
        if len(node.value) > MAX_DIGITS:
            raise coded(f"A number has at most {MAX_DIGITS} digits.", "BAD_USER_INPUT")


class _Size(NamedTuple):
    """How much a selection set selects once fragments are spread out: all fields, levels, fields of its own level."""

    fields: int = 0
    depth: int = 0
    width: int = 0


def _measure(document: DocumentNode) -> None:
    """Refuse what would be slow to validate or to plan. Each fragment is measured once, so this is linear."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    known: dict[str, _Size] = {}

    def measure(selection_set: SelectionSetNode, open_fragments: tuple[str, ...]) -> _Size:
        size = _Size()
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                inner = measure(node.selection_set, open_fragments) if node.selection_set else _Size()
                found = _Size(inner.fields + 1, inner.depth + 1, 1)
            elif isinstance(node, InlineFragmentNode):
                found = measure(node.selection_set, open_fragments)
            else:
                assert isinstance(node, FragmentSpreadNode)
                found = fragment(node.name.value, open_fragments)
            size = _Size(size.fields + found.fields, max(size.depth, found.depth), size.width + found.width)
        return size

    def fragment(name: str, open_fragments: tuple[str, ...]) -> _Size:
        if name in open_fragments or name not in fragments:
            return _Size()  # Cycles and unknown names are for validation to report.
        if name not in known:
            known[name] = measure(fragments[name].selection_set, (*open_fragments, name))
        return known[name]

    for name in fragments:
        _refuse_large(fragment(name, ()))
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            size = measure(node.selection_set, ())
            _refuse_large(size)
            limit = MAX_MUTATIONS if node.operation.value == "mutation" else MAX_ROOT_FIELDS
            if size.width > limit:
                raise coded(f"An operation has at most {limit} fields at its root.", "QUERY_TOO_LARGE")


def _refuse_large(size: _Size) -> None:
    if size.fields > MAX_FIELDS:
        raise coded(f"An operation selects at most {MAX_FIELDS} fields.", "QUERY_TOO_LARGE")
    if size.depth > MAX_DEPTH:
        raise coded(f"An operation is at most {MAX_DEPTH} levels deep.", "QUERY_TOO_DEEP")


def _page_sizes(document: DocumentNode) -> frozenset[str]:
    """The variables given to `first` anywhere: they are part of a plan's key."""
    names: set[str] = set()

    def walk(selection_set: SelectionSetNode | None) -> None:
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                names.update(
                    argument.value.name.value
                    for argument in node.arguments or ()
                    if argument.name.value == "first" and isinstance(argument.value, VariableNode)
                )
            if not isinstance(node, FragmentSpreadNode):
                walk(getattr(node, "selection_set", None))

    for definition in document.definitions:
        walk(getattr(definition, "selection_set", None))
    return frozenset(names)
