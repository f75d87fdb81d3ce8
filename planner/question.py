"""Question: what a builder may ask while a plan is made: the field's arguments and who looks.

An argument is either *structure* (enums, booleans, page sizes, whether it was given, what its `shape` is) that
shapes the statement and is part of the plan's key, or a *bind* whose value is put in when the plan runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import BigInteger, BindParameter, ColumnElement, FromClause, Text, bindparam
from sqlalchemy.types import TypeEngine, Uuid

from auth.viewer import Viewer
from models import time_zone
from models.tenant import Feature
from planner import argument
from planner.sight import VIEWER, Sight

if TYPE_CHECKING:
    from graphql import FieldNode

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks where: the tenant's number, features and time zone, and the viewer."""

    tenant: int
    viewer: Viewer
    features: frozenset[Feature]
    time_zone: str = time_zone.PARIS

    @property
    def sight(self) -> Sight:
        """By what the asker sees rows, in statements that no schema narrows."""
        return Sight(self.viewer.role, self.features, lambda: VIEWER)


Compute = Callable[[Arguments, Asker], object]


@dataclass(frozen=True, slots=True)
class Bind:
    """A parameter of a plan: computed from one field's arguments (None: from the asker alone) when the plan runs."""

    name: str
    site: "ArgumentSite | None"
    compute: Compute


@dataclass(frozen=True, eq=False, slots=True)
class ArgumentSite:
    """A field of the operation that has arguments; `take` gives them from the coerced variables."""

    node: "FieldNode"
    take: Callable[[Mapping[str, Any]], Arguments]


class Binds:
    """The parameters that builders asked for, in the order of asking; one for each viewer's value."""

    def __init__(self) -> None:
        self.asked: list[Bind] = []
        self._viewer: dict[str, BindParameter[Any]] = {}

    def add(self, site: ArgumentSite | None, compute: Compute, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """A new parameter."""
        name = f"p{len(self.asked) + 1}"
        self.asked.append(Bind(name, site, compute))
        return bindparam(name, type_=type_)

    def shared(self, name: str, compute: Compute, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """One parameter for the whole statement, however often it is asked for."""
        if name not in self._viewer:
            self._viewer[name] = self.add(None, compute, type_)
        return self._viewer[name]


class Draft(Protocol):
    """What the statement in the making knows of its rows."""

    def visible_ids(self, type_name: str, question: "Question") -> ColumnElement[Any]:
        """An array of the ids that the viewer sees of a stored type with few rows."""

    def hides(self, type_name: str, row: FromClause, question: "Question") -> ColumnElement[bool] | None:
        """Whether a row is hidden from a viewer who sees its container; None where no row is."""


class Question:
    """One field's arguments, and the viewer."""

    def __init__(
        self, binds: Binds, viewer: Viewer, arguments: Arguments, site: ArgumentSite | None, draft: Draft
    ) -> None:
        self._binds = binds
        self._draft = draft
        self._arguments = arguments
        self._site = site
        self.viewer = viewer
        """Structure: plans are made per role. Never read `viewer.actor_id` here; use `viewer_id`."""

    @property
    def sight(self) -> Sight:
        """By what the viewer sees rows. The schema has left out what the portal has not switched on."""
        return Sight(self.viewer.role, None, lambda: self.viewer_id)

    @property
    def viewer_id(self) -> BindParameter[Any]:
        """The viewer's actor id; NULL for an anonymous visitor."""
        return self._binds.shared("viewer", lambda _arguments, asker: asker.viewer.actor_id, Uuid())

    @property
    def person_id(self) -> BindParameter[Any]:
        """The actor who is signed in in a browser of the portal itself; NULL for machines and widgets, whose pages are
        other people's."""
        return self._binds.shared(
            "person", lambda _arguments, asker: asker.viewer.actor_id if asker.viewer.client is None else None, Uuid()
        )

    def visible_ids(self, type_name: str) -> ColumnElement[Any]:
        """An array of the ids that the viewer sees of a stored type with few rows."""
        return self._draft.visible_ids(type_name, self)

    def hides(self, type_name: str, row: FromClause) -> ColumnElement[bool] | None:
        """Whether a stored type's row is hidden from a viewer who sees its container; None where no row is."""
        return self._draft.hides(type_name, row, self)

    @property
    def tenant(self) -> BindParameter[Any]:
        """The tenant's number."""
        return self._binds.shared("tenant", lambda _arguments, asker: asker.tenant, BigInteger())

    @property
    def time_zone(self) -> BindParameter[Any]:
        """The name of the tenant's time zone."""
        return self._binds.shared("time zone", lambda _arguments, asker: asker.time_zone, Text())

    def id_prefix(self, kind: str) -> BindParameter[Any]:
        """`<kind>_<tenant>_`, which makes an id of a UUID."""
        return self._binds.shared(f"{kind} prefix", lambda _arguments, asker: f"{kind}_{asker.tenant}_", Text())

    def has(self, name: str) -> bool:
        """Whether an argument was given and is not null."""
        return self._arguments.get(name) is not None

    def choice(self, name: str) -> Any:
        """The value of an enum or boolean argument."""
        return self._arguments[name]

    def items(self, name: str) -> list[Any]:
        """The items of a list of representations, of which only the types are structure."""
        items = self._arguments[name]
        return items if isinstance(items, list) else []

    def size(self, name: str) -> int | None:
        """The value of a page size, which is structure so that PostgreSQL plans for it."""
        size = self._arguments.get(name)
        return size if isinstance(size, int) else None

    def shape(self, name: str) -> Any:
        """What of an argument's value shapes the statement (`argument.SHAPING`)."""
        return argument.SHAPING[name](self._arguments[name])

    def bind(self, take: str | Compute, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """An argument as it is (by name), or what `take(arguments, asker)` makes of the arguments.

        `take` may raise Refusal; it runs before the statement does.
        """
        compute: Compute = (lambda arguments, _: arguments[take]) if isinstance(take, str) else take
        return self._binds.add(self._site, compute, type_)
