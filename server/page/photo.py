"""Photos over HTTP: sent by a form of a page or with a token, drawn anew; of paper they are seen by the same alone.

What they are photos of is in `polling_photo.py`, `sheet_photo.py` and `response_photo.py`, which sends its own.
"""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth import cookie
from auth.machine import Machine
from database.door import Database, Transaction
from models import ident
from models.polling_record import MAX_PHOTO_BYTES, MAX_PHOTO_SIDE, SHOWN_PHOTO
from models.refusal import ErrorCode, Refusal
from planner import mutation
from planner.act import Act, Outcome
from planner.context import Asker
from planner.request import BudgetExhaustedError
from portal import logo
from portal.logo import BadImageError, LargeImageError
from server.api import form_file, refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.page import drawing
from tenants.registry import TenantRecord, TenantRegistry

UNKEPT = {"cache-control": "private, no-store"}
HEADERS = UNKEPT | {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}
BAD_IMAGE = "A whole PNG, JPEG or WebP picture is wanted, without animation and with nothing behind it."
TOO_LARGE = (
    f"A photo has at most {MAX_PHOTO_SIDE:,} pixels on each side and {MAX_PHOTO_BYTES // 1024**2} MB, and as PNG or"
    f" WebP {logo.MAX_PIXELS:,} pixels."
)
PHOTO_COST = 50_000
"""What a photo costs of whoever sends it, kept or not: 120 a minute of what a client has."""


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo as it is kept, drawn anew; `small` is empty where none is wanted. `words` are its form's."""

    content: bytes
    digest: str
    small: bytes
    size: tuple[int, int]
    words: str


@dataclass(frozen=True, slots=True)
class Pictured:
    """What photos are taken of."""

    type_name: str
    """As in its ids."""
    path: str
    """Where it is sent; with `{id}`, or the form has a field `id_field`."""
    id_field: str
    page_field: str
    """The form's field that names the page to come back to; without it the answer is JSON."""
    page: Callable[[str, str], tuple[str, str]]
    """The address of the page that is named, and the part of it about what has this id."""
    absent: str
    """What is said where there is none that the asker may see."""
    may_send: Callable[[Act, UUID | None], Awaitable[bool]]
    """Whether the asker may send one of this, or of any where it is not known yet."""
    put: Callable[[Act, UUID, KeptPhoto], Awaitable[Outcome]]
    """Keeps a photo. Raises Refusal."""
    shown: tuple[int, int] = SHOWN_PHOTO
    small: tuple[int, int] | None = None
    """Pixels into which a photo is drawn, and once more where it is shown small, too."""
    shown_at: str = ""
    """Where it is seen by those who may send it, with `{id}`; empty: another module sends it."""
    photo: Callable[[Act, UUID], Awaitable[bytes | None]] | None = None


class SentPhoto(NamedTuple):
    """What a form has: `words` say what the photo shows, where that is wanted."""

    content: bytes
    id: str
    page: str
    words: str


