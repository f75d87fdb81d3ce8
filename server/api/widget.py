"""Widgets over HTTP: a page of a widget's origin gets a short-lived token, without cookies, also for members."""

from datetime import datetime
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import auth.widget_token
from auth.token import InvalidTokenError
from auth.widget_token import Member, WidgetTokens
from database.door import Database, DatabaseUnavailableError, StatementTimeoutError
from models import ident
from models.refusal import Refusal
from server.api import refusal
from tenants.registry import TenantRegistry

MAX_BODY = 1_000
"""Bytes: a code has 43."""

Target = tuple[int, UUID, str]
"""The tenant's number, the widget, and the origin of the page that shows it."""


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
                return _refusal(404, "NOT_FOUND", "There is no such widget for this page.")
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=_cors(target[2]))
            member = await self._redeem(request, target) if signs_in else None
        except InvalidTokenError:
            return _refusal(401, "UNAUTHENTICATED", "This code is not valid here.", _cors(target[2]) if target else {})
        except (DatabaseUnavailableError, StatementTimeoutError):
            return _refusal(503, "SERVICE_UNAVAILABLE", "Try again after a while.", {"retry-after": "5"})
        return _granted(*self._tokens.make(*target, member), target[2])

    async def _target(self, request: Request) -> Target | None:
        """The widget, where the page that asks is one of its origins; else None, whatever the reason."""
        tenant = self._registry.at(request.headers.get("host", ""))
        origin = request.headers.get("origin")
        if tenant is None or origin is None:
            return None
        try:
            widget = ident.decode("widget", tenant.number, request.path_params["widget"])
        except Refusal:
            return None
        if widget is None or not await self._tokens.is_shown(tenant.number, widget, origin):
            return None
        return tenant.number, widget, origin

    async def _redeem(self, request: Request, target: Target) -> Member:
        tenant, widget, origin = target
        code = await _code(request)
        return await auth.widget_token.redeem(self._database, tenant, widget, origin, code)


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


def _granted(token: str, expires_at: datetime, origin: str) -> Response:
    body = {"token": token, "expiresAt": expires_at.isoformat()}
    return JSONResponse(body, headers=_cors(origin) | {"cache-control": "no-store"})


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
