"""Upload: where administrators send files to be imported, by a form of the portal or with a token."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.machine import Machine
from intake import import_work
from jobs import upload
from models import ident
from models.import_run import MAX_FILE, SOURCE_LENGTH, ImportState
from models.refusal import ErrorCode, Refusal
from planner.act import Act
from planner.context import Asker
from resolvers import access, text
from server.api import form_file, refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from tenants.registry import TenantRecord

PATH = "/import/file"
PAGE = "/gestion/imports"
TRIAL_S, TRIAL_LOOKS = 3.0, 10
"""How long a browser waits for the trial of its file before it is shown that it is under way."""

STATUSES = {ErrorCode.NOT_FOUND: 404, ErrorCode.FORBIDDEN: 403}


class Upload(TenantRoutes):
    """Serves `/import/file`: `multipart/form-data` with the fields `file`, `activity` and `source`."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Keep a file and have it tried. Browsers are sent to its page, programs get the run's id."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            return refusal.response(503, "TENANT_SUSPENDED", "This portal is suspended.")
        is_page, said = "authorization" not in request.headers, dict[str, str]()
        try:
            machine = await self._gate.sender(tenant, request.scope)
            run = await self._kept(request, tenant, machine, said)
        except BadRequestError as error:
            return _refused(is_page, error.status, error.code, error.message, said)
        except Refusal as error:
            return _refused(is_page, STATUSES.get(error.code, 422), error.code.value, error.message, said)
        if is_page:
            await self._await_trial(tenant, run)
            return RedirectResponse(f"{PAGE}/{run}", 303, {"cache-control": "no-store"})
        return JSONResponse({"importRun": run}, 201, {"cache-control": "no-store"})

    async def _await_trial(self, tenant: TenantRecord, run: str) -> None:
        """Small files are tried at once: then their page says what was found, and not that one has to wait."""
        uuid = ident.decode("importrun", tenant.number, run)
        for _ in range(TRIAL_LOOKS):
            await asyncio.sleep(TRIAL_S / TRIAL_LOOKS)
            [[state]] = await self._database.rows(import_work.STATE, tenant.number, run=uuid)
            if state != ImportState.CHECKING.value:
                return

    async def _kept(self, request: Request, tenant: TenantRecord, machine: Machine, said: dict[str, str]) -> str:
        """The id of the new run. `said` gets the form's other fields as soon as they are read: a refusal keeps them."""
        async with AsyncExitStack() as stack:
            form = await form_file.read(request, MAX_FILE, _too_large())
            said |= {name: _field(form, name)[: SOURCE_LENGTH[1]] for name in ("activity", "source")}
            stack.push_async_callback(form.close)
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.size:
                raise BadRequestError(422, "REQUIRED", "A file is wanted.")
            source = text.line(_field(form, "source"), SOURCE_LENGTH, "source")
            activity = ident.decode("activity", tenant.number, _field(form, "activity"), "activity")
            async with self._database.transaction(tenant.number) as transaction:
                act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
                if activity is None:
                    raise Refusal(ErrorCode.NOT_FOUND, "There is no such activity.", "activity")
                await access.activity(act, activity)
                run = await upload.store(
                    transaction,
                    file.file,
                    name=file.filename or "",
                    source=source,
                    activity=activity,
                    actor=act.actor_or_none,
                )
        self._database.note_change(tenant.number)
        return ident.encode("importrun", tenant.number, run)


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _too_large() -> BadRequestError:
    return BadRequestError(413, "BODY_TOO_LARGE", f"A file has at most {MAX_FILE // 1024**2} MB.")


def _refused(is_page: bool, status: int, code: str, message: str, said: Mapping[str, str]) -> Response:
    """Browsers come back to the page of imports, which says what to do next, and what the form said."""
    if is_page and status != 403:
        return RedirectResponse(f"{PAGE}?{urlencode({'refused': code, **said})}", 303, {"cache-control": "no-store"})
    return refusal.response(status, code, message)
