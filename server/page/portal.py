"""The portal over HTTP: requests become visits, pages become answers, and faults become pages that help."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from auth import browser_key, cookie
from auth.identity import NOBODY
from auth.origin import is_same_origin
from database import deadline
from database.failure import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from database.kept import Kept
from models import sentence
from planner.engine import Operation
from planner.planning import PlanningBusyError
from planner.request import BudgetExhaustedError
from portal import gallery, offline, robots, site, syndication, theme
from portal.developer import not_found_page, suspended_page
from portal.gallery import Drawing
from portal.house import House, Tiles
from portal.site import SignInFirstError, Site
from portal.syndication import Syndicated
from portal.visit import ApiAnswer, Page, Problem, Visit
from server.api.answer_cache import KeptAnswer
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.ask import Ask, Caller
from server.geocoder import Geocoder
from server.page import house as houses
from server.page.framing import Framing
from server.page.policy import FORM_HEADERS
from server.sign_in.frame import SignIn
from tenants.registry import TenantRecord, TenantRegistry

MAX_BODY, MAX_FIELDS = 260_000, 2_000
"""A desk's record has three fields for each project and grade.

A contribution's 20,000 characters are up to 240 kB as a form encodes them."""

RETRY_AFTER_S = 5
SUSPENDED_S = 3_600

MAX_KEPT, MAX_PICTURES = 32 * 1024 * 1024, 16 * 1024 * 1024
"""Bytes of pages and of pictures that one process keeps."""

SETTINGS = ("/gestion/portail", "/gestion/territoire")
"""Where the portal's own settings are changed: the page that follows shows them at once."""

