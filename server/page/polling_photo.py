"""Photos of desks' sheets over HTTP: sent by an agent by a form or with a token, seen by the desk's team alone."""

import hashlib
from contextlib import AsyncExitStack
from functools import partial
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import counting.polling_record
from auth import cookie
from auth.machine import Machine
from database.door import Database
from models import ident
from models.polling_record import MAX_PHOTO_BYTES, MAX_PHOTO_SIDE, SHOWN_PHOTO
from models.refusal import ErrorCode, Refusal
from planner import mutation
from planner.act import Act
from planner.context import Asker
from planner.request import BudgetExhaustedError
from portal import logo
from portal.logo import BadImageError, LargeImageError
from server.api import form_file, refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.page import drawing
from tenants.registry import TenantRecord, TenantRegistry

PATH = "/bureau/photo"
UNKEPT = {"cache-control": "private, no-store"}
HEADERS = UNKEPT | {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}
BAD_IMAGE = "A whole PNG, JPEG or WebP picture is wanted, without animation and with nothing behind it."
TOO_LARGE = (
    f"A photo has at most {MAX_PHOTO_SIDE:,} pixels on each side and {MAX_PHOTO_BYTES // 1024**2} MB, and as PNG or"
    f" WebP {logo.MAX_PIXELS:,} pixels."
)
PHOTO_COST = 50_000
"""What a photo costs of whoever sends it, kept or not: 120 a minute of what a client has."""


class PollingPhotoSite:
    """Serves `POST /bureau/photo` (`multipart/form-data` with the fields `record` and `file`) and
    `/bureau/photo/<record>`."""

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.put, methods=["POST"]), Route(PATH + "/{record:str}", self.send, methods=["GET"])]

    async def send(self, request: Request) -> Response:
        """The photo of a record, for its desk's agents and administrators; else there is none."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "NOT_FOUND", "There is no such photo.")
        try:
            act_as = await self._machine(tenant, request)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        record = _named(tenant, request.path_params["record"])
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, act_as.viewer, tenant.features))
            content = await counting.polling_record.photo(act, record) if record else None
        if content is None:
            return refusal.response(404, "NOT_FOUND", "There is no such photo.")
        return Response(content, 200, HEADERS, "image/jpeg")

    async def put(self, request: Request) -> Response:
        """Keep what was sent, drawn anew. Browsers come back to the record's page, programs get the digest."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page, desk = "authorization" not in request.headers, ""
        try:
            machine = await self._machine(tenant, request)
            await self._let_in(tenant, machine)
            self._gate.purse(tenant, machine, request.scope).spend(PHOTO_COST, True)
            content, record, desk = await _sent(request)
            await self._let_in(tenant, machine, record)
            digest = await self._kept(tenant, machine, record, content)
        except BudgetExhaustedError as error:
            message, wait = "You have asked for much in this minute: wait for the next.", str(error.reset_s)
            return refusal.response(429, "BUDGET_EXHAUSTED", message, {"retry-after": wait})
        except BadRequestError as error:
            if is_page and desk:
                return _back(desk, {"refused": error.code})
            return refusal.response(error.status, error.code, error.message)
        if is_page and desk:
            return _back(desk, {"photo": "1"})
        return JSONResponse({"photoDigest": digest}, 201, UNKEPT)

    async def _machine(self, tenant: TenantRecord, request: Request) -> Machine:
        return await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)

    async def _let_in(self, tenant: TenantRecord, machine: Machine, record: str | None = None) -> None:
        """Before anything is read, whoever keeps no desk is refused; before anything is drawn, whoever does not keep
        the desk of this record. Raises BadRequestError."""
        id_ = _named(tenant, record) if record is not None else None
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
            is_let_in = await counting.polling_record.may_send_photo(act, id_)
        if not is_let_in or (record is not None and id_ is None):
            raise BadRequestError(404, ErrorCode.NOT_FOUND.value, "There is no such record.")

    async def _kept(self, tenant: TenantRecord, machine: Machine, record: str, sent: bytes) -> str:
        content = await drawn(sent)
        digest = hashlib.sha256(content).hexdigest()
        id_ = _named(tenant, record)
        try:
            async with self._database.transaction(tenant.number) as transaction:
                act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
                outcome = await counting.polling_record.put_photo(act, id_, content, digest)
                await mutation.record(act, outcome)
        except Refusal as error:
            status = 404 if error.code is ErrorCode.NOT_FOUND else 422
            raise BadRequestError(status, error.code.value, error.message) from error
        self._database.note_change(tenant.number)
        self._database.note_events(tenant.number)
        return digest


def _named(tenant: TenantRecord, record: str) -> UUID | None:
    """The record that an id names; None for what is none."""
    try:
        return ident.decode("pollingrecord", tenant.number, record)
    except Refusal:
        return None


def _back(desk: str, told: dict[str, str]) -> Response:
    return RedirectResponse(f"/bureau/{quote(desk, safe='')}/proces-verbal?{urlencode(told)}#photo", 303, UNKEPT)


async def _sent(request: Request) -> tuple[bytes, str, str]:
    """A file, the record that it is a photo of, and the desk whose page sent it. Raises BadRequestError."""
    async with AsyncExitStack() as stack:
        too_large = BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE)
        form = await form_file.read(request, MAX_PHOTO_BYTES, too_large)
        stack.push_async_callback(form.close)
        record, desk, file = form.get("record"), form.get("desk"), form.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
    texts = [one if isinstance(one, str) else "" for one in (record, desk)]
    return content, texts[0], texts[1]


async def drawn(sent: bytes) -> bytes:
    """The photo as a JPEG of our own making. Raises BadRequestError."""
    if not sent:
        raise BadRequestError(422, "REQUIRED", "A file is wanted.")
    if len(sent) > MAX_PHOTO_BYTES:
        raise BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE)
    try:
        return await drawing.alone(partial(logo.photo, max_side=MAX_PHOTO_SIDE, shown=SHOWN_PHOTO), sent)
    except BadImageError as error:
        raise BadRequestError(422, "BAD_IMAGE", BAD_IMAGE) from error
    except LargeImageError as error:
        raise BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE) from error
