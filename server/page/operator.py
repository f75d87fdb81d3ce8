"""The operators' page on a host of its own: all tenants and how they fare, a new one in one form, suspension."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles

import web
from auth import cookie, email_address, origin
from auth.email_address import AddressError
from auth.machine import Machine
from auth.operator_token import OperatorTokens
from auth.token import InvalidTokenError
from database.door import Database
from models.operator import WishKind
from models.template import SpaceTemplate
from portal import operator
from register.name import normalise
from register.record import record_id
from server.health import Health
from server.page.policy import FORM_HEADERS
from tenants import host_name, provisioning, wish
from tenants.host_name import HostNameError

SECURE_NAME, LOCAL_NAME = "__Host-parvis-operator", "parvis-operator"
SIGNED_IN_S = 12 * 3600
FIELDS = ("kind", "code", "host", "title", "email", "template")
CODES = {
    "COMMUNE": re.compile(r"[0-9][0-9ab][0-9]{3}"),
    "EPCI": re.compile(r"[0-9]{9}"),
    "DEPARTEMENT": re.compile(r"[0-9][0-9ab]|97[0-9]"),
    "REGION": re.compile(r"[0-9]{2}"),
    "PROVINCE": re.compile(r"[0-9]{5}"),
}
"""What kinds of collectivités an operator makes a portal for, and the form of their codes (INSEE, SIREN, NIS)."""
MAX_FORM = 20
HOST = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
HEADERS = {**FORM_HEADERS, "cache-control": "no-store"}

Answer = Callable[[Request, Machine], Awaitable[Response]]


class OperatorPages:
    """Serves them to whoever holds an operator's token; the browser keeps it in a cookie that no script reads."""

    def __init__(self, database: Database, tokens: OperatorTokens, host: str | None, health: Health) -> None:
        self._database = database
        self._health = health
        self._tokens = tokens
        self._host = host

    def routes(self) -> list[Host]:
        """What the application serves at the operators' host; nothing where there is none."""
        routes: list[BaseRoute] = [
            Route("/", self._signed_in(self.overview), methods=["GET"]),
            Route("/", self._signed_in(self.create), methods=["POST"]),
            Route("/etat", self._signed_in(self.ask), methods=["GET"]),
            Route("/etat", self._signed_in(self.change), methods=["POST"]),
            Route("/entrer", self.enter, methods=["POST"]),
            Route("/sortir", self.leave, methods=["POST"]),
            Mount("/static", StaticFiles(directory=web.STATIC)),
        ]
        return [Host(self._host, Router(routes))] if self._host else []

    async def overview(self, request: Request, _machine: Machine) -> Response:
        """The tenants that a search names, all without one."""
        return await self._overview(request, {}, {})

    async def create(self, request: Request, machine: Machine) -> Response:
        """Ask for a new tenant. What was typed comes back with what is wrong about it."""
        form = await request.form(max_fields=MAX_FORM)
        given = {name: str(form.get(name) or "").strip() for name in FIELDS}
        details, refused = await self._details(given)
        if not refused and not await self._wish(machine, WishKind.CREATE, details.pop("slug"), details):
            _, refused = await self._details(given)  # Somebody else asked meanwhile.
            refused = refused or {"code": "WAITING"}
        if refused:
            return await self._overview(request, given, refused, 422)
        return _to("/?demande=1")

    async def ask(self, request: Request, _machine: Machine) -> Response:
        """Whether a portal is really to be closed, which its visitors notice at once."""
        tenant = await wish.named(self._database, request.query_params.get("slug", ""))
        return _to("/") if tenant is None else _html(operator.question(tenant))

    async def change(self, request: Request, machine: Machine) -> Response:
        """Ask for a suspension that was confirmed, or for its end."""
        form = await request.form(max_fields=MAX_FORM)
        kind = WishKind.RESUME if form.get("kind") == WishKind.RESUME.value else WishKind.SUSPEND
        slug = str(form.get("slug") or "")
        if kind is WishKind.SUSPEND and form.get("sure") != "1":
            return _to(f"/etat?{urlencode({'slug': slug})}")
        is_wished = await self._wish(machine, kind, slug, {})
        return _to("/?demande=1" if is_wished else "/?attend=1")

    async def enter(self, request: Request) -> Response:
        """Keep a token that is good."""
        if not _is_from_here(request):
            return _html(operator.sign_in(is_refused=True), 403)
        token = str((await request.form(max_fields=MAX_FORM)).get("token") or "").strip()
        try:
            await self._tokens.machine(token)
        except InvalidTokenError:
            return _html(operator.sign_in(is_refused=True), 422)
        return _to("/", _cookie(request, token))

    async def leave(self, request: Request) -> Response:
        """Forget it."""
        return _to("/", _cookie(request, ""))

    async def _overview(
        self, request: Request, given: dict[str, str], refused: dict[str, str], status: int = 200
    ) -> Response:
        search = request.query_params.get("q", "")[:80]
        told = await wish.overview(self._database, search)
        templates = [template.value for template in SpaceTemplate]
        said = next((key for key in operator.SAID if key in request.query_params), None)
        servers = await self._servers(told.places)
        page = operator.overview(
            told.tenants, told.total, told.wishes, search, templates, given, refused, said, servers
        )
        return _html(page, status)

    async def _servers(self, tenants: Mapping[str, int]) -> list[Mapping[str, Any]]:
        """How each cluster fares and how many tenants it has; nothing where there is one alone."""
        if not self._database.clusters:
            return []
        await self._health.look()
        return [
            {
                "name": each.name,
                "is_first": each is self._database,
                "said": self._health.clusters.get(each.name, "ok"),
                "tenants": tenants.get(each.name, 0),
                "has_replica": each.replica is not None,
                "follows": each.replica is not None and each.replica.is_asked,
            }
            for each in self._database.everywhere
        ]

    async def _details(self, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """What a tenant is made from, and by field why it cannot be."""
        refused: dict[str, str] = {}
        try:
            host = host_name.ascii_form(given["host"])
        except HostNameError:
            host = ""
        if not HOST.fullmatch(host) or host == self._host:
            refused["host"] = "BAD_HOST"
        try:
            email = email_address.canonical(given["email"])
        except AddressError:
            email, refused["email"] = "", "BAD_EMAIL"
        if given["title"] and not provisioning.fits(given["title"]):
            refused["title"] = "BAD_TITLE"
        if given["template"] not in {template.value for template in SpaceTemplate}:
            refused["template"] = "REQUIRED"
        code = _code(given["kind"], given["code"])
        collectivite = record_id(given["kind"], code) if code else ""
        named = await wish.check(self._database, collectivite=collectivite, host=host)
        slug = normalise(named.name or "").replace(" ", "-")
        if slug in named.slugs:  # Of another collectivité with this name.
            slug = f"{slug}-{code}"
        if given["kind"] not in CODES:
            refused["kind"] = "REQUIRED_KIND"
        elif code is None:
            refused["code"] = f"BAD_{given['kind']}"
        elif named.collectivite is None:
            refused["code"] = "UNKNOWN"
        elif named.has_portal or slug in named.slugs:
            refused["code"] = "TAKEN"
        elif named.waits:
            refused["code"] = "WAITING"
        if named.has_host:
            refused["host"] = "TAKEN_HOST"
        elif named.waits_for_host and "code" not in refused:
            refused["host"] = "WAITING_HOST"
        details = {"slug": slug, "collectivite": named.collectivite, "host": host, "email": email}
        return details | {"title": given["title"], "template": given["template"]}, refused

    async def _wish(self, machine: Machine, kind: WishKind, slug: str, details: dict[str, Any]) -> bool:
        return await wish.write(self._database, kind, slug, details, str(machine.viewer.client))

    def _signed_in(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """The page for operators; for everybody else the one that asks for a token."""

        async def checked(request: Request) -> Response:
            if request.method == "POST" and not _is_from_here(request):
                return _html(operator.sign_in(is_refused=True), 403)
            try:
                machine = await self._tokens.machine(_token(request))
            except (InvalidTokenError, cookie.CookieTwiceError):
                return _html(operator.sign_in(), 401)
            return await answer(request, machine)

        return checked


def _code(kind: str, typed: str) -> str | None:
    """The code of a kind as the register has it; None where it has not the form of one."""
    code = re.sub(r"[\s.]", "", typed).lower()
    if kind == "DEPARTEMENT" and len(code) == 1:
        code = f"0{code}"
    return code if kind in CODES and CODES[kind].fullmatch(code) else None


def _token(request: Request) -> str:
    headers = cookie.gathered(request.scope["headers"])
    local = cookie.value(headers, LOCAL_NAME) if cookie.is_local(request.url.scheme, _host(request)) else None
    return cookie.value(headers, SECURE_NAME) or local or ""


def _cookie(request: Request, token: str) -> str:
    age_s = SIGNED_IN_S if token else 0
    return cookie.named(SECURE_NAME, LOCAL_NAME, request.url.scheme, _host(request), token, age_s)


def _host(request: Request) -> str:
    return request.headers.get("host", "")


def _is_from_here(request: Request) -> bool:
    return origin.is_same_origin(cookie.gathered(request.scope["headers"]), request.url.scheme, ())


def _to(path: str, set_cookie: str | None = None) -> Response:
    kept = {"set-cookie": set_cookie} if set_cookie is not None else {}
    return RedirectResponse(path, 303, {"cache-control": "no-store", **kept})


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, HEADERS)