LASTING = "public, max-age=31536000, immutable"
"""Of addresses that change with what they show."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types parvis lit-html"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "vary": "cookie",
}


WORKER_HEADERS: Mapping[str, str] = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}


class PortalSite:
    """Serves every address of a portal's hosts that nothing else serves."""

    def __init__(
        self,
        ask: Ask,
        registry: TenantRegistry,
        gate: Gate,
        sign_in: SignIn,
        geocoder: Geocoder | None,
        *,
        is_demo: bool,
        is_introspective: bool,
        tiles: Tiles | None = None,
        host_target: str | None = None,
        framing: Framing,
        preview: str | None = None,
    ) -> None:
        self._ask = ask
        self._figures = ask.figures
        self._registry = registry
        self._gate = gate
        self._sign_in = sign_in
        self.kept: Kept[str] = Kept("page", MAX_KEPT, sys.getsizeof)
        self.pictures: Kept[Drawing] = Kept("picture", MAX_PICTURES, lambda picture: len(picture.content))
        self._site = Site(self.kept)
        self._geocoder = geocoder
        self._is_demo = is_demo
        self._is_introspective = is_introspective
        self._tiles = tiles
        self._host_target = host_target
        self._headers = headers(tiles)
        self._framing = framing
        self._preview = preview

    async def answer(self, request: Request) -> Response:
        """One page, whatever happens."""
        deadline.begin()
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return await self._nobodys(request)
        language, path = self._language(tenant, request.url.path)
        house = self.house(tenant)
        if (made := _made(house, path)) is not None:
            return made
        locale = sentence.locale((language,))
        caller = Caller(tenant, NOBODY, request.scope, request.receive, locale)
        visit = self._visit(caller, house, language, path, request, {} if request.method == "POST" else None)
        if not tenant.is_active:
            return HTMLResponse(suspended_page(), 503, {**FORM_HEADERS, "retry-after": str(SUSPENDED_S)})
        refused = self._site.refused_form(path) if request.method == "POST" else None
        if _query(request) is None or refused is not None:
            return self._response(site.fault(visit, refused or 400))
        try:
            if gallery.is_known(path):
                return await self._picture(house, path, _VisitApi(self._ask, caller))
            if (wanted := syndication.at(visit)) is not None:
                return await self._syndicated(visit, wanted, request)
            visit = await self._entered(visit, caller, request)
            response = await self._paged(tenant, visit, request)
            headers = cookie.gathered(request.scope["headers"])
            for name, value in await self._gate.renewal(tenant, headers, request.scope):
                response.headers.append(name.decode(), value.decode())
        except BadRequestError as error:
            self._figures.errors[error.code] += 1
            response = self._response(site.fault(visit, error.status))
        except BudgetExhaustedError as error:
            self._figures.errors["BUDGET_EXHAUSTED"] += 1
            response = self._response(site.fault(visit, 429, retry_after_s=error.reset_s))
        except TenantGoneError:  # It was deleted, and the registry has not heard of it yet.
            response = HTMLResponse(not_found_page(), 404, dict(FORM_HEADERS))
        except (DatabaseUnavailableError, StatementTimeoutError, PlanningBusyError):
            self._figures.errors["SERVICE_UNAVAILABLE"] += 1
            response = self._response(site.fault(visit, 503, retry_after_s=RETRY_AFTER_S))
        return response

    async def _nobodys(self, request: Request) -> Response:
        """At a host of no portal there is nothing, but on the developer's own machine the covers of all portals."""
        path, host = request.url.path, request.headers.get("host", "")
        for tenant in self._registry.tenants if gallery.is_known(path) and self._registry.is_local(host) else ():
            if tenant.is_active and gallery.is_today(self.house(tenant), path):
                caller = Caller(tenant, NOBODY, request.scope, request.receive, sentence.locale(()))
                return await self._picture(self.house(tenant), path, _VisitApi(self._ask, caller))
        return HTMLResponse(not_found_page(), 404, dict(FORM_HEADERS))

    async def _entered(self, visit: Visit, caller: Caller, request: Request) -> Visit:
        """The visit of whoever asks, with the form that was sent."""
        machine = await self._gate.machine(caller.tenant, cookie.gathered(request.scope["headers"]), request.scope)
        posted = await self._posted(request, caller.tenant) if request.method == "POST" else None
        caller = caller._replace(machine=machine)
        return self._visit(caller, visit.house, visit.language, visit.path, request, posted)

    async def failed(self, request: Request, _error: Exception) -> Response:
        """The page for what nobody foresaw; the server logs it."""
        self._figures.errors["INTERNAL_SERVER_ERROR"] += 1
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return HTMLResponse(not_found_page(), 500, dict(FORM_HEADERS))
        language, path = self._language(tenant, request.url.path)
        caller = Caller(tenant, NOBODY, request.scope, request.receive, sentence.locale((language,)))
        return self._response(site.fault(self._visit(caller, self.house(tenant), language, path, request, None), 500))

    def house(self, tenant: TenantRecord) -> House:
        """Whose pages these are."""
        return houses.of(
            tenant,
            is_demo=self._is_demo,
            is_introspective=self._is_introspective,
            tiles=self._tiles,
            host_target=self._host_target,
            preview=self._preview,
        )

    async def _paged(self, tenant: TenantRecord, visit: Visit, request: Request) -> Response:
        try:
            page = await self._site.page(visit)
        except SignInFirstError as first:
            return await self._sign_in.first(request, first.path, first.kept)
        if page.location is not None:
            if visit.path in SETTINGS:
                await self._registry.refresh()
            response = RedirectResponse(page.location, page.status, {"cache-control": "no-store"})
            if page.browser_key:
                host = request.headers.get("host", "")
                response.headers.append("set-cookie", browser_key.write(request.url.scheme, host, page.browser_key))
            return response
        framed = await self._framing.of(tenant.number, page, self._headers)
        if page.tag is not None and page.tag in request.headers.get("if-none-match", ""):
            return Response(b"", 304, {**framed, "etag": page.tag, "cache-control": "no-cache"})
        return self._response(page, framed)

    def _response(self, page: Page, framed: Mapping[str, str] | None = None) -> Response:
        headers = dict(framed or self._headers) | ({"etag": page.tag} if page.tag else {})
        headers["cache-control"] = "no-cache" if page.tag else "private, no-cache"
        if page.retry_after_s is not None:
            headers["retry-after"] = str(page.retry_after_s)
        return HTMLResponse(page.html, page.status, headers)

    async def _picture(self, house: House, path: str, ask: "_VisitApi") -> Response:
        """A picture; at an older one's address that of today, which nobody keeps. It is drawn beside the loop."""
        is_today = gallery.is_today(house, path)
        picture = self.pictures.get((house, path)) if is_today else None
        if picture is None:
            answer = await ask(gallery.OUTLINE, {}, may_change=False)
            outline = answer.data["portal"]["collectivite"]["outline"] if answer.data else None
            picture = await asyncio.to_thread(gallery.draw, house, path, outline)
            if is_today and answer.data:
                self.pictures.keep((house, path), picture)
        headers = {"cache-control": LASTING if is_today else "no-cache", "x-content-type-options": "nosniff"}
        headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return Response(picture.content, 200, headers, picture.media_type)

    async def _syndicated(self, visit: Visit, wanted: Syndicated, request: Request) -> Response:
        """A feed or a calendar, the same for everybody: programs that read them sign in nowhere."""
        answer = await syndication.asked(visit, wanted)
        if answer.data is None:
            return self._response(site.fault(visit, site.status_without(answer)))
        headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        key = None
        if answer.tag is not None:
            key = site.named(visit, answer.tag)
            headers["etag"] = f'"{key}"'
            if headers["etag"] in request.headers.get("if-none-match", ""):
                return Response(b"", 304, headers)
        text = self.kept.get(key)
        if text is None:
            written = await asyncio.to_thread(wanted.write, visit, answer.data)
            if written is None:
                return self._response(site.fault(visit, 404))
            text = written.decode()
            if key is not None:
                self.kept.keep(key, text)
        return Response(text.encode(), 200, headers, wanted.media_type)

    def _visit(self, caller: Caller, house: House, language: str, path: str, request: Request, posted: Any) -> Visit:
        viewer = caller.machine.viewer
        return Visit(
            house,
            language,
            path,
            _query(request) or {},
            posted,
            viewer.is_member,
            self._ask.contract.engine(caller.tenant.features, viewer.audience).schema,
            _VisitApi(self._ask, caller),
            self._origin(caller.tenant, request),
            None if self._geocoder is None else partial(self._geocoder.find, center=house.center),
            None if self._geocoder is None else self._geocoder.around,
            "" if viewer.is_member else browser_key.read(cookie.gathered(request.scope["headers"])),
        )

    def _origin(self, tenant: TenantRecord, request: Request) -> str:
        """Under which name other sites shall know the portal: its first one; in the demonstration the one asked for."""
        if self._is_demo or not tenant.hosts:
            return f"{request.url.scheme}://{request.headers.get('host', '')}"
        return f"https://{tenant.hosts[0]}"

    def _language(self, tenant: TenantRecord, path: str) -> tuple[str, str]:
        """The language that an address begins with, and the rest; the main language has no prefix."""
        main, *others = self.house(tenant).locales
        first, slash, rest = path.removeprefix("/").partition("/")
        return (first, f"/{rest}" if slash else "/") if first in others else (main, path)

    async def _posted(self, request: Request, tenant: TenantRecord) -> Mapping[str, Sequence[str]]:
        """A form's fields. Raises BadRequestError for a form of another site, or one that cannot be read."""
        if not is_same_origin(cookie.gathered(request.scope["headers"]), request.url.scheme, tenant.hosts):
            raise BadRequestError(403, "CROSS_SITE", "This form is not of the portal's own pages.")
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise BadRequestError(413, "BODY_TOO_LARGE", "This form is too long.")
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
        except ValueError as error:
            raise BadRequestError(400, "BAD_REQUEST", "This form cannot be read.") from error
        if any("\0" in text for texts in fields.values() for text in texts):
            raise BadRequestError(400, "BAD_REQUEST", "This form cannot be read.")
        return fields


