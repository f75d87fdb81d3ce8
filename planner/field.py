"""The vocabulary in which the schema says where each field comes from.

A *builder* is a function of the resolvers that returns a piece of SQLAlchemy Core. It receives rows (`FromClause`, read
as `row.c.name`) and a `Question` (arguments and viewer). It is called when a plan is made, not when it runs.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, dataclass_transform

import strawberry
from sqlalchemy import ColumnElement, FromClause, Select, Text, Uuid, cast
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from models import ident
from models.tenant import Feature
from planner import directive
from planner.cost_directive import MUTATION, SHORT_LIST, paged, priced, sized
from planner.listing import Listing
from planner.loading import Context
from planner.question import Question
from planner.sight import Visible
from planner.who import Who

SOURCE = "parvis-source"
STORED = "__parvis_stored__"
PAYLOAD = "__parvis_payload__"
REFERENCE = "parvis-reference"

Marks = Sequence[object]
"""Of `planner.directive`: to which features or which audience an element of the contract belongs."""


class Word(Text):
    """Text of letters and digits alone, which JSON quotes as it is: for builders to say of what they return."""


Condition = Callable[[FromClause, Question], ColumnElement[bool]]
Keys = Sequence[str | None]
Reference = tuple[Callable[[Keys, int], Keys], Callable[[FromClause, ColumnElement[str]], ColumnElement[bool]]]
"""How keys' texts are read for a tenant (None: there is none, or nothing here can have it), and the condition that
finds a key's row."""


