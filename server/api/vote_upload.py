"""Files of past votes over HTTP: an administrator sends a Pabulib file, to try rules on its ballots."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import counting.past_vote
from auth.machine import Machine
from models import ident
from models.activity import VOTING
from models.past_vote import MAX_FILE, PastVoteProblem
from models.refusal import Refusal
from planner.act import Act
from planner.context import Asker
from server.api import form_file, refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from tenants.registry import TenantRecord
from transfer.pabulib_vote import PabulibVote, PabulibVoteError, read

PATH = "/vote/file"


class VoteUpload(TenantRoutes):
    """Serves `POST /vote/file`: `multipart/form-data` with the field `file`, and from pages `activity`."""

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Keep a file. Browsers come back to the page of trials, programs get the past vote's id."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        try:
            machine = await self._gate.sender(tenant, request.scope, of=VOTING)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        return await self._answer(tenant, machine, request)

    async def _answer(self, tenant: TenantRecord, machine: Machine, request: Request) -> Response:
        is_page = "authorization" not in request.headers
        activity, told = "", dict[str, str]()
        try:
            file, name, activity = await _sent(request)
            content = _text(file)
            vote = await asyncio.to_thread(read, content)
            told = {"pastVote": await self._kept(tenant, machine, vote, content, name)}
        except BadRequestError as error:
            if not is_page or not activity:
                return refusal.response(error.status, error.code, error.message)
            told = {"refused": error.code}
        except PabulibVoteError as error:
            if not is_page or not activity:
                message = f"The file cannot be used: line {error.line}."
                return refusal.response(422, error.problem.value, message)
            told = {"refused": error.problem.value} | ({"line": str(error.line)} if error.line else {})
        if is_page and activity:
            page = f"/gestion/activites/{quote(activity, safe='')}/essai"
            return RedirectResponse(f"{page}?{urlencode(told)}", 303, refusal.UNKEPT)
        return JSONResponse(told, 201, refusal.UNKEPT)

    async def _kept(self, tenant: TenantRecord, machine: Machine, vote: PabulibVote, content: str, name: str) -> str:
        try:
            async with self._database.transaction(tenant.number) as transaction:
                act = Act(transaction, Asker(tenant.number, machine.viewer, tenant.features))
                past = await counting.past_vote.keep(act, vote=vote, content=content, file_name=name)
        except Refusal as error:
            raise BadRequestError(422, error.code.value, error.message) from error
        self._database.note_change(tenant.number)
        return ident.encode("pastvote", tenant.number, past)


def _text(content: bytes) -> str:
    """Raises PabulibVoteError."""
    try:
        return content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError as error:
        raise PabulibVoteError(PastVoteProblem.NOT_PABULIB) from error


async def _sent(request: Request) -> tuple[bytes, str, str]:
    """What a file holds, its name, and the activity whose page sent it. Raises BadRequestError."""
    too_large = BadRequestError(413, "FILE_TOO_LARGE", "A file has at most one megabyte.")
    async with AsyncExitStack() as stack:
        form = await form_file.read(request, MAX_FILE, too_large)
        stack.push_async_callback(form.close)
        content, name = await form_file.content(form, MAX_FILE, too_large)
        activity = form.get("activity")
    return content, name, activity if isinstance(activity, str) else ""
