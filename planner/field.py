"""The vocabulary in which the schema says where each field comes from.

A *builder* is a function in `resolvers/` that returns a piece of SQLAlchemy Core. It receives rows (`FromClause`, read
as `row.c.name`) and a `FieldContext` (arguments and viewer). It runs when a plan is made, not when the plan runs.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, dataclass_transform
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, FromClause, Select, Text, Uuid, cast
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from models import ident
from models.stream import Stream
from models.tenant import Feature
from planner import directive
from planner.context import Arguments, Asker, FieldContext
from planner.cost_directive import MUTATION, SHORT_LIST, paged, priced, sized
from planner.listing import Listing
from planner.loading import BatchContext
from planner.sight import Visible
from planner.who import Who

SOURCE = "parvis-source"
STORED = "__parvis_stored__"
PAYLOAD = "__parvis_payload__"
REFERENCE = "parvis-reference"

Marks = Sequence[object]
"""Directives from `planner.directive`: the features or the audience that an element of the contract exists for."""


class Word(Text):
    """The SQL type of text that JSON need not escape, such as letters and digits, for builders that return it."""


Condition = Callable[[FromClause, FieldContext], ColumnElement[bool]]
Keys = Sequence[str | None]
Reference = tuple[Callable[[Keys, int], Keys], Callable[[FromClause, ColumnElement[str]], ColumnElement[bool]]]
"""How keys are parsed for a tenant (None: there is no key, or no row can have it), and the condition on a key's row."""

