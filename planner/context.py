"""Field context: one field's arguments and the viewer, as builders see them while a plan is made.

An argument is either *structure*, which shapes the statement and is part of the plan's key (enums, booleans, page
sizes, its `shape`, whether it was given at all), or a *bind*, whose value becomes a parameter when the plan runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, ColumnElement, FromClause, Text, bindparam
from sqlalchemy.types import TypeEngine, Uuid

from auth.nudge_link import NudgeLinks
from auth.sealed_secret import Sealer
from auth.secret import Keyed
from auth.text_message import TextMessages
from auth.viewer import Viewer
from models import time_zone
from models.tenant import Feature
from planner import argument
from planner.sight import VIEWER, Sight

if TYPE_CHECKING:
    from graphql import FieldNode

Arguments = Mapping[str, Any]


class Asker(NamedTuple):
    """The viewer, at a tenant: its number, features and time zone."""

    tenant: int
    viewer: Viewer
    features: frozenset[Feature]
    time_zone: str = time_zone.PARIS
    links: NudgeLinks | None = None
    persons: Keyed | None = None
    sealer: Sealer | None = None
    texts: TextMessages | None = None
    """None where the installation sends no text messages."""

    network: str = "unknown"
    """Of whom one subscriber's requests are known to come (`auth.attempt.client`)."""

    allows_private_urls: bool = False
    """Whether addresses of other servers may lead into one's own network: in development alone."""

    model: str | None = None
    """The name of the language model that may be asked; None where the installation names none."""

    subject: UUID | None = None
    """What the event is about that a subscription tells; None in all other operations."""

    def nudge(self, token: str) -> UUID | None:
        """The nudge that the token of a mail's link names; None for what is none of this tenant's."""
        return None if self.links is None else self.links.read(self.tenant, token)

    def reader(self, token: str) -> UUID | None:
        """The actor to whom a mail went, by its link; None for what is none of this tenant's."""
        return None if self.links is None else self.links.reader(self.tenant, token)

    def digest(self, *parts: str) -> str:
        """What is kept of somebody's data, so that the same data are known again and nobody reads them."""
        assert self.persons is not None  # Whoever runs operations gives it.
        return self.persons.digest(str(self.tenant), *parts)

    def seal(self, name: str, secret: str) -> str:
        """What is kept of a secret that the server alone reads again, under a name of this tenant's."""
        assert self.sealer is not None  # Whoever runs operations gives it.
        return self.sealer.seal(self.tenant, name, secret)

    def unseal(self, name: str, sealed: str) -> str:
        """What was sealed under a name of this tenant's. Raises LookupError."""
        assert self.sealer is not None  # Whoever runs operations gives it.
        return self.sealer.open(self.tenant, name, sealed)

    def seen_by(self, viewer: Viewer) -> "Asker":
        """Another viewer at the same tenant."""
        return self._replace(viewer=viewer)

    @property
    def sight(self) -> Sight:
        """What decides which rows the asker sees, in statements that are not planned from a scoped schema."""
        return Sight(self.viewer.role, self.features, lambda: VIEWER)


Compute = Callable[[Arguments, Asker], object]


@dataclass(frozen=True, slots=True)
class Bind:
    """A parameter of a plan, computed when it runs: from one field's arguments, or (None) from the asker alone."""

    name: str
    site: "ArgumentSite | None"
    compute: Compute


@dataclass(frozen=True, eq=False, slots=True)
class ArgumentSite:
    """A field of the operation with arguments, which `take` reads from the coerced variables."""

    node: "FieldNode"
    take: Callable[[Mapping[str, Any]], Arguments]


