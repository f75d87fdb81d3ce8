"""The logo over HTTP: an administrator sends one by a form or with a token, everybody gets what was drawn of it."""

from contextlib import AsyncExitStack
from functools import partial
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import office.logo
from auth import cookie
from auth.machine import Machine
from models.logo import MAX_BYTES, MAX_SIDE, SHOWN
from planner import mutation
from planner.act import Act
from planner.context import Asker
from portal import logo
from portal.logo import BadImageError, DrawnLogo, LargeImageError
from server.api import form_file, refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from server.page import drawing
from tenants.registry import TenantRecord

PATH, PAGE = "/logo", "/gestion/portail"
LASTING = "public, max-age=31536000, immutable"
HEADERS = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}
MESSAGES = {
    "BAD_IMAGE": "A whole PNG, JPEG or WebP picture is wanted, without animation and with nothing behind it.",
    "IMAGE_TOO_LARGE": f"A logo has at most {MAX_SIDE:,} pixels on each side and {MAX_BYTES // 1024**2} MB.",
}


class LogoSite(TenantRoutes):
    """Serves `POST /logo` (`multipart/form-data` with the field `file`) and `/logo-<digest>.png`."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.put, methods=["POST"]), Route("/logo-{digest:str}.png", self.send, methods=["GET"])]

    async def send(self, request: Request) -> Response:
        """The picture of a digest, which is kept for good."""
        tenant = self._registry.at(request.headers.get("host", ""))
        digest = request.path_params["digest"]
        rows = await self._database.rows(office.logo.SENT, tenant.number, digest=digest) if tenant else []
        if not rows:
            return refusal.response(404, "NOT_FOUND", "There is no such picture.")
        [[content]] = rows
        assert isinstance(content, bytes | memoryview)
        return Response(bytes(content), 200, HEADERS | {"cache-control": LASTING}, "image/png")

    async def put(self, request: Request) -> Response:
        """Draw what was sent and show it. Browsers come back to the page of settings, programs get the address."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page = "authorization" not in request.headers
        try:
            machine = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
            if not tenant.is_active or not machine.viewer.is_administrator:
                raise BadRequestError(403, "FORBIDDEN", "The logo is for administrators to change.")
            address = await self._shown(tenant, machine, await _sent(request))
        except BadRequestError as error:
            if is_page and error.status != 403:
                return RedirectResponse(f"{PAGE}?{urlencode({'refused': error.code})}#logo", 303, _UNKEPT)
            return refusal.response(error.status, error.code, error.message)
        if is_page:
            return RedirectResponse(f"{PAGE}#logo", 303, _UNKEPT)
        return JSONResponse({"logoUrl": address}, 201, _UNKEPT)

    async def _shown(self, tenant: TenantRecord, machine: Machine, drawn: DrawnLogo) -> str:
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features), is_detailed=True)
            outcome = await office.logo.put(
                act, content=drawn.content, digest=drawn.digest, width=drawn.width, height=drawn.height
            )
            await mutation.record(act, outcome)
        self._database.note_change(tenant.number)
        await self._registry.refresh()
        return office.logo.address(drawn.digest)


_UNKEPT = {"cache-control": "no-store"}


async def _sent(request: Request) -> DrawnLogo:
    """What was sent, drawn anew beside the loop. Raises BadRequestError."""
    async with AsyncExitStack() as stack:
        too_large = BadRequestError(413, "IMAGE_TOO_LARGE", MESSAGES["IMAGE_TOO_LARGE"])
        form = await form_file.read(request, MAX_BYTES, too_large)
        stack.push_async_callback(form.close)
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.size:
            raise BadRequestError(422, "REQUIRED", "A file is wanted.")
        content = await file.read()
    if len(content) > MAX_BYTES:
        raise too_large
    try:
        return await drawing.alone(partial(logo.drawn, max_side=MAX_SIDE, shown=SHOWN), content)
    except BadImageError as error:
        raise BadRequestError(422, "BAD_IMAGE", MESSAGES["BAD_IMAGE"]) from error
    except LargeImageError as error:
        raise BadRequestError(413, "IMAGE_TOO_LARGE", MESSAGES["IMAGE_TOO_LARGE"]) from error