def headers(tiles: Tiles | None) -> Mapping[str, str]:
    """The headers of pages. A detailed map's host is the only other one that a browser may ever ask."""
    if tiles is None:
        return HEADERS
    policy = POLICY.replace("img-src 'self'", f"img-src 'self' {tiles.origin}")
    policy = policy.replace("connect-src 'self'", f"connect-src 'self' {tiles.origin}")
    return {**HEADERS, "content-security-policy": policy}


def _query(request: Request) -> dict[str, list[str]] | None:
    """The fields of the address; None for one that nobody types."""
    try:
        fields = parse_qs(request.url.query, max_num_fields=MAX_FIELDS)
    except ValueError:
        return None
    return None if any("\0" in text for texts in fields.values() for text in texts) else fields


class _VisitApi:
    """The gate for one visit."""

    def __init__(self, ask: Ask, caller: Caller) -> None:
        self._ask = ask
        self._caller = caller

    async def __call__(self, document: str, variables: Mapping[str, Any], *, may_change: bool) -> ApiAnswer:
        """Run one operation."""
        raw = orjson.dumps([document, variables], option=orjson.OPT_SORT_KEYS)
        key = None if may_change else self._ask.key(self._caller, raw, may_change=False)
        operation = Operation(document, variables, None)
        answer = self._ask.kept(self._caller, key) or await self._ask.run(
            self._caller, operation, key, may_change=may_change, is_trusted=True
        )
        if isinstance(answer, KeptAnswer):
            return ApiAnswer(orjson.loads(answer.answer.body)["data"], tag=answer.tag.decode())
        response = orjson.loads(answer.body)
        extensions = [error.get("extensions", {}) for error in response.get("errors", ())]
        problems = tuple(Problem(each.get("code", ""), each.get("field")) for each in extensions)
        return ApiAnswer(response.get("data") if not problems else None, problems)


def _made(house: House, path: str) -> Response | None:
    """A file that is made of the portal's settings alone; None for every other address."""
    if (sheet := theme.PATH.fullmatch(path)) is not None:
        return _sheet(house, sheet[0])
    if (tried := theme.preview(path)) is not None:
        return Response(tried, 200, {"cache-control": LASTING, "x-content-type-options": "nosniff"}, "text/css")
    if path == offline.PATH:
        return Response(offline.worker(house), 200, dict(WORKER_HEADERS), "text/javascript")
    if path == "/robots.txt":
        return Response(robots.TEXT, 200, {"cache-control": "max-age=86400"}, "text/plain")
    if path == "/favicon.ico":  # For what asks without reading the page, as mail programs do.
        return RedirectResponse(gallery.path(house, "icon"), 302, {"cache-control": "max-age=3600"})
    return None


def _sheet(house: House, path: str) -> Response:
    """The portal's colours; an older sheet's address gets the colours of today, which nobody keeps."""
    style = theme.of(house)
    kept = LASTING if path == style.path else "no-cache"
    return Response(style.css, 200, {"cache-control": kept, "x-content-type-options": "nosniff"}, "text/css")