Batch = Callable[[BatchContext, list[Any]], Awaitable[Sequence[Any]]]
"""Computes a value for each need, in the same order; the context queries the database with the asker's rights."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the type's row; NULL where `when` does not hold."""

    name: str | None
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Expression:
    """A value computed from the type's row."""

    build: Callable[[FromClause, FieldContext], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class One:
    """At most one row of a stored type: `on(parent, row, context)` joins it, perhaps by a `column` of the parent."""

    on: Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """All rows of a short list of a stored type, in order."""

    listing: Callable[[FromClause, FromClause, FieldContext], Listing]


@dataclass(frozen=True, slots=True)
class Connection:
    """A list of a stored type that can grow, page by page."""

    listing: Callable[[FromClause, FromClause, FieldContext], Listing]


@dataclass(frozen=True, slots=True)
class Part:
    """At most one value that has fields of its own but no identity: the row of a correlated SELECT."""

    build: Callable[[FromClause, FieldContext], Select[Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """A short list of such values: the rows of a SELECT."""

    build: Callable[[FromClause, FieldContext], Select[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Computed:
    """A value that Python computes from what `needs` reads in SQL, in one batch for all objects of an answer."""

    needs: Callable[[FromClause, FieldContext], ColumnElement[Any]]
    batch: Batch


@dataclass(frozen=True, slots=True)
class Entities:
    """The federation's `_entities`: objects by type and key."""


@dataclass(frozen=True, slots=True)
class Action:
    """A mutation: who may run it, at portals with which features, and the function that does it with an `Act`.

    `single` optionally returns one statement that does all of it in the common case, as a transaction by itself. When
    that statement did nothing, or there is none for what was asked, `run` finds out why. With `is_keyed` it keeps an
    idempotency key, too (`planner.idempotency.UNCLAIMED`, `claiming`).
    """

    run: Callable[..., Awaitable[Any]]
    who: Who
    features: tuple[Feature, ...] = ()
    single: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class LiveTopic:
    """What a subscription is about: an object of a stream, or all that `lies_near` accepts by its published position.

    With neither it is about nothing, as an id of another tenant is.
    """

    stream: Stream
    id: UUID | None = None
    lies_near: Callable[[float, float], bool] | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A subscription: the row of a stored type that an event is about, whenever it is about the `topic`.

    `on(parent, row, context)` finds it by `context.subject_id`. Nothing is told where the subscriber does not see it.
    `is_told_first` tells it once at the start, too.
    """

    on: Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]
    topic: Callable[[Arguments, Asker], LiveTopic]
    who: Who
    is_told_first: bool = False


Source = Live | Column | Expression | One | Many | Connection | Part | Parts | Computed | Entities | Action


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored type's declaration.

    `visible` is added wherever the type is reached. `container` names a column and the type that it refers to: a row is
    visible only in a visible container, which is not checked again when the row was reached from it. `is_few` marks
    tables of a few hundred rows at most, whose visible ids are computed once a statement. `references` are the keys by
    which a federation router may name an object.
    """

    name: str
    model: type[SQLModel]
    visible: Visible
    container: tuple[str, str] | None
    is_few: bool
    references: Mapping[str, Reference]


def by_id(kind: str) -> Reference:
    """The key `id` of objects of this tenant."""

    def read(texts: Keys, tenant: int) -> Keys:
        return ident.uuid_texts(kind, tenant, texts)

    return read, lambda row, text: row.c.id == cast(text, Uuid)


@dataclass_transform(kw_only_default=True)
def stored(
    model: type[SQLModel],
    *,
    visible: Visible,
    container: tuple[str, str] | None = None,
    is_few: bool = False,
    references: Mapping[str, Reference] | None = None,
    marks: Marks = (),
) -> Callable[[type], Any]:
    """A GraphQL object type whose objects are rows of a table. `visible` has no default: who sees a row is always
    stated."""

    def decorate(cls: type) -> Any:
        keys = {"id": by_id(ident.kind(model))} if references is None else references
        setattr(cls, STORED, Stored(cls.__name__, model, visible, container, is_few, keys))
        return strawberry.federation.type(cls, description=_described(cls), keys=list(keys), directives=marks)

    return decorate


def value(cls: type) -> Any:
    """A GraphQL object type whose objects have no id: they are parts of others."""
    return strawberry.federation.type(cls, description=_described(cls), shareable=True)


def payload(*ids: str, **columns: TypeEngine[Any]) -> Callable[[type], Any]:
    """A mutation's payload type: a row of the `ids` that it changed, the user errors, and `columns` for values that no
    table holds, such as a token that is shown once."""

    def decorate(cls: type) -> Any:
        setattr(cls, PAYLOAD, {**dict.fromkeys(ids, Uuid()), **columns})
        return strawberry.type(cls, description=_described(cls))

    return decorate


def column(
    description: str,
    *,
    name: str | None = None,
    when: Condition | None = None,
    size: int | None = None,
    marks: Marks = (),
) -> Any:
    """A field read from the column of the same (or the given) name; `marks` say for which features or audience. Of
    objects in what Python computes it may be a short list of others, which costs as `size` of them."""
    return _field(Column(name, when), description, [*marks, *(sized(size) if size else ())])


def expression(
    build: Callable[[FromClause, FieldContext], ColumnElement[Any]], description: str, *, marks: Marks = ()
) -> Any:
    """A field computed in SQL from the row."""
    return _field(Expression(build), description, marks)


def one(
    on: Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]], description: str, *, marks: Marks = ()
) -> Any:
    """A reference to at most one stored object."""
    return _field(One(on), description, marks)


def refers(column: str, description: str, *, to: str = "id", marks: Marks = ()) -> Any:
    """A reference to the stored object whose `to` is what a column of the row holds."""
    return _field(One(lambda parent, row, _context: row.c[to] == parent.c[column], column), description, marks)


def many(
    listing: Callable[[FromClause, FromClause, FieldContext], Listing],
    description: str,
    *,
    size: int = SHORT_LIST,
    marks: Marks = (),
) -> Any:
    """A short list of stored objects; its cost is that of `size` objects."""
    return _field(Many(listing), description, marks, size)


def part(build: Callable[[FromClause, FieldContext], Select[Any]], description: str, *, marks: Marks = ()) -> Any:
    """A value with fields of its own."""
    return _field(Part(build), description, marks)


def parts(
    build: Callable[[FromClause, FieldContext], Select[Any]],
    description: str,
    *,
    size: int = SHORT_LIST,
    marks: Marks = (),
) -> Any:
    """A short list of values with fields of their own; its cost is that of `size` values."""
    return _field(Parts(build), description, marks, size=size)


def computed(
    needs: Callable[[FromClause, FieldContext], ColumnElement[Any]],
    batch: Batch,
    description: str,
    *,
    size: int | None = None,
    marks: Marks = (),
) -> Any:
    """A field that Python computes, in one batch for all objects of an answer; a short list costs as `size` objects."""
    return _field(Computed(needs, batch), description, [*marks, *(sized(size) if size else ())])


def declared(
    source: Source, *, directives: Marks = (), size: int = SHORT_LIST, **options: Any
) -> Callable[[Callable[..., Any]], Any]:
    """A field with arguments. The decorated function is never called: its signature and docstring are the contract."""
    marks = [*directives, *_price(source, size)]

    def decorate(signature: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=signature,
            description=_described(signature),
            metadata={SOURCE: source},
            directives=marks,
            **options,
        )

    return decorate


def action(
    run: Callable[..., Awaitable[Any]],
    *,
    who: Who,
    features: Sequence[Feature] = (),
    single: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """A mutation field. The decorated function's signature and docstring are the contract; `run` does the work.

    It exists at portals with at least one of the features, for the audience of `who`.
    """
    marks = directive.feature(*features)
    if who.audience is not None:
        marks += directive.audience(who.audience)
    return declared(Action(run, who, tuple(features), single), directives=marks)


def live(
    on: Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]],
    *,
    topic: Callable[[Arguments, Asker], LiveTopic],
    who: Who,
    features: Sequence[Feature] = (),
    is_told_first: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """A subscription field. The decorated function's signature and docstring are the contract; it is never called."""
    source = Live(on, topic, who, is_told_first)

    def decorate(signature: Callable[..., Any]) -> Any:
        return strawberry.subscription(
            resolver=signature,
            description=_described(signature),
            metadata={SOURCE: source},
            directives=directive.feature(*features),
        )

    return decorate


def reference(model: type[SQLModel], description: str, *, marks: Marks = (), **default: None) -> Any:
    """An input field of type ID or [ID!] that names objects of a stored type; a mutation's function receives UUIDs.
    `default=None` makes it optional."""
    options: dict[str, Any] = {"metadata": {REFERENCE: model}, "directives": marks, **default}
    return strawberry.field(description=description, **options)


def argument(description: str, *, name: str | None = None, directives: Marks = ()) -> Any:
    """What an argument is, in its annotation."""
    return strawberry.argument(description=description, name=name, directives=directives)


def _field(source: Source, description: str, marks: Marks = (), size: int = SHORT_LIST) -> Any:
    directives = [*marks, *_price(source, size)]
    return strawberry.field(description=description, metadata={SOURCE: source}, directives=directives)


def _price(source: Source, size: int) -> list[object]:
    """The cost directives that every field of this kind has."""
    match source:
        case Connection():
            return paged()
        case Many() | Parts():
            return sized(size)
        case Action():
            return priced(MUTATION)
    return []


def _described(element: object) -> str:
    """A docstring as one paragraph."""
    return " ".join((inspect.getdoc(element) or "").split())
