"""Widgets over HTTP: a page of a widget's origin gets a short-lived token, without cookies, also for members."""

from typing import NamedTuple
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import auth.widget_token
import office.widget
from auth.token import InvalidTokenError
from auth.widget_token import ActiveWidget, Member, WidgetTokens
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from models import ident
from models.refusal import Refusal
from server.api import refusal
from tenants.registry import TenantRegistry

MAX_BODY = 1_000
"""Bytes: a code has 43."""

_ANYBODY = {"access-control-allow-origin": "*"}
"""Also a site that may not show the widget reads that it may not, and nothing else."""


class ShownWidget(NamedTuple):
    """What a page asks for: the tenant's number, the widget, what it is, and the page's origin."""

    tenant: int
    widget: UUID
    active: ActiveWidget
    origin: str


class WidgetDoor:
    """Answers pages of other sites that show a tenant's widgets."""

    def __init__(self, database: Database, registry: TenantRegistry, tokens: WidgetTokens) -> None:
        self._database = database
        self._registry = registry
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """`/widget/{id}/token` for everybody, `/widget/{id}/session` for members who agreed in the pop-up page."""
        methods = ["POST", "OPTIONS"]
        return [
            Route("/widget/{widget}/token", self.token, methods=methods),
            Route("/widget/{widget}/session", self.session, methods=methods),
        ]

    async def token(self, request: Request) -> Response:
        """A token of nobody in particular."""
        return await self._answer(request, signs_in=False)

    async def session(self, request: Request) -> Response:
        """A token of the actor whom the body's `code` brings."""
        return await self._answer(request, signs_in=True)

    async def _answer(self, request: Request, *, signs_in: bool) -> Response:
        portal = self._registry.at(request.headers.get("host", ""))
        if portal is not None and not portal.is_active:
            return _refusal(503, "TENANT_SUSPENDED", "This portal is suspended.")
        try:
            target = await self._target(request)
            if target is None:
                return _refusal(404, "NOT_FOUND", "There is no such widget for this page.", _ANYBODY)
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=_cors(target.origin))
            member = await self._redeem(request, target) if signs_in else None
        except InvalidTokenError:
            return _refusal(
                401, "UNAUTHENTICATED", "This code is not valid here.", _cors(target.origin) if target else {}
            )
        except (DatabaseUnavailableError, StatementTimeoutError):
            return _refusal(503, "SERVICE_UNAVAILABLE", "Try again after a while.", {"retry-after": "5"})
        return self._granted(target, member)

    def _granted(self, target: ShownWidget, member: Member | None) -> Response:
        """A token, and what its page needs to know of the widget."""
        tenant, widget, active, origin = target
        token, expires_at = self._tokens.make(tenant, widget, origin, member)
        theme = {shown: active.theme.get(name) for name, (_, shown) in office.widget.THEME.items()}
        activity = None if active.activity is None else ident.encode("activity", tenant, active.activity)
        body = {"token": token, "expiresAt": expires_at.isoformat(), "activity": activity, "theme": theme}
        return JSONResponse(body, headers=_cors(origin) | {"cache-control": "no-store"})

    async def _target(self, request: Request) -> ShownWidget | None:
        """The widget, where the page that asks is one of its origins; else None, whatever the reason."""
        tenant = self._registry.at(request.headers.get("host", ""))
        origin = request.headers.get("origin")
        if tenant is None or origin is None:
            return None
        try:
            widget = ident.decode("widget", tenant.number, request.path_params["widget"])
        except Refusal:
            return None
        active = None if widget is None else await self._tokens.shown(tenant.number, widget, origin)
        return None if widget is None or active is None else ShownWidget(tenant.number, widget, active, origin)

    async def _redeem(self, request: Request, target: ShownWidget) -> Member:
        code = await _code(request)
        return await auth.widget_token.redeem(self._database, target.tenant, target.widget, target.origin, code)


async def _code(request: Request) -> str:
    """The code in a body `{"code": …}`. Raises InvalidTokenError for any other body."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise InvalidTokenError
    try:
        decoded = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidTokenError from error
    code = decoded.get("code") if isinstance(decoded, dict) else None
    if not isinstance(code, str):
        raise InvalidTokenError
    return code


def _refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return refusal.response(status, code, message, {"vary": "origin"} | (headers or {}))


def _cors(origin: str) -> dict[str, str]:
    """What lets pages of this very origin read the answer; never with cookies."""
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "3600",
        "vary": "origin",
    }
