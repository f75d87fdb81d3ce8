"""Files of zones over HTTP: an administrator sends GeoJSON, which is looked at before anything is drawn."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import resolvers.zone
import tenants.territory
from auth.machine import Machine
from models import ident
from models.zone import MAX_FILE
from planner.act import Act
from planner.context import Asker
from server.api import form_file, refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from tenants import zone
from tenants.registry import TenantRecord
from tenants.zone import ZoneFile, ZoneFileError

PATH, PAGE = "/zone/file", "/gestion/quartiers"


class ZoneUpload(TenantRoutes):
    """Serves `POST /zone/file`: `multipart/form-data` with the fields `file` and, if it is known, `nameProperty`."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Keep what a file would draw. Browsers come to the page that shows it, programs get the change's id."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page = "authorization" not in request.headers
        try:
            machine = await self._gate.sender(tenant, request.scope)
            change = await self._kept(tenant, machine, *await _sent(request))
        except BadRequestError as error:
            if is_page and error.status != 403:
                return RedirectResponse(f"{PAGE}?{urlencode({'refused': error.code})}#fichier", 303, refusal.UNKEPT)
            return refusal.response(error.status, error.code, error.message)
        if is_page:
            return RedirectResponse(f"{PAGE}#apercu", 303, refusal.UNKEPT)
        return JSONResponse({"zoneChange": change}, 201, refusal.UNKEPT)

    async def _kept(self, tenant: TenantRecord, machine: Machine, file: ZoneFile, name: str) -> str:
        around = tenants.territory.read(await self._database.rows(tenants.territory.CENTER, of=tenant.number))
        try:
            near = zone.located(file, around)
        except ZoneFileError as error:
            raise _unusable(error) from error
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
            change = await resolvers.zone.keep(act, file=near, file_name=name)
        self._database.note_change(tenant.number)
        return ident.encode("zonechange", tenant.number, change)


async def _sent(request: Request) -> tuple[ZoneFile, str]:
    """What a file would draw, found beside the loop, and its name. Raises BadRequestError."""
    too_large = BadRequestError(413, "FILE_TOO_LARGE", f"A file has at most {MAX_FILE // 1024**2} MB.")
    async with AsyncExitStack() as stack:
        form = await form_file.read(request, MAX_FILE, too_large)
        stack.push_async_callback(form.close)
        content, file_name = await form_file.content(form, MAX_FILE, too_large)
        name = form.get("nameProperty")
    try:
        return await asyncio.to_thread(zone.parse, content, name.strip() if isinstance(name, str) else ""), file_name
    except ZoneFileError as error:
        raise _unusable(error) from error


def _unusable(error: ZoneFileError) -> BadRequestError:
    return BadRequestError(422, error.code.value, f"The file cannot be used: {error}.")
