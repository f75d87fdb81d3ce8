"""Fit: a query without what a portal's scoped schema does not have."""

from functools import lru_cache

from graphql import (
    REMOVE,
    EnumValueNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    print_ast,
    visit,
)


@lru_cache(maxsize=1_024)
def fitted(query: str, schema: GraphQLSchema) -> str:
    """A query without the fields and enum values that a schema does not have."""
    known = TypeInfo(schema)
    return print_ast(visit(parse(query), TypeInfoVisitor(known, _Fit(known)))) + "\n"


class _Fit(Visitor):
    """Removes what is not known."""

    def __init__(self, known: TypeInfo) -> None:
        super().__init__()
        self._known = known

    def enter_field(self, _node: FieldNode, *_: object) -> object:
        """A field that the type does not have."""
        return REMOVE if self._known.get_field_def() is None else None

    def enter_enum_value(self, _node: EnumValueNode, *_: object) -> object:
        """A value that the enum does not have."""
        return REMOVE if self._known.get_enum_value() is None else None
