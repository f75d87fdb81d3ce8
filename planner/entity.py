"""Entities: the federation's references, many at once, each type found by its own keys and its own visibility."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLUnionType, NameNode
from sqlalchemy import ColumnElement, FromClause, Text, and_, case, column, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from models.refusal import ErrorCode, Refusal
from planner.question import Arguments, Asker, Question

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_REPRESENTATIONS = 200

_NULL = literal_column("'null'::json", JSON)


def entities(composer: "Composer", nodes: list[FieldNode], question: Question) -> ColumnElement[Any]:
    """A list as long as the representations, in their order; null for what does not exist or may not be seen."""
    union = composer.catalog.schema.type_map["_Entity"]
    assert isinstance(union, GraphQLUnionType)

    def part(index: int) -> ColumnElement[list[str | None]]:
        return question.bind(lambda arguments, asker: decoded(arguments, asker)[index], ARRAY(Text()))

    decoded = _Decoded(composer)
    names = (column(name, Text) for name in ("type", "key", "value"))
    unnested = func.unnest(part(0), part(1), part(2))
    asked = unnested.table_valued(*names, with_ordinality="place", name=composer.alias()).render_derived()
    represented = types_of(question.items("representations"))
    of_type = {
        type_.name: _entity(composer, type_, nodes, asked, question)
        for type_ in union.types
        if type_.name in represented
    }
    # CASE looks for one type's objects alone; all the others would be looked for in vain, each reference anew.
    cases = [(asked.c.type == literal_column(f"'{name}'"), entity) for name, entity in of_type.items()]
    item = func.coalesce(case(*cases), _NULL) if cases else _NULL
    rows = select(func.json_agg(item).label("items")).select_from(asked)
    return select(func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))).scalar_subquery()


def types_of(representations: Iterable[object]) -> frozenset[str]:
    """The names of types that representations have: those that a statement must look for."""
    names = (found.get("__typename") for found in representations if isinstance(found, dict))
    return frozenset(name for name in names if isinstance(name, str))


def _entity(
    composer: "Composer", type_: GraphQLObjectType, nodes: list[FieldNode], asked: FromClause, question: Question
) -> ColumnElement[Any]:
    """The object of one type that a representation names, else NULL; empty where nothing of the type is selected."""
    fields = composer.selections.of(type_, nodes)
    if composer.is_shallow and "__typename" not in fields:
        fields = {**fields, "__typename": [FieldNode(name=NameNode(value="__typename"))]}
    row = composer.row(type_)
    lookups = [
        lookup(row, _value(asked, type_.name, key))
        for key, (_, lookup) in composer.catalog.stored[type_.name].references.items()
    ]
    conditions = [or_(*lookups), *composer.visible(type_, row, question, None)]
    return composer.from_row(type_, fields, row, conditions)


def _value(asked: FromClause, type_: str, key: str) -> ColumnElement[str]:
    """The key's text where a representation is of this type and key, else NULL: CASE guards what casts it."""
    return case(
        (and_(asked.c.type == literal_column(f"'{type_}'"), asked.c.key == literal_column(f"'{key}'")), asked.c.value)
    )


class _Decoded:
    """Reads the representations once for the three parameters that they become."""

    def __init__(self, composer: "Composer") -> None:
        self._composer = composer
        self._last: tuple[Arguments, Asker, list[list[str | None]]] | None = None

    def __call__(self, arguments: Arguments, asker: Asker) -> list[list[str | None]]:
        if self._last is None or self._last[0] is not arguments or self._last[1] != asker:
            self._last = (arguments, asker, _asked(arguments, asker, self._composer))
        return self._last[2]


def _asked(arguments: Arguments, asker: Asker, composer: "Composer") -> list[list[str | None]]:
    """The representations as three columns: type, key field, value as text (None: cannot be anything here)."""
    representations = arguments["representations"]
    if len(representations) > MAX_REPRESENTATIONS:
        raise Refusal(ErrorCode.BAD_INPUT, f"At most {MAX_REPRESENTATIONS} representations.", "representations")
    rows = [_row(representation, asker, composer) for representation in representations]
    return [[row[part] for row in rows] for part in range(3)]


def _row(representation: object, asker: Asker, composer: "Composer") -> tuple[str | None, str | None, str | None]:
    if not isinstance(representation, Mapping) or not isinstance(representation.get("__typename"), str):
        raise Refusal(
            ErrorCode.BAD_INPUT, "A representation is an object with __typename and a key.", "representations"
        )
    name = representation["__typename"]
    stored = composer.catalog.stored.get(name)
    if stored is None:
        return None, None, None
    for key, (decode, _) in stored.references.items():
        if isinstance(value := representation.get(key), str):
            return name, key, decode(value, asker.tenant)
    raise Refusal(ErrorCode.BAD_INPUT, f"A representation of {name} has none of its keys.", "representations")
