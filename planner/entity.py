"""Entities: the federation's references, many at once, each type found by its own keys and its own visibility."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLUnionType, NameNode
from sqlalchemy import ColumnElement, FromClause, Text, case, column, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from models.refusal import ErrorCode, Refusal
from planner.field import Keys
from planner.question import Arguments, Asker, Question

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_REPRESENTATIONS = 200

Key = tuple[str, str]
"""A type's name and one of its key fields."""


def entities(composer: "Composer", nodes: list[FieldNode], question: Question) -> ColumnElement[Any]:
    """A list as long as the representations, in their order; null for what does not exist or may not be seen."""
    union = composer.catalog.schema.type_map["_Entity"]
    assert isinstance(union, GraphQLUnionType)
    represented = types_of(question.items("representations"))
    types = [type_ for type_ in union.types if type_.name in represented] or [union.types[0]]
    stored = composer.catalog.stored
    keys = [(type_.name, key) for type_ in types for key in stored[type_.name].references]
    decoded = _Decoded(composer, keys)

    def values(key: Key) -> ColumnElement[list[str | None]]:
        return question.bind(lambda arguments, asker: decoded(arguments, asker)[key], ARRAY(Text()))

    columns = [column(f"{name}_{key}", Text) for name, key in keys]
    unnested = func.unnest(*map(values, keys)).table_valued(*columns, name=composer.alias())
    asked = unnested.render_derived()
    # CASE looks for one type's objects alone; all the others would be looked for in vain, each reference anew.
    found = case(*(_case(composer, type_, nodes, asked, question) for type_ in types))
    item = func.coalesce(found, literal_column("'null'::json"))
    rows = select(func.json_agg(item).label("items")).select_from(asked)
    return select(func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))).scalar_subquery()


def types_of(representations: Iterable[object]) -> frozenset[str]:
    """The names of types that representations have: those that a statement must look for."""
    return frozenset(
        name
        for found in representations
        if isinstance(found, dict) and isinstance(name := found.get("__typename"), str)
    )


def _case(
    composer: "Composer", type_: GraphQLObjectType, nodes: list[FieldNode], asked: FromClause, question: Question
) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Whether a representation names an object of the type, and that object, or NULL; empty where nothing of the type
    is selected."""
    fields = composer.selections.of(type_, nodes)
    if composer.is_shallow and "__typename" not in fields:
        fields = {**fields, "__typename": [FieldNode(name=NameNode(value="__typename"))]}
    row = composer.row(type_)
    references = composer.catalog.stored[type_.name].references
    values = {key: asked.c[f"{type_.name}_{key}"] for key in references}
    lookups = [lookup(row, values[key]) for key, (_, lookup) in references.items()]
    conditions = [or_(*lookups), *composer.visible(type_, row, question, None)]
    is_named = or_(*(value.is_not(None) for value in values.values()))
    return is_named, composer.from_row(type_, fields, row, conditions)


class _Decoded:
    """Reads the representations once for the parameters that they become."""

    def __init__(self, composer: "Composer", keys: Sequence[Key]) -> None:
        self._stored = composer.catalog.stored
        self._keys = keys
        self._last: tuple[Arguments, Asker, dict[Key, Keys]] | None = None

    def __call__(self, arguments: Arguments, asker: Asker) -> dict[Key, Keys]:
        """For each type and key a column: the key's value as text where a representation has it (None: nowhere)."""
        if self._last is None or self._last[0] is not arguments or self._last[1] != asker:
            self._last = (arguments, asker, self._columns(arguments["representations"], asker.tenant))
        return self._last[2]

    def _columns(self, representations: Sequence[object], tenant: int) -> dict[Key, Keys]:
        if len(representations) > MAX_REPRESENTATIONS:
            raise _refused(f"At most {MAX_REPRESENTATIONS} representations.")
        columns: dict[Key, list[str | None]] = {key: [None] * len(representations) for key in self._keys}
        for place, representation in enumerate(representations):
            if not isinstance(representation, dict) or not isinstance(name := representation.get("__typename"), str):
                raise _refused("A representation is an object with __typename and a key.")
            if name not in self._stored:  # A type that is not here.
                continue
            for key in self._stored[name].references:
                if isinstance(value := representation.get(key), str):
                    columns[name, key][place] = value
                    break
            else:
                raise _refused(f"A representation of {name} has none of its keys.")
        return {
            (name, key): self._stored[name].references[key][0](texts, tenant) for (name, key), texts in columns.items()
        }


def _refused(message: str) -> Refusal:
    return Refusal(ErrorCode.BAD_INPUT, message, "representations")