class Binds:
    """The parameters of a statement, in the order in which builders asked for them."""

    def __init__(self) -> None:
        self.asked: list[Bind] = []
        self._shared: dict[str, BindParameter[Any]] = {}

    def add(self, site: ArgumentSite | None, compute: Compute, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """A new parameter."""
        name = f"p{len(self.asked) + 1}"
        self.asked.append(Bind(name, site, compute))
        return bindparam(name, type_=type_)

    def shared(self, name: str, compute: Compute, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """The statement's one parameter of this name, however often it is asked for."""
        if name not in self._shared:
            self._shared[name] = self.add(None, compute, type_)
        return self._shared[name]


class VisibilityRules(Protocol):
    """Who sees rows of stored types, as the composer knows it."""

    def visible_ids(self, type_name: str, context: "FieldContext") -> ColumnElement[Any]:
        """An array of the ids that the viewer sees of a stored type with few rows."""

    def hides(self, type_name: str, row: FromClause, context: "FieldContext") -> ColumnElement[bool] | None:
        """Whether a row is hidden from viewers who see its container; None: no row of this type is."""


class FieldContext:
    """One field's arguments and the viewer, while the plan is made."""

    def __init__(
        self, binds: Binds, viewer: Viewer, arguments: Arguments, site: ArgumentSite | None, rules: VisibilityRules
    ) -> None:
        self._binds = binds
        self._rules = rules
        self._arguments = arguments
        self._site = site
        self.viewer = viewer
        """Structure: plans are made per role. Never read `viewer.actor_id` here; use `viewer_id`."""

    @property
    def sight(self) -> Sight:
        """What decides which rows the viewer sees. Features are not in it: the scoped schema has left those out that
        are off."""
        return Sight(self.viewer.role, None, lambda: self.viewer_id)

    @property
    def viewer_id(self) -> BindParameter[Any]:
        """The viewer's actor id; NULL for an anonymous visitor."""
        return self._binds.shared("viewer", lambda _arguments, asker: asker.viewer.actor_id, Uuid())

    @property
    def person_id(self) -> BindParameter[Any]:
        """The actor who is signed in on the portal's own pages; NULL for machines and for widgets, which stand on other
        people's pages."""
        return self._binds.shared(
            "person", lambda _arguments, asker: asker.viewer.actor_id if asker.viewer.client is None else None, Uuid()
        )

    @property
    def subject_id(self) -> BindParameter[Any]:
        """What the event is about that a subscription tells."""
        return self._binds.shared("subject", lambda _arguments, asker: asker.subject, Uuid())

    def visible_ids(self, type_name: str) -> ColumnElement[Any]:
        """An array of the ids that the viewer sees of a stored type with few rows."""
        return self._rules.visible_ids(type_name, self)

    def hides(self, type_name: str, row: FromClause) -> ColumnElement[bool] | None:
        """Whether a stored type's row is hidden from viewers who see its container; None: no row of this type is."""
        return self._rules.hides(type_name, row, self)

    @property
    def tenant(self) -> BindParameter[Any]:
        """The tenant's number."""
        return self._binds.shared("tenant", lambda _arguments, asker: asker.tenant, BigInteger())

    @property
    def time_zone(self) -> BindParameter[Any]:
        """The name of the tenant's time zone."""
        return self._binds.shared("time zone", lambda _arguments, asker: asker.time_zone, Text())

    def id_prefix(self, kind: str) -> BindParameter[Any]:
        """`<kind>_<tenant>_`, which followed by a UUID is an id of the contract."""
        return self._binds.shared(f"{kind} prefix", lambda _arguments, asker: f"{kind}_{asker.tenant}_", Text())

    def has(self, name: str) -> bool:
        """Whether an argument was given and is not null."""
        return self._arguments.get(name) is not None

    def choice(self, name: str) -> Any:
        """The value of an enum or boolean argument."""
        return self._arguments[name]

    def items(self, name: str) -> list[Any]:
        """The items of a list of representations. Only their types are structure."""
        items = self._arguments[name]
        return items if isinstance(items, list) else []

    def size(self, name: str) -> int | None:
        """The value of a page size: structure, so that PostgreSQL plans for this size."""
        size = self._arguments.get(name)
        return size if isinstance(size, int) else None

    def shape(self, name: str) -> Any:
        """The part of an argument's value that shapes the statement (`argument.SHAPING`)."""
        return argument.SHAPING[name](self._arguments[name])

    def bind(self, take: str | Compute, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """A parameter: an argument by its name, or what `take(arguments, asker)` computes.

        `take` runs before the statement does, and may raise Refusal.
        """
        compute: Compute = (lambda arguments, _: arguments[take]) if isinstance(take, str) else take
        return self._binds.add(self._site, compute, type_)
