"""Renders the pages for developers and visitors: portals («portails»), about («à propos»), GraphiQL."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import web
from portal import site
from portal.house import House

STATIC: Path = web.STATIC

# GraphiQL's editor writes style attributes and draws some icons from data: addresses; no script does.
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(_POLICY),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
)

FORM_HEADERS: Mapping[str, str] = MappingProxyType(
    {name: value.replace("form-action 'none'", "form-action 'self'") for name, value in SECURITY_HEADERS.items()}
)
"""Of pages whose forms post to their own host."""

DEFAULT_COLOR = "#26357f"
DARK_INK, LIGHT_INK = "#000000", "#ffffff"
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


@dataclass(frozen=True, slots=True)
class Offer:
    """An identity provider by which one may sign in."""

    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody is in signing in: `address`, `code`, `invitation`, `leaving` (for a provider, while a form waits),
    `continue` (with the form that waited), `signed_in`, `linking` or `signed_out`.

    `person` and `email` are the account's. `provider` names the identity provider to which `url` leads: to link an
    identity there, or to end the session there, too.
    """

    name: str
    message: str = ""
    email: str = ""
    token: str = ""
    person: str = ""
    provider: str = ""
    url: str | None = None
    kept: str = ""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page of signing in; `next` is the path that follows."""

    step: Step
    next: str
    sends_mail: bool
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class PopUpPage:
    """The pop-up window of a widget on pages of `origin`; `code` is empty until somebody agreed."""

    title: str
    collectivite: str
    primary_color: str
    secondary_color: str
    name: str
    widget: str
    origin: str
    code: str


def popup_page(content: PopUpPage) -> str:
    """The page `/auth/popup`."""
    return _render("popup.html", page=content)


def sign_in_page(house: House, content: SignInPage) -> str:
    """The pages under `/auth` of a portal's own host, in the main language."""
    waiting = parse_qsl(content.step.kept, keep_blank_values=True)
    return site.alone(house, "sign_in", page=content, step=content.step, waiting=waiting)


def portals_page(cards: Sequence[PortalCard]) -> str:
    """The page `/` of a local host that belongs to no portal: every demonstration portal, in the given order."""
    return _render("developer/portals.html", cards=cards)


def portal_page(portal: PortalPage) -> str:
    """The page `/` of a portal's own host."""
    return _render("developer/portal.html", portal=portal)


def about_page(source_url: str | None = None) -> str:
    """The page `/about`. `source_url` is where the operator offers the source that runs here (AGPL, section 13)."""
    return _render("developer/about.html", source_url=source_url)


def not_found_page() -> str:
    """The page of an unknown host: it names neither a portal nor the product."""
    return _render("developer/notfound.html")


def suspended_page() -> str:
    """The page of a portal that its operator has stopped serving."""
    return _render("developer/suspended.html")


def graphiql_page() -> str:
    """The page `/graphiql`; its script reads the operation from the address."""
    return _render("developer/graphiql.html")


def example_url(base: str, query: str, variables: Mapping[str, object]) -> str:
    """The address that opens GraphiQL filled in; `base` is an origin, or empty for the page's own."""
    parameters = {"query": query}
    if variables:
        parameters["variables"] = json.dumps(variables, ensure_ascii=False)
    return f"{base.rstrip('/')}/graphiql?{urlencode(parameters, quote_via=quote)}"


def _color(value: str) -> str:
    """A colour that may stand in a style attribute: `#rrggbb`, or the default when it is anything else."""
    return value if re.fullmatch(r"#[0-9a-fA-F]{6}", value, re.ASCII) else DEFAULT_COLOR


def ink_on(color: str) -> str:
    """Black or white, whichever contrasts more with this background: at least √21 ≈ 4.58, and WCAG AA asks 4.5."""
    return max((DARK_INK, LIGHT_INK), key=lambda ink: contrast(ink, color))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours as WCAG 2.2 defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    """The relative luminance of `#rrggbb` as WCAG 2.2 defines it, from 0 to 1."""
    red, green, blue = (_linear(int(color[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


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
    environment.filters |= {"color": _color, "ink": ink_on, "link": _link, "counted": _counted}
    return environment


_TEMPLATES = _environment()


def _render(name: str, **values: object) -> str:
    return _TEMPLATES.get_template(name).render(values)
