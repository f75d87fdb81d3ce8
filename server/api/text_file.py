"""Files of texts over HTTP: whoever edits a consultation sends Markdown or DOCX, and reads what it would publish."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth import cookie
from auth.machine import Machine
from models import ident
from models.refusal import Refusal, not_found
from models.tenant import Feature
from models.text_version import MAX_FILE
from office import text_publication
from planner.act import Act
from planner.context import Asker
from planner.who import forbidden
from resolvers.space_role import ACTIVITY_EDITOR
from server.api import form_file, refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from tenants.registry import TenantRecord
from transfer import text_source
from transfer.line import FileError

PATH = "/text/file"


@dataclass(frozen=True, slots=True)
class SentText:
    """What a form says, with the source that its file holds."""

    activity: str
    version: int
    source: str


class TextUpload(TenantRoutes):
    """Serves `POST /text/file`: `multipart/form-data` with the fields `activity`, `version` (the newest that was read,
    0: none) and `file`."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Prepare a version from a file. Browsers come to the page that shows it, programs get the draft's id."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page, activity = "authorization" not in request.headers, ""
        try:
            machine = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
            if not (tenant.is_active and machine.viewer.is_member and Feature.CONSULTATION in tenant.features):
                raise BadRequestError(403, "FORBIDDEN", "Texts are for those to send who edit a consultation.")
            activity, sent = await _sent(request)
            draft = await self._kept(tenant, machine, sent)
        except BadRequestError as error:
            status, code, message = error.status, error.code, error.message
        except Refusal as error:
            status, code, message = 422, error.code.value, error.message
        else:
            return _back(activity, {}) if is_page else JSONResponse({"draft": draft}, 201, refusal.UNKEPT)
        if is_page and activity:
            return _back(activity, {"refused": code})
        return refusal.response(status, code, message)

    async def _kept(self, tenant: TenantRecord, machine: Machine, sent: SentText) -> str:
        activity = ident.decode("activity", tenant.number, sent.activity, "activity")
        if activity is None:
            raise not_found("activity")
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features, tenant.time_zone))
            if not ACTIVITY_EDITOR.require(machine.viewer):
                assert ACTIVITY_EDITOR.otherwise is not None
                if not await ACTIVITY_EDITOR.otherwise(act, {"activity": activity}):
                    raise forbidden()
            done = await text_publication.prepare(act, activity=activity, version=sent.version, source=sent.source)
        self._database.note_change(tenant.number)
        draft = done.values["text_version_id"]
        return f"textversion_{tenant.number}_{draft}"


async def _sent(request: Request) -> tuple[str, SentText]:
    """What a form says, its file read beside the loop. Raises BadRequestError."""
    too_large = BadRequestError(413, "FILE_TOO_LARGE", f"A file has at most {MAX_FILE // 1024**2} MB.")
    async with AsyncExitStack() as stack:
        form = await form_file.read(request, MAX_FILE, too_large)
        stack.push_async_callback(form.close)
        said = [one if isinstance(one := form.get(name), str) else "" for name in ("activity", "version")]
        content, _ = await form_file.content(form, MAX_FILE, too_large)
    if not said[1].isdecimal() or len(said[1]) > 4:
        raise BadRequestError(422, "REQUIRED", "Say which version was read.")
    try:
        source = await asyncio.to_thread(text_source.read, content)
    except FileError as error:
        raise BadRequestError(422, error.problem.value, "The file cannot be read.") from error
    return said[0], SentText(said[0], int(said[1]), source)


def _back(activity: str, told: dict[str, str]) -> Response:
    """To the page where the text is prepared."""
    page = f"/gestion/activites/{quote(activity, safe='')}/texte"
    return RedirectResponse(f"{page}?{urlencode(told)}" if told else f"{page}#apercu", 303, refusal.UNKEPT)
