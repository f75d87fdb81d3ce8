"""Files of answers over HTTP: sent by a page of a survey or with a token, judged by what they are, read by the team."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import resolvers.answer_file
from auth import cookie
from auth.machine import Machine
from models import ident, writing
from models.answer_file import MB, MEDIA_TYPES, MOST_MB, FileType, kept_name, type_of
from models.refusal import ErrorCode, Refusal, not_found
from models.tenant import Feature
from planner import mutation
from planner.act import Act
from planner.context import Asker
from planner.request import BudgetExhaustedError
from server.api import form_file, refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from server.api.survey_file import FILE_PATH
from server.page.photo import HEADERS, PHOTO_COST, UNKEPT, drawn, prefix
from tenants.registry import TenantRecord

SEND_PATH = "/enquete/{activity:str}/fichier"
TOO_LARGE = f"A file has at most {MOST_MB} MB."
NOT_ACCEPTED = "A picture, a PDF or a text is wanted that is what its name says, and holds nothing that runs."


@dataclass(frozen=True, slots=True)
class SentForm:
    """What a page of a survey sends: the question, the version that was read, the page, what was chosen, and the page
    that is gone back to; 0: to the next one."""

    question: str
    version: int
    page: int
    back: int
    is_taken_back: bool
    content: bytes
    name: str


class AnswerFileSite(TenantRoutes):
    """Serves `POST /enquete/<survey>/fichier` (`multipart/form-data` with `question`, `version`, `page` and `file`, or
    `remove` in its place) and `GET /enquete/fichier/<id>`."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        read = Route(f"{FILE_PATH}{{file:uuid}}", self.send, methods=["GET"])
        return [read, Route(SEND_PATH, self.put, methods=["POST"])]

    async def send(self, request: Request) -> Response:
        """A file to keep, for the team; for all others there is none."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not _serves(tenant):
            return refusal.response(404, "NOT_FOUND", "There is no such file.")
        try:
            machine = await self._machine(tenant, request)
            async with self._database.transaction(tenant.number) as transaction:
                act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
                file = await resolvers.answer_file.read(act, request.path_params["file"])
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        except Refusal:
            return refusal.response(404, "NOT_FOUND", "There is no such file.")
        attached = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
        return Response(bytes(file.content), 200, HEADERS | attached, MEDIA_TYPES[file.type])

    async def put(self, request: Request) -> Response:
        """Keep what was sent, or take it back. Browsers go on to the next page, or back to theirs and are told why."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not _serves(tenant):
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page, sent = "authorization" not in request.headers, None
        try:
            machine = await self._machine(tenant, request)
            if not machine.viewer.is_member:
                raise BadRequestError(401, ErrorCode.UNAUTHENTICATED.value, "Sign in first.")
            self._gate.purse(tenant, machine, request.scope).spend(PHOTO_COST, True)
            sent = await _sent(request)
            await self._kept(tenant, machine, request.path_params["activity"], sent)
        except BudgetExhaustedError as error:
            message, wait = "You have asked for much in this minute: wait for the next.", str(error.reset_s)
            return refusal.response(429, "BUDGET_EXHAUSTED", message, {"retry-after": wait})
        except BadRequestError as error:
            if is_page and (sent is not None or error.status == 413):
                return _to(request, sent.page if sent else 0, {"refused": error.code})
            return refusal.response(error.status, error.code, error.message)
        if not is_page:
            return JSONResponse({}, 201, UNKEPT)
        return _to(request, sent.back or sent.page + (0 if sent.is_taken_back else 1), {})

    async def _machine(self, tenant: TenantRecord, request: Request) -> Machine:
        return await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)

    async def _kept(self, tenant: TenantRecord, machine: Machine, activity: str, sent: SentForm) -> None:
        if not sent.content and not sent.is_taken_back:
            return  # Whoever chooses nothing goes on with what was chosen before.
        try:
            id_ = _named(tenant, activity)
            kind, name, content = (None, "", b"") if sent.is_taken_back else await _judged(sent)
            async with self._database.transaction(tenant.number) as transaction:
                act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
                file = resolvers.answer_file.FileAsked(id_, sent.version, sent.question)
                if kind is None:
                    outcome = await resolvers.answer_file.take_back(act, file)
                else:
                    outcome = await resolvers.answer_file.put(act, file, name=name, kind=kind, content=content)
                await mutation.record(act, outcome)
        except Refusal as error:
            status = 404 if error.code is ErrorCode.NOT_FOUND else 422
            raise BadRequestError(status, error.code.value, error.message) from error
        self._database.note_change(tenant.number)


def _serves(tenant: TenantRecord) -> bool:
    return tenant.is_active and Feature.SURVEY in tenant.features


def _named(tenant: TenantRecord, text: str) -> UUID:
    activity = ident.decode("activity", tenant.number, text, "activity")
    if activity is None:
        raise not_found("activity")
    return activity


async def _judged(sent: SentForm) -> tuple[FileType, str, bytes]:
    """What a file is, under which name it is kept, and what is kept of it. Raises Refusal, BadRequestError."""
    kind = type_of(sent.content)
    name = None if kind is None else kept_name(sent.name, kind)
    if kind is None or name is None:
        raise Refusal(ErrorCode.FILE_NOT_ACCEPTED, NOT_ACCEPTED, "file")
    return kind, name, await drawn(sent.content) if kind is FileType.IMAGE else sent.content


async def _sent(request: Request) -> SentForm:
    """A page's form. Raises BadRequestError."""
    too_large = BadRequestError(413, ErrorCode.FILE_NOT_ACCEPTED.value, TOO_LARGE)
    async with AsyncExitStack() as stack:
        form = await form_file.read(request, MOST_MB * MB, too_large)
        stack.push_async_callback(form.close)
        file = form.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = writing.name(file.filename or "").replace("\\", "/") if isinstance(file, UploadFile) else ""
        numbers = {field: _number(form, field) for field in ("version", "page", "back")}
        return SentForm(
            _text(form, "question"),
            **numbers,
            is_taken_back="remove" in form,
            content=content,
            name=name.rpartition("/")[2],
        )


def _text(form: FormData, field: str) -> str:
    text = form.get(field)
    return text if isinstance(text, str) else ""


def _number(form: FormData, field: str) -> int:
    text = _text(form, field)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0


def _to(request: Request, page: int, told: dict[str, str]) -> Response:
    """A page of the survey, in the language of the page before."""
    there = f"{prefix(request)}/enquete/{quote(request.path_params['activity'], safe='')}"
    fields = ({"sheet": str(page)} if page else {}) | told
    return RedirectResponse(f"{there}?{urlencode(fields)}#questions", 303, UNKEPT)
