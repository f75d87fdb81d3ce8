"""Widgets over HTTP: their script at one address that stays, and a page of another origin to look at them."""

import os
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import web
from portal import asset, widget
from portal.developer import not_found_page
from server.lasting import Lasting
from server.page.policy import FORM_HEADERS
from tenants.registry import TenantRegistry

SCRIPT, PREVIEW = widget.SCRIPT, widget.PREVIEW
KEPT = "public, max-age=600, stale-while-revalidate=86400"
"""Pages of other sites name this address for years: a new version of the product is theirs within minutes."""

POLICY = (
    "default-src 'none'; script-src {portal}; connect-src {portal}; frame-ancestors {portal}; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
"""What a strict host page allows."""

_FOR_ALL = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}


class WidgetPages:
    """Hands the script of today over, as the build compressed it; shows widgets at the origin `preview`."""

    def __init__(self, registry: TenantRegistry, preview: str | None) -> None:
        self._files = Lasting(web.STATIC / "portal")
        self._registry = registry
        self._host = urlsplit(preview).netloc if preview else None

    def routes(self) -> list[Route]:
        """`/widget.js` everywhere, `/widget-preview` at one host alone."""
        return [Route(SCRIPT, self.script, methods=["GET"]), Route(PREVIEW, self.preview, methods=["GET"])]

    async def script(self, request: Request) -> Response:
        """The script, which says nothing of any portal."""
        path = web.STATIC / "portal" / asset.file("widget.js")
        response = self._files.file_response(path, os.stat(path), request.scope)
        response.headers.update({"cache-control": KEPT, "x-content-type-options": "nosniff", **_FOR_ALL})
        return response

    async def preview(self, request: Request) -> Response:
        """A page as another site's, with one widget of a portal of this installation."""
        asked = dict(request.query_params)
        portal = asked.pop("portal", "")
        host = portal.partition("://")[2]
        is_here = self._host is not None and request.headers.get("host") == self._host
        if not is_here or portal != f"{request.url.scheme}://{host}" or self._registry.at(host) is None:
            return HTMLResponse(not_found_page(), 404, dict(FORM_HEADERS))
        page = widget.preview(portal, asked)
        if page is None:
            return HTMLResponse(not_found_page(), 404, dict(FORM_HEADERS))
        policy = {"content-security-policy": POLICY.format(portal=portal), "x-content-type-options": "nosniff"}
        return HTMLResponse(page, 200, policy | {"cache-control": "no-store", "referrer-policy": "no-referrer"})
