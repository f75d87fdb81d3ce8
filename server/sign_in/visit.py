"""Visit: a request to the pages of signing in: at which portal, from where, with which fields."""

import posixpath
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth import attempt, cookie
from auth.cookie import CookieTwiceError
from auth.origin import is_same_origin
from server.api import refusal
from tenants.registry import TenantRecord, TenantRegistry

MAX_BODY, MAX_FIELDS = 600_000, 220
"""A form of the portal that waits for its author to sign in passes through here, encoded a second time."""

_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]{0,1000}")
"""Where somebody may be sent afterwards: a path of this very host. Browsers take a backslash for a slash."""

POPUP = "/auth/popup"
"""The one page under `/auth` to which signing in may lead on: it asks before it does anything."""


class RefusedVisitError(Exception):
    """The request cannot be served, whoever asks."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SignInVisit:
    """`fields` are the address' parameters, or what was posted; `is_form`: by a page's form, which gets a page back."""

    tenant: TenantRecord
    scheme: str
    host: str
    client: str
    headers: Mapping[bytes, bytes]
    path: Mapping[str, str]
    fields: Mapping[str, str]
    is_form: bool

    @property
    def base(self) -> str:
        """The origin that was asked."""
        return f"{self.scheme}://{self.host}"

    @property
    def kept(self) -> str:
        """The form of the portal that waits for its author to sign in, as it was sent; empty when none does."""
        return self.fields.get("kept", "")

    @property
    def language(self) -> str:
        """Of the pages: what a widget asked its window for, else that of the page to go on at, where the portal speaks
        it; else the portal's first."""
        asked, spoken = self.fields.get("language"), self.tenant.locales
        if asked is None and self.next.startswith(f"{POPUP}?"):
            asked = dict(parse_qsl(self.next.partition("?")[2], max_num_fields=MAX_FIELDS)).get("language")
        elif asked is None:
            asked = re.split("[/?#]", self.next, maxsplit=2)[1]
        return asked if asked in spoken else spoken[0]

    @property
    def token(self) -> str | None:
        """The session's token."""
        return cookie.read(self.headers)

    @property
    def next(self) -> str:
        """Where to go afterwards: a path of this host, `/` unless one was given."""
        given = self.fields.get("next", "/")
        return given if _PATH.fullmatch(given) and _may_follow(given) else "/"


def _may_follow(path: str) -> bool:
    """No link begins anything under `/auth` by way of `next`, however browsers and routes read the path."""
    read = posixpath.normpath(unquote(re.split("[?#]", path, maxsplit=1)[0]))
    return read == POPUP or not f"{read.lower()}/".startswith("/auth/")


Handler = Callable[[SignInVisit], Awaitable[Response]]


def route(registry: TenantRegistry, method: str, path: str, handler: Handler) -> Route:
    """A route whose handler gets the visit. What is posted must come from the portal's own pages."""

    async def endpoint(request: Request) -> Response:
        try:
            response = await handler(await _visit(registry, request))
        except RefusedVisitError as error:
            response = refusal.response(error.status, error.code, error.message)
        response.headers["cache-control"] = "no-store"
        return response

    return Route(path, endpoint, methods=[method])


def of(registry: TenantRegistry, request: Request, fields: Mapping[str, str]) -> SignInVisit:
    """The visit of a request to another page, which signs in first, with fields of its choice."""
    headers, host = cookie.gathered(request.scope["headers"]), request.headers.get("host", "")
    tenant = registry.at(host)
    assert tenant is not None
    client = attempt.client(request.client.host if request.client else None)
    return SignInVisit(tenant, request.url.scheme, host, client, headers, {}, fields, is_form=True)


async def _visit(registry: TenantRegistry, request: Request) -> SignInVisit:
    headers, host = cookie.gathered(request.scope["headers"]), request.headers.get("host", "")
    tenant = registry.at(host)
    if tenant is None:
        raise RefusedVisitError(404, "UNKNOWN_HOST", "There is no portal at this address.")
    if not tenant.is_active:
        raise RefusedVisitError(503, "TENANT_SUSPENDED", "This portal is suspended.")
    is_post, scheme = request.method == "POST", request.url.scheme
    if is_post and not is_same_origin(headers, scheme, tenant.hosts):
        raise RefusedVisitError(403, "CROSS_SITE", "This is for the portal's own pages.")
    is_form = is_post and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    fields = await _posted(request, is_form) if is_post else dict(request.query_params)
    path = dict(request.path_params)
    if any("\0" in value for value in (*fields.values(), *path.values())):
        raise RefusedVisitError(400, "BAD_REQUEST", "This cannot be read.")
    _check_cookie(headers)
    client = attempt.client(request.client.host if request.client else None)
    return SignInVisit(tenant, scheme, host, client, headers, path, fields, is_form)


def _check_cookie(headers: Mapping[bytes, bytes]) -> None:
    """Said here, where a person can act on it; elsewhere two sessions are none."""
    try:
        cookie.read(headers)
    except CookieTwiceError as error:
        message = "This browser sends two cookies for one session. Delete the cookies of this site, and sign in again."
        raise RefusedVisitError(400, "COOKIE_TWICE", message) from error


async def _posted(request: Request, is_form: bool) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise RefusedVisitError(413, "PAYLOAD_TOO_LARGE", "This is too long.")
    try:
        fields = dict(parse_qsl(body.decode(), max_num_fields=MAX_FIELDS)) if is_form else orjson.loads(body or b"{}")
    except ValueError as error:
        raise RefusedVisitError(400, "BAD_REQUEST", "This cannot be read.") from error
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise RefusedVisitError(400, "BAD_REQUEST", "An object of texts is wanted.")
    return fields
