"""Signing in again («reconnexion»): a form with a file whose session is over leads to signing in and back to its page.
What was sent is not kept: the file is chosen anew."""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from auth import cookie
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRegistry

REFUSED = (401, 403)


def renewed(routes: Sequence[Route], registry: TenantRegistry, gate: Gate) -> list[BaseRoute]:
    """The same addresses for files; a page's form that was refused because nobody is signed in leads to signing in.
    Programs, and people whose right it is not, get the refusal as it is."""

    def led(route: Route) -> Route:
        async def answer(request: Request) -> Response:
            response: Response = await route.endpoint(request)
            page = _page(request) if response.status_code in REFUSED else None
            if page is None or not await _is_strange(request, registry, gate):
                return response
            return RedirectResponse(f"/auth/sign-in?next={quote(page)}", 303, {"cache-control": "no-store"})

        return Route(route.path, answer, methods=["POST"])

    return [led(route) if route.methods == {"POST"} else route for route in routes]


def _page(request: Request) -> str | None:
    """Path and query of the portal's page whose form this is; None: it is no page's, or that of another site."""
    if "authorization" in request.headers or not request.headers.get("content-type", "").startswith("multipart/"):
        return None
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host") or not parts.path.startswith("/"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


async def _is_strange(request: Request, registry: TenantRegistry, gate: Gate) -> bool:
    """Whether nobody is signed in, or nobody any more."""
    tenant = registry.at(request.headers.get("host", ""))
    if tenant is None:
        return False
    try:
        machine = await gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
    except BadRequestError as error:
        return error.code == "UNAUTHENTICATED"
    return not machine.viewer.is_member
