"""The script of widgets over HTTP, at one address that stays, for pages of any site."""

import os

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import web
from portal import asset
from server.lasting import Lasting

PATH = "/widget.js"
KEPT = "public, max-age=600, stale-while-revalidate=86400"
"""Pages of other sites name this address for years: a new version of the product is theirs within minutes."""

_FOR_ALL = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}


class WidgetScript:
    """Hands the script of today over, as the build compressed it."""

    def __init__(self) -> None:
        self._files = Lasting(web.STATIC / "portal")

    def routes(self) -> list[Route]:
        """`/widget.js`."""
        return [Route(PATH, self.script, methods=["GET"])]

    async def script(self, request: Request) -> Response:
        """The script, which says nothing of any portal."""
        path = web.STATIC / "portal" / asset.file("widget.js")
        response = self._files.file_response(path, os.stat(path), request.scope)
        response.headers.update({"cache-control": KEPT, "x-content-type-options": "nosniff", **_FOR_ALL})
        return response
