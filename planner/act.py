"""Act: what a mutation's function works with: the actor, one transaction, rows as dataclasses, and its outcome."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, Insert, bindparam, func, insert
from sqlmodel import SQLModel

from auth.text_message import TextMessage
from database.door import Transaction
from database.wire import Row
from models.base import new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal
from planner import detail
from planner.context import Asker
from planner.detail import Named, Watched
from planner.event import NewEvent
from planner.row import reader
from planner.sight import Sight

T = TypeVar("T")

OPERATORS = UUID(int=0)
"""The owner of operators' idempotency keys, for operators are not actors of any tenant."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mutation changed: values by the columns that its payload declares, and events to write.

    `secrets` are shown once and stored nowhere: a repeated request gets null in their place. `refusal` is told as if it
    had been raised, and what was written stays: that somebody guessed wrong. `dispatch` goes out once it is committed.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, object] = field(default_factory=dict)
    events: tuple[NewEvent, ...] = ()
    refusal: Refusal | None = None
    dispatch: "Dispatch | None" = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A text message that goes out once all is committed, while no transaction and no connection is held.

    Where it could not be handed over, `failed` is run in a transaction of its own, and told whether it is certain that
    nothing was sent; then the mutation is refused as a whole, with SMS_NOT_SENT at `field`.
    """

    message: TextMessage
    field: str
    failed: Callable[["Act", bool], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SingleStatement(Generic[T]):
    """One statement that does a whole mutation. `is_done` says by its first row, read into `into`, whether it did.

    What is to be locked `before` is sent with it: the statement then sees all that was committed before it had the
    locks. What is written `after` it, in the same transaction and only where it did, is given as arrays: one statement
    writes it for all who are committed together. `writes_events`: that records what happened, too.
    """

    clause: ClauseElement
    values: Mapping[str, object]
    outcome: Outcome
    into: type[T]
    is_done: Callable[[T], bool]
    before: "tuple[Sending, ...]" = ()
    after: "Sending | None" = None
    writes_events: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """A constant statement that is sent with others, its parameters, and into what its rows are read, if it has any."""

    clause: ClauseElement
    values: Mapping[str, object]
    into: type[Any] | None = None

    def rows(self, told: Sequence[Row]) -> list[Any]:
        """Its rows as dataclasses."""
        return [] if self.into is None else list(map(reader(self.clause, self.into), told))


@dataclass(frozen=True, slots=True)
class Act:
    """One mutation in its transaction."""

    transaction: Transaction
    asker: Asker
    is_detailed: bool = False
    """Whether the journal keeps the rows that the input names or the mutation inserts, before and after."""

    watched: Watched = field(default_factory=dict)
    now: ClassVar[ColumnElement[Any]] = func.now()
    """The database's clock, for a column."""

    @property
    def actor(self) -> UUID:
        """The signed-in actor. Raises Refusal(UNAUTHENTICATED)."""
        if self.asker.viewer.actor_id is None:
            raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
        return self.asker.viewer.actor_id

    @property
    def actor_or_none(self) -> UUID | None:
        """The signed-in actor; None for an operator of the platform."""
        return self.asker.viewer.actor_id

    async def one(self, clause: ClauseElement, /, *, into: type[T], **values: object) -> T | None:
        """The first row of a constant statement as a dataclass whose fields are its columns, or None."""
        row = await self.transaction.one(clause, **self._bound(values))
        return None if row is None else reader(clause, into)(row)

    async def all(self, clause: ClauseElement, /, *, into: type[T], **values: object) -> list[T]:
        """All rows of a constant statement as dataclasses."""
        read = reader(clause, into)
        return [read(row) for row in await self.transaction.all(clause, **self._bound(values))]

    async def exists(self, clause: ClauseElement, /, **values: object) -> bool:
        """Whether a constant statement has a row."""
        return await self.transaction.one(clause, **self._bound(values)) is not None

    async def execute(self, clause: ClauseElement, /, **values: object) -> int:
        """Run a constant statement; the number of rows that it touched."""
        return await self.transaction.execute(clause, **self._bound(values))

    async def together(self, *asked: Sending) -> list[list[Any]]:
        """The rows of each of some statements, which take one round trip and run one after the other."""
        told = await self.transaction.together(*((one.clause, self._bound(one.values)) for one in asked))
        return [one.rows(rows) for one, rows in zip(asked, told, strict=True)]

    async def insert(self, model: type[SQLModel], **columns: object) -> UUID:
        """Insert a row and return its new id. SQL expressions become part of the statement, other values are bound."""
        id_ = new_id()
        written = {name: value for name, value in columns.items() if isinstance(value, ClauseElement)}
        bound = {name: value for name, value in columns.items() if name not in written}
        await self.execute(_insertion(model, tuple(bound), tuple(written.items())), id=id_, **bound)
        self.inserted(model, [id_])
        return id_

    def inserted(self, model: type[SQLModel], ids: Iterable[UUID]) -> None:
        """Have the journal keep these rows, which were not there before."""
        if self.is_detailed:
            self.watched.update(dict.fromkeys((model, id_) for id_ in ids))

    async def watch(self, *named: Named) -> None:
        """Have the journal keep these rows before and after, too. Call it before changing rows that the input does not
        name."""
        self.watched.update(await detail.read(self.transaction, named))

    @property
    def sight(self) -> Sight:
        """What decides which rows the asker sees."""
        return self.asker.sight

    def _bound(self, values: Mapping[str, object]) -> dict[str, Any]:
        """A statement's parameters, with enums as they are stored, and the viewer."""
        plain = {name: given.value if isinstance(given, Enum) else given for name, given in values.items()}
        return {"viewer": self.actor_or_none, **plain}

    def did(
        self,
        event: EventKind | None = None,
        subject: UUID | None = None,
        note: Mapping[str, Any] | None = None,
        /,
        *,
        secrets: Mapping[str, object] | None = None,
        **values: object,
    ) -> Outcome:
        """The outcome: values for the payload, and the event to write, unless a statement has written it already."""
        if event is None or subject is None:
            return Outcome(values, secrets or {})
        return Outcome(values, secrets or {}, (NewEvent(event, subject, self.actor_or_none, dict(note or {})),))


def value(model: type[SQLModel], name: str) -> Any:
    """A parameter with the name and type of a column."""
    return bindparam(name, type_=table(model).c[name].type)


@lru_cache(maxsize=256)
def _insertion(model: type[SQLModel], bound: tuple[str, ...], written: tuple[tuple[str, ClauseElement], ...]) -> Insert:
    values: dict[str, Any] = {name: value(model, name) for name in ("id", *bound)} | dict(written)
    return insert(table(model)).values(**values)
