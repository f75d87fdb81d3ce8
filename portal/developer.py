"""Developer: the pages for developers: all portals («portails»), a portal's API, about («à propos»), GraphiQL."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import web
from portal import palette

NARROW_NO_BREAK_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class ExampleLink:
    """An operation that opens in GraphiQL; `url` comes from `example_url`."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class PortalCard:
    """A portal on the page of all demonstration portals; `url` is its address on the developer's machine."""

    slug: str
    title: str
    collectivite: str
    url: str
    hosts: tuple[str, ...]
    primary_color: str
    contribution_count: int
    cover: str
    """The path of its cover, which this page's own host serves, too."""


@dataclass(frozen=True, slots=True)
class SpaceCard:
    """A participatory space on its portal's page; the description may be empty."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class PortalPage:
    """What the page of one portal shows; `features` are French labels, ready to be read."""

    title: str
    collectivite: str
    primary_color: str
    secondary_color: str
    spaces: tuple[SpaceCard, ...]
    features: tuple[str, ...]
    examples: tuple[ExampleLink, ...]


def portals_page(cards: Sequence[PortalCard]) -> str:
    """The page `/` of a local host that belongs to no portal: every demonstration portal, in the given order."""
    return render("developer/portals.html", cards=cards)


def portal_page(portal: PortalPage) -> str:
    """The page `/` of a portal's own host."""
    return render("developer/portal.html", portal=portal)


def about_page(source_url: str | None = None) -> str:
    """The page `/about`. `source_url` is where the operator offers the source that runs here (AGPL, section 13)."""
    return render("developer/about.html", source_url=source_url)


def not_found_page() -> str:
    """The page of an unknown host: it names neither a portal nor the product."""
    return render("developer/notfound.html")


def suspended_page() -> str:
    """The page of a portal that its operator has stopped serving."""
    return render("developer/suspended.html")


def graphiql_page() -> str:
    """The page `/graphiql`; its script reads the operation from the address."""
    return render("developer/graphiql.html")


def example_url(base: str, query: str, variables: Mapping[str, object]) -> str:
    """The address that opens GraphiQL filled in; `base` is an origin, or empty for the page's own."""
    parameters = {"query": query}
    if variables:
        parameters["variables"] = json.dumps(variables, ensure_ascii=False)
    return f"{base.rstrip('/')}/graphiql?{urlencode(parameters, quote_via=quote)}"


def _link(url: str) -> str:
    """An address that may stand in a link: HTTP or a path of this host, never `javascript:` or the like."""
    return url if re.match(r"https?://|/(?![/\\])", url) else "#"


def _counted(count: int, noun: str) -> str:
    """`3 contributions`; French leaves zero in the singular and groups thousands with a narrow space."""
    grouped = f"{count:,}".replace(",", NARROW_NO_BREAK_SPACE)
    return f"{grouped} {noun}{'s' if count >= 2 else ''}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(web.TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"color": palette.sound, "ink": palette.ink_on, "link": _link, "counted": _counted}
    return environment


_TEMPLATES = _environment()


def render(name: str, **values: object) -> str:
    """A template's page in the developers' frame."""
    return _TEMPLATES.get_template(name).render(values)
