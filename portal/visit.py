"""Visit: one request to a page, read; and the way in which pages ask the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from graphql import GraphQLEnumType, GraphQLSchema

from portal.house import House

Fields = Mapping[str, Sequence[str]]
"""What an address or a form says: texts by name, in their order."""


SAVED = "enregistre"
"""The field of the address behind a form that has run: the page says so, once."""

ONCE = frozenset({SAVED, "publie", "reprise", "envoye", "inscrit", "garde", "attend"})
"""All fields of the address behind a form that has run, by which the page says what happened: not again behind the
next form, nor on another page of its list or in another language."""

VIA = "via"
"""The field of the address that says on which other portal's list somebody found the page: its short name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an operation was refused as a whole: the code, and the argument that it is about."""

    code: str
    field: str | None


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the API said: its data, or why there are none. `tag` names data that were kept for anonymous visitors."""

    data: dict[str, Any] | None
    problems: Sequence[Problem] = ()
    tag: str | None = None


class Api(Protocol):
    """The gate that `/graphql` passes, too: viewer, scope, limits, cost, budget and kept answers."""

    async def __call__(self, document: str, variables: Mapping[str, Any], *, may_change: bool) -> ApiAnswer:
        """Run one operation for the visitor."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address that was searched for, and the cell that stands for it: its exact point is not kept."""

    label: str
    cell: str


class Locate(Protocol):
    """The geocoder that the installation's settings name."""

    async def __call__(self, text: str) -> Sequence[Address]:
        """Addresses that a text may mean, the likeliest first; none when it does not answer in time."""


class NamePlace(Protocol):
    """The same, asked the other way round."""

    async def __call__(self, text: str) -> str:
        """What the commune around a cell is called; empty when it does not answer in time."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes to which address. `path` is without its language; `posted` is None unless a form was sent; `origin` is
    what the portal's own addresses begin with outside its pages. `locate` and `name_place` are None
    where no geocoder is set."""

    house: House
    language: str
    path: str
    query: Fields
    posted: Fields | None
    is_signed_in: bool
    schema: GraphQLSchema
    ask: Api
    origin: str = ""
    locate: Locate | None = None
    name_place: NamePlace | None = None
    browser_key: str = ""
    """By which a browser without account goes on with what it has begun to answer; empty where it has begun nothing."""

    @property
    def prefix(self) -> str:
        """What addresses begin with in the visitor's language: nothing in the main one."""
        return "" if self.language == self.house.locales[0] else f"/{self.language}"

    def address(self, path: str) -> str:
        """A path of the portal in the visitor's language."""
        return f"{self.prefix}{path}" if path != "/" or not self.prefix else f"{self.prefix}/"

    def onward(self, path: str) -> str:
        """A path of the portal in the visitor's language, from which the way back to another portal is still known."""
        return self.still_via(self.address(path))

    def still_via(self, address: str) -> str:
        """An address that says on which other portal's list somebody began."""
        via, joint = self.asked(VIA), "&" if "?" in address else "?"
        return f"{address}{joint}{urlencode({VIA: via})}" if via else address

    def changed(self, **changes: str | None) -> str:
        """This very address with other fields; None takes a field away. The page of a list begins anew, and what a form
        has saved is not said again."""
        left = {"after", *ONCE, *changes}
        query = {name: list(texts) for name, texts in self.query.items() if name not in left}
        query |= {name: [text] for name, text in changes.items() if text is not None}
        return self.address(self.path) + (f"?{urlencode(query, doseq=True)}" if query else "")

    def asked(self, name: str) -> str:
        """A field of the address; empty when it is not there."""
        return (self.query.get(name) or [""])[-1]

    def values(self, enum: str) -> Sequence[str]:
        """The values that an enum of the contract has in this scope; none where it is absent."""
        type_ = self.schema.get_type(enum)
        return list(type_.values) if isinstance(type_, GraphQLEnumType) else []

    @property
    def has_saved(self) -> bool:
        """Whether the page is that behind a form which has run, and not one that was refused since."""
        return self.has_just(SAVED)

    def has_just(self, name: str) -> bool:
        """Whether the page is that behind a form which has run and led here by a field of `ONCE`."""
        return bool(self.asked(name)) and self.posted is None

    @property
    def fresh(self) -> Fields:
        """The fields of the address without what it says once."""
        return {name: texts for name, texts in self.query.items() if name not in ONCE}

    @property
    def own(self) -> str:
        """This very address, for a browser to come back to."""
        query = urlencode(self.query, doseq=True)
        return self.address(self.path) + (f"?{query}" if query else "")

    @property
    def canonical(self) -> str:
        """The one address of this page for other sites: without what only filters or orders it."""
        return f"{self.origin}{self.address(self.path)}"

    def beyond(self, portal: str, host: str, path: str) -> str:
        """The address of a path on another portal, by its short name and its host. Demonstration portals lie beside
        each other under this one's own address, as does a portal without a host."""
        if self.house.is_demo or not host:
            return self.origin.replace(f"://{self.house.slug}.", f"://{portal}.", 1) + path
        return f"https://{host}{path}"

    def within(self, path: str) -> "Visit":
        """A visit to another path of the portal, in the language that the path begins with."""
        main, *others = self.house.locales
        first, slash, rest = path.removeprefix("/").partition("/")
        language, bare = (first, f"/{rest}" if slash else "/") if first in others else (main, path)
        return replace(self, language=language, path=bare, query={})

    def elsewhere(self, language: str) -> str:
        """This very address in another language."""
        return replace(self, language=language, query=self.fresh).own


@dataclass(frozen=True, slots=True)
class Page:
    """What is sent back: HTML, or the address of another page. `tag` names what may be kept, for anybody.

    `is_embed` and `has_preview` are its screen's.
    """

    status: int
    html: str = ""
    location: str | None = None
    tag: str | None = None
    retry_after_s: int | None = None
    is_embed: bool = False
    has_preview: bool = False
    browser_key: str = ""
    """A new key that the browser is to keep; empty: none."""
