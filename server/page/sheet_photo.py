"""Photos of petitions' sheets over HTTP: sent by whoever speaks for the city by a form or with a token, and seen by
them alone."""

import hashlib
from contextlib import AsyncExitStack
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import resolvers.signature_sheet
from auth import cookie
from auth.machine import Machine
from database.door import Database
from models import ident
from models.polling_record import MAX_PHOTO_BYTES
from models.refusal import ErrorCode, Refusal
from planner import mutation
from planner.act import Act
from planner.context import Asker
from planner.request import BudgetExhaustedError
from server.api import form_file, refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.page.polling_photo import HEADERS, PHOTO_COST, TOO_LARGE, UNKEPT, drawn
from tenants.registry import TenantRecord, TenantRegistry

PATH = "/petition/feuille/{sheet:str}/photo"
ABSENT = "There is no such sheet."


class SheetPhotoSite:
    """Serves `POST` (`multipart/form-data` with the field `file`) and `GET /petition/feuille/<sheet>/photo`."""

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.put, methods=["POST"]), Route(PATH, self.send, methods=["GET"])]

    async def send(self, request: Request) -> Response:
        """The photo of a sheet, for those who speak for the city; else there is none."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "NOT_FOUND", ABSENT)
        try:
            machine = await self._machine(tenant, request)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        sheet = _named(tenant, request.path_params["sheet"])
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
            content = await resolvers.signature_sheet.photo(act, sheet) if sheet else None
        if content is None:
            return refusal.response(404, "NOT_FOUND", ABSENT)
        return Response(content, 200, HEADERS, "image/jpeg")

    async def put(self, request: Request) -> Response:
        """Keep what was sent, drawn anew. Browsers come back to the page of sheets, programs get the digest."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        petition = ""
        try:
            machine = await self._machine(tenant, request)
            sheet = _named(tenant, request.path_params["sheet"])
            await self._let_in(tenant, machine, sheet)
            self._gate.purse(tenant, machine, request.scope).spend(PHOTO_COST, True)
            content, petition = await _sent(request)
            digest = await self._kept(tenant, machine, sheet, await drawn(content))
        except BudgetExhaustedError as error:
            message, wait = "You have asked for much in this minute: wait for the next.", str(error.reset_s)
            return refusal.response(429, "BUDGET_EXHAUSTED", message, {"retry-after": wait})
        except BadRequestError as error:
            if petition and "authorization" not in request.headers:
                return _back(petition, {"refused": error.code})
            return refusal.response(error.status, error.code, error.message)
        if petition and "authorization" not in request.headers:
            return _back(petition, {"photo": "1"})
        return JSONResponse({"photoDigest": digest}, 201, UNKEPT)

    async def _machine(self, tenant: TenantRecord, request: Request) -> Machine:
        return await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)

    async def _let_in(self, tenant: TenantRecord, machine: Machine, sheet: UUID | None) -> None:
        """Before anything is read, whoever does not speak for the city is refused. Raises BadRequestError."""
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
            if sheet is None or await resolvers.signature_sheet.of_city(act, sheet) is None:
                raise BadRequestError(404, ErrorCode.NOT_FOUND.value, ABSENT)

    async def _kept(self, tenant: TenantRecord, machine: Machine, sheet: UUID | None, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        assert sheet is not None
        try:
            async with self._database.transaction(tenant.number) as transaction:
                act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
                outcome = await resolvers.signature_sheet.put_photo(act, sheet, content, digest)
                await mutation.record(act, outcome)
        except Refusal as error:
            status = 404 if error.code is ErrorCode.NOT_FOUND else 422
            raise BadRequestError(status, error.code.value, error.message) from error
        self._database.note_change(tenant.number)
        self._database.note_events(tenant.number)
        return digest


def _named(tenant: TenantRecord, sheet: str) -> UUID | None:
    """The sheet that an id names; None for what is none."""
    try:
        return ident.decode("petitionsheet", tenant.number, sheet)
    except Refusal:
        return None


def _back(petition: str, told: dict[str, str]) -> Response:
    return RedirectResponse(f"/gestion/petitions/{quote(petition, safe='')}/feuilles?{urlencode(told)}", 303, UNKEPT)


async def _sent(request: Request) -> tuple[bytes, str]:
    """A file, and the petition whose page sent it. Raises BadRequestError."""
    async with AsyncExitStack() as stack:
        form = await form_file.read(request, MAX_PHOTO_BYTES, BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE))
        stack.push_async_callback(form.close)
        petition, file = form.get("contribution"), form.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
    return content, petition if isinstance(petition, str) else ""
