"""Files of voters over HTTP: an administrator sends a roll, of which keyed digests are kept and nothing else."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import counting.voter_roll
from auth.machine import Machine
from auth.secret import Keyed
from counting.voter_roll import Digested
from database.door import Database
from models import ident
from models.activity import PROVING
from models.refusal import Refusal, not_found
from models.voter_roll import MAX_FILE, RollColumn
from planner.act import Act
from planner.context import Asker
from server.api import form_file, refusal, roll_reading
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRecord, TenantRegistry

PATH = "/roll/file"
_UNKEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class SentRoll:
    """What a form says beside its file."""

    activity: str = ""
    name: str = ""


class RollUpload:
    """Serves `POST /roll/file`: `multipart/form-data` with the fields `activity`, `name` and `file`."""

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate, persons: Keyed) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate
        self._persons = persons

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Try a file. Browsers come back to the page of lists, programs get the roll's id."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        try:
            machine = await self._gate.sender(tenant, request.scope, of=PROVING)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        return await self._answer(tenant, machine, request)

    async def _answer(self, tenant: TenantRecord, machine: Machine, request: Request) -> Response:
        is_page, sent = "authorization" not in request.headers, SentRoll()
        try:
            async with AsyncExitStack() as stack:
                form = await form_file.read(request, MAX_FILE, roll_reading.too_large())
                stack.push_async_callback(form.close)
                said, file = [form.get(key) for key in ("activity", "name")], form.get("file")
                sent = SentRoll(*(one if isinstance(one, str) else "" for one in said))
                if not isinstance(file, UploadFile) or not file.size:
                    raise BadRequestError(422, "REQUIRED", "A file is wanted.")
                roll = await self._kept(tenant, machine, sent, file.file)
        except BadRequestError as error:
            status, code, message = error.status, error.code, error.message
        except Refusal as error:
            status, code, message = 422, error.code.value, error.message
        else:
            return _back(sent, {}) if is_page else JSONResponse({"voterRoll": roll}, 201, _UNKEPT)
        if is_page and sent.activity:
            return _back(sent, {"refused": code, "name": sent.name[:80]})
        return refusal.response(status, code, message)

    async def _kept(self, tenant: TenantRecord, machine: Machine, sent: SentRoll, file: IO[bytes]) -> str:
        activity = ident.decode("activity", tenant.number, sent.activity, "activity")
        if activity is None:
            raise not_found("activity")
        asker = Asker(tenant.number, machine.viewer, tenant.features, tenant.time_zone, persons=self._persons)
        async with self._database.transaction(tenant.number) as transaction:
            zone = await counting.voter_roll.to_take(Act(transaction, asker), activity)
        digested, said = await asyncio.to_thread(_read, asker, activity, zone, file)
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, asker)
            await counting.voter_roll.to_take(act, activity)
            roll = await counting.voter_roll.keep(act, activity=activity, name=sent.name, file=digested, said=said)
        self._database.note_change(tenant.number)
        return ident.encode("voterroll", tenant.number, roll)


def _read(asker: Asker, activity: UUID, zone: str | None, file: IO[bytes]) -> tuple[Digested, dict[RollColumn, str]]:
    """What is kept of a file. Raises BadRequestError, Refusal."""
    return roll_reading.made_of(
        file, lambda rows, said: (counting.voter_roll.digested(asker, activity, rows, zone), dict(said))
    )


def _back(sent: SentRoll, told: dict[str, str]) -> Response:
    """To the page of the vote's lists."""
    page = f"/gestion/votes/{quote(sent.activity, safe='')}/listes"
    return RedirectResponse(f"{page}?{urlencode(told)}" if told else f"{page}#listes", 303, _UNKEPT)