class PhotoSite:
    """Serves `POST` (`multipart/form-data` with the field `file`) and `GET` of photos of one kind."""

    def __init__(self, of: Pictured, database: Database, registry: TenantRegistry, gate: Gate) -> None:
        self._of = of
        self._database = database
        self._registry = registry
        self._gate = gate

    def routes(self) -> list[Route]:
        """What the application serves."""
        seen = [Route(self._of.shown_at, self.send, methods=["GET"])] if self._of.shown_at else []
        return [Route(self._of.path, self.put, methods=["POST"]), *seen]

    async def send(self, request: Request) -> Response:
        """A photo, for those who may send it; for others there is none."""
        assert self._of.photo is not None  # It has an address.
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "NOT_FOUND", self._of.absent)
        try:
            machine = await self._machine(tenant, request)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        id_ = self._named(tenant, request.path_params["id"])
        async with self._database.transaction(tenant.number) as transaction:
            content = await self._of.photo(_act(transaction, tenant, machine), id_) if id_ else None
        if content is None:
            return refusal.response(404, "NOT_FOUND", self._of.absent)
        return Response(content, 200, HEADERS, "image/jpeg")

    async def put(self, request: Request) -> Response:
        """Keep what was sent, drawn anew. Browsers come back to the page, programs get the digest."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page, sent = "authorization" not in request.headers, SentPhoto(b"", "", "", "")
        try:
            machine = await self._machine(tenant, request)
            await self._let_in(tenant, machine, request.path_params.get("id"))
            self._gate.purse(tenant, machine, request.scope).spend(PHOTO_COST, True)
            sent = await self._sent(request)
            id_ = await self._let_in(tenant, machine, request.path_params.get("id", sent.id))
            digest = await self._kept(tenant, machine, id_, await self._drawn(sent))
        except BudgetExhaustedError as error:
            message, wait = "You have asked for much in this minute: wait for the next.", str(error.reset_s)
            return refusal.response(429, "BUDGET_EXHAUSTED", message, {"retry-after": wait})
        except BadRequestError as error:
            if is_page and sent.page:
                return self._back(request, sent, {"refused": error.code, "words": sent.words})
            return refusal.response(error.status, error.code, error.message)
        return self._back(request, sent, {"photo": "1"}) if is_page and sent.page else _told(digest)

    async def _machine(self, tenant: TenantRecord, request: Request) -> Machine:
        return await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)

    async def _let_in(self, tenant: TenantRecord, machine: Machine, named: str | None) -> UUID | None:
        """What an id names, for whoever may send a photo of it; asked before anything is read, perhaps without an id,
        and again before anything is drawn. Raises BadRequestError."""
        id_ = None if named is None else self._named(tenant, named)
        async with self._database.transaction(tenant.number) as transaction:
            is_let_in = await self._of.may_send(_act(transaction, tenant, machine), id_)
        if not is_let_in or (named is not None and id_ is None):
            raise BadRequestError(404, ErrorCode.NOT_FOUND.value, self._of.absent)
        return id_

    async def _sent(self, request: Request) -> SentPhoto:
        """Raises BadRequestError."""
        async with AsyncExitStack() as stack:
            form = await form_file.read(request, MAX_PHOTO_BYTES, BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE))
            stack.push_async_callback(form.close)
            file = form.get("file")
            content = await file.read() if isinstance(file, UploadFile) else b""
            texts = [form.get(name) for name in (self._of.id_field, self._of.page_field, "words")]
        return SentPhoto(content, *(text if isinstance(text, str) else "" for text in texts))

    async def _drawn(self, sent: SentPhoto) -> KeptPhoto:
        """Raises BadRequestError."""
        content, small = await drawn(sent.content, self._of.shown), b""
        if self._of.small is not None:
            draw = partial(logo.photo, max_side=MAX_PHOTO_SIDE, shown=self._of.small)
            small = await drawing.alone(draw, content)
        return KeptPhoto(content, hashlib.sha256(content).hexdigest(), small, logo.size(content), sent.words)

    async def _kept(self, tenant: TenantRecord, machine: Machine, id_: UUID | None, photo: KeptPhoto) -> str:
        assert id_ is not None  # The second time it is named.
        try:
            async with self._database.transaction(tenant.number) as transaction:
                act = _act(transaction, tenant, machine)
                await mutation.record(act, await self._of.put(act, id_, photo))
        except Refusal as error:
            status = 404 if error.code is ErrorCode.NOT_FOUND else 422
            raise BadRequestError(status, error.code.value, error.message) from error
        self._database.note_change(tenant.number)
        self._database.note_events(tenant.number)
        return photo.digest

    def _named(self, tenant: TenantRecord, text: str) -> UUID | None:
        """What an id names; None for what is none."""
        try:
            return ident.decode(self._of.type_name, tenant.number, text)
        except Refusal:
            return None

    def _back(self, request: Request, sent: SentPhoto, told: dict[str, str]) -> Response:
        """To the page, in its language, with what was typed."""
        id_ = str(request.path_params.get("id", sent.id))
        address, part = self._of.page(sent.page, id_)
        said = {"of": id_} | {name: text for name, text in told.items() if text}
        return RedirectResponse(f"{prefix(request)}{address}?{urlencode(said)}{part}", 303, UNKEPT)


def _act(transaction: Transaction, tenant: TenantRecord, machine: Machine) -> Act:
    return Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))


def _told(digest: str) -> Response:
    return JSONResponse({"photoDigest": digest}, 201, UNKEPT)


def prefix(request: Request) -> str:
    """What the addresses of pages begin with, in the language of the page that sent a form (`langue`)."""
    language = request.query_params.get("langue", "")
    return f"/{language}" if len(language) == 2 and language.isascii() and language.isalpha() else ""


async def drawn(sent: bytes, shown: tuple[int, int] = SHOWN_PHOTO) -> bytes:
    """The photo as a JPEG of our own making, which fits into `shown`. Raises BadRequestError."""
    if not sent:
        raise BadRequestError(422, "REQUIRED", "A file is wanted.")
    if len(sent) > MAX_PHOTO_BYTES:
        raise BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE)
    try:
        return await drawing.alone(partial(logo.photo, max_side=MAX_PHOTO_SIDE, shown=shown), sent)
    except BadImageError as error:
        raise BadRequestError(422, "BAD_IMAGE", BAD_IMAGE) from error
    except LargeImageError as error:
        raise BadRequestError(413, "IMAGE_TOO_LARGE", TOO_LARGE) from error