Batch = Callable[[Context, list[Any]], Awaitable[Sequence[Any]]]
"""Computes the values of many needs, in their order; the context can ask the database, as whoever asks."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the type's row; NULL where `when` does not hold."""

    name: str | None
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Expression:
    """A value computed from the type's row."""

    build: Callable[[FromClause, Question], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class One:
    """At most one row of a stored type: `on(parent, row, question)` joins it."""

    on: Callable[[FromClause, FromClause, Question], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Many:
    """All rows of a short list of a stored type, in order."""

    listing: Callable[[FromClause, FromClause, Question], Listing]


@dataclass(frozen=True, slots=True)
class Connection:
    """A list of a stored type that can grow, page by page."""

    listing: Callable[[FromClause, FromClause, Question], Listing]


@dataclass(frozen=True, slots=True)
class Part:
    """At most one value that has fields of its own but no identity: the row of a correlated SELECT."""

    build: Callable[[FromClause, Question], Select[Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """A short list of such values: the rows of a SELECT."""

    build: Callable[[FromClause, Question], Select[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Computed:
    """A value that Python computes, for all objects of an answer at once, from what `needs` reads in SQL."""

    needs: Callable[[FromClause, Question], ColumnElement[Any]]
    batch: Batch


@dataclass(frozen=True, slots=True)
class Entities:
    """The federation's `_entities`: objects by type and key."""


@dataclass(frozen=True, slots=True)
class Action:
    """A mutation: who may run it, at portals with which features, and a function of an `Act` that does it.

    `single` may know one statement that does all of it in the usual case, which is a transaction by itself. Where the
    statement did not do it, `run` decides why.
    """

    run: Callable[..., Awaitable[Any]]
    who: Who
    features: tuple[Feature, ...] = ()
    single: Callable[..., Any] | None = None


Source = Column | Expression | One | Many | Connection | Part | Parts | Computed | Entities | Action


@dataclass(frozen=True, slots=True)
class Stored:
    """What the planner must know of a stored type.

    `visible` is added wherever the type is reached. `container` names the column and the type whose visibility this
    type's follows, checked too unless the row was reached from there. `is_few` marks tables of some hundred rows at
    most, whose visible ids are computed once a statement. `references` are the keys by which a federation router may
    name an object: how the key's text is read and which condition finds the row.
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
    """A GraphQL object type whose objects are rows of a table; who sees which of them is always said."""

    def decorate(cls: type) -> Any:
        keys = {"id": by_id(ident.kind(model))} if references is None else references
        setattr(cls, STORED, Stored(cls.__name__, model, visible, container, is_few, keys))
        return strawberry.federation.type(cls, description=_described(cls), keys=list(keys), directives=marks)

    return decorate


def value(cls: type) -> Any:
    """A GraphQL object type whose objects have no identity: they are parts of others."""
    return strawberry.federation.type(cls, description=_described(cls), shareable=True)


def payload(*ids: str, **columns: TypeEngine[Any]) -> Callable[[type], Any]:
    """The answer of a mutation: a row of the `ids` that it changed, of the user errors, and of `columns` of any type
    that the action gives because no table holds them, as a token that is shown once."""

    def decorate(cls: type) -> Any:
        setattr(cls, PAYLOAD, {**dict.fromkeys(ids, Uuid()), **columns})
        return strawberry.type(cls, description=_described(cls))

    return decorate


def column(description: str, *, name: str | None = None, when: Condition | None = None, marks: Marks = ()) -> Any:
    """A field read from the column of the same (or the given) name; `marks` say for which features or audience."""
    return _field(Column(name, when), description, marks)


def expression(
    build: Callable[[FromClause, Question], ColumnElement[Any]], description: str, *, marks: Marks = ()
) -> Any:
    """A field computed in SQL from the row."""
    return _field(Expression(build), description, marks)


def one(
    on: Callable[[FromClause, FromClause, Question], ColumnElement[bool]], description: str, *, marks: Marks = ()
) -> Any:
    """A reference to at most one stored object."""
    return _field(One(on), description, marks)


def many(
    listing: Callable[[FromClause, FromClause, Question], Listing], description: str, *, size: int = SHORT_LIST
) -> Any:
    """A short list of stored objects; `size` of them where costs are reckoned."""
    return _field(Many(listing), description, size=size)


def part(build: Callable[[FromClause, Question], Select[Any]], description: str, *, marks: Marks = ()) -> Any:
    """A value with fields of its own."""
    return _field(Part(build), description, marks)


def parts(build: Callable[[FromClause, Question], Select[Any]], description: str, *, size: int = SHORT_LIST) -> Any:
    """A short list of values with fields of their own; `size` of them where costs are reckoned."""
    return _field(Parts(build), description, size=size)


def computed(
    needs: Callable[[FromClause, Question], ColumnElement[Any]], batch: Batch, description: str, *, marks: Marks = ()
) -> Any:
    """A field that Python computes for all objects of an answer at once."""
    return _field(Computed(needs, batch), description, marks)


def declared(
    source: Source, *, directives: Marks = (), size: int = SHORT_LIST, **options: Any
) -> Callable[[Callable[..., Any]], Any]:
    """A field with arguments: the decorated function's signature and docstring are the contract; it is never called."""
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
    """A mutation field: the decorated function's signature and docstring are the contract; `run` does the work.

    The contract has it at portals with one of the features, for the audience of `who`.
    """
    marks = directive.feature(*features)
    if who.audience is not None:
        marks += directive.audience(who.audience)
    return declared(Action(run, who, tuple(features), single), directives=marks)


def reference(model: type[SQLModel], description: str, *, marks: Marks = (), **default: None) -> Any:
    """A field of an input, of type ID or [ID!], that names objects of a stored type: a mutation's function gets their
    UUIDs. `default=None` where it may be left out."""
    options: dict[str, Any] = {"metadata": {REFERENCE: model}, "directives": marks, **default}
    return strawberry.field(description=description, **options)


def _field(source: Source, description: str, marks: Marks = (), size: int = SHORT_LIST) -> Any:
    directives = [*marks, *_price(source, size)]
    return strawberry.field(description=description, metadata={SOURCE: source}, directives=directives)


def _price(source: Source, size: int) -> list[object]:
    """What the contract says of every field of a kind about its cost."""
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
