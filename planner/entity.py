"""Entities: resolves a federation router's representations in one statement, each type by its keys and visibility."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, GraphQLUnionType, NameNode
from sqlalchemy import ColumnElement, FromClause, Text, case, column, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from models.refusal import ErrorCode, Refusal
from planner.context import Arguments, Asker, FieldContext
from planner.field import Keys

if TYPE_CHECKING:
    from planner.compose import Composer

MAX_REPRESENTATIONS = 5_000
"""A router sends one for each of its objects; the operation's cost bounds what they may select together."""

Key = tuple[str, str]
"""A type's name and one of its key fields."""

Fault = tuple[int, Refusal]
"""The index of a representation, and why it is refused."""


def entities(composer: "Composer", nodes: list[FieldNode], context: FieldContext) -> ColumnElement[Any]:
    """A list as long as the representations, in their order; null for what does not exist or may not be seen."""
    union = composer.catalog.schema.type_map["_Entity"]
    assert isinstance(union, GraphQLUnionType)
    represented = types_of(context.items("representations"))
    types = [type_ for type_ in union.types if type_.name in represented] or [union.types[0]]
    stored = composer.catalog.stored
    keys = [(type_.name, key) for type_ in types for key in stored[type_.name].references]
    decoded = _Decoded(composer, keys)

    def values(key: Key) -> ColumnElement[list[str | None]]:
        return context.bind(lambda arguments, asker: decoded.column(key, arguments, asker), ARRAY(Text()))

    columns = [column(f"{name}_{key}", Text) for name, key in keys]
    unnested = func.unnest(*map(values, keys)).table_valued(*columns, name=composer.alias())
    asked = unnested.render_derived()
    composer.note_faults(context.bind(decoded.faults, Text()).key)  # After the columns, whose decoding finds them.
    # CASE looks a reference up in its own type's table alone.
    object_ = case(*(_case(composer, type_, nodes, asked, context) for type_ in types))
    item = func.coalesce(object_, literal_column("'null'::json"))
    rows = select(func.json_agg(item).label("items")).select_from(asked)
    return select(func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))).scalar_subquery()


def types_of(representations: Iterable[object]) -> frozenset[str]:
    """The type names in representations."""
    return frozenset(
        name
        for representation in representations
        if isinstance(representation, dict) and isinstance(name := representation.get("__typename"), str)
    )


def _case(
    composer: "Composer", type_: GraphQLObjectType, nodes: list[FieldNode], asked: FromClause, context: FieldContext
) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Whether a representation names an object of the type, and that object as JSON, or NULL."""
    fields = composer.selections.of(type_, nodes)
    if composer.is_shallow and "__typename" not in fields:
        fields = {**fields, "__typename": [FieldNode(name=NameNode(value="__typename"))]}
    row = composer.row(type_)
    references = composer.catalog.stored[type_.name].references
    values = {key: asked.c[f"{type_.name}_{key}"] for key in references}
    lookups = [lookup(row, values[key]) for key, (_, lookup) in references.items()]
    conditions = [or_(*lookups), *composer.visible(type_, row, context, None)]
    is_named = or_(*(value.is_not(None) for value in values.values()))
    return is_named, composer.from_row(type_, fields, row, conditions)


class _Decoded:
    """Decodes the representations once for all parameters that they become."""

    def __init__(self, composer: "Composer", keys: Sequence[Key]) -> None:
        self._stored = composer.catalog.stored
        self._keys = keys
        self._last: tuple[Arguments, Asker, dict[Key, Keys]] | None = None
        self._faults: list[Fault] = []

    def column(self, key: Key, arguments: Arguments, asker: Asker) -> Keys:
        """The values of a key by representation, None where it has another key. Each column is taken once a request,
        after which nothing of the request is kept."""
        if self._last is None or self._last[0] is not arguments or self._last[1] != asker:
            self._faults = []
            self._last = (arguments, asker, self._columns(arguments["representations"], asker.tenant))
        columns = self._last[2]
        column = columns.pop(key)
        if not columns:
            self._last = None
        return column

    def faults(self, _arguments: Arguments, _asker: Asker) -> list[Fault]:
        """The refusals of single representations, once the columns are taken."""
        faults, self._faults = self._faults, []
        return faults

    def _columns(self, representations: Sequence[object], tenant: int) -> dict[Key, Keys]:
        if len(representations) > MAX_REPRESENTATIONS:
            raise _refused(f"At most {MAX_REPRESENTATIONS} representations.")
        columns: dict[Key, list[str | None]] = {key: [None] * len(representations) for key in self._keys}
        for place, representation in enumerate(representations):
            try:
                key, value = self._key(representation)
                columns[key][place] = value
            except _UnresolvableError as error:
                self._faults.append((place, error.refusal))
        return {key: self._read(key, texts, tenant) for key, texts in columns.items()}

    def _key(self, representation: object) -> tuple[Key, str]:
        """The key that a representation has. Raises _UnresolvableError.

        A type may be missing because the portal has its feature switched off, while the router knows it from another
        portal. That is no reason to refuse the other representations.
        """
        if not isinstance(representation, dict) or not isinstance(name := representation.get("__typename"), str):
            raise _UnresolvableError(_refused("A representation is an object with __typename and a key."))
        if name not in self._stored:
            raise _UnresolvableError(_refused(f"There is no type {name[:100]!r} with keys here."))
        for key in self._stored[name].references:
            if isinstance(value := representation.get(key), str):
                return (name, key), value
        raise _UnresolvableError(_refused(f"A representation of {name} has none of its keys."))

    def _read(self, key: Key, texts: Keys, tenant: int) -> Keys:
        """The decoded keys; None for one that is not valid."""
        read = self._stored[key[0]].references[key[1]][0]
        try:
            return read(texts, tenant)
        except Refusal:
            return [key_ for place, text in enumerate(texts) for key_ in self._one(place, text, read, tenant)]

    def _one(self, place: int, text: str | None, read: Callable[[Keys, int], Keys], tenant: int) -> Keys:
        try:
            return read([text], tenant)
        except Refusal as refusal:
            self._faults.append((place, refusal))
            return [None]


class _UnresolvableError(Exception):
    """One representation is malformed or of an unknown type; the others are answered."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


def _refused(message: str) -> Refusal:
    return Refusal(ErrorCode.BAD_INPUT, message, "representations")
