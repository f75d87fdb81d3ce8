"""Electoral rolls over HTTP: an administrator sends one, with which a petition's signatures are compared; it is kept
nowhere."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from typing import IO
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import office.petition_roll
from auth.machine import Machine
from auth.secret import Keyed
from database.door import Database
from models import ident
from models.refusal import ErrorCode, Refusal, not_found
from models.tenant import Feature
from models.voter_roll import MAX_FILE, RollColumn
from office.petition_roll import KeyedElectors
from planner import mutation
from planner.act import Act
from planner.context import Asker
from server.api import form_file, refusal, roll_reading
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRecord, TenantRegistry
from transfer.roll import RollRow

PATH = "/petition/liste"
_UNKEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class SentElectors:
    """What a form says beside its file."""

    contribution: str = ""
    commune: str = ""
    as_of: str = ""


class PetitionRollUpload:
    """Serves `POST /petition/liste`: `multipart/form-data` with `contribution`, `commune` (where the portal is of
    several), `asOf` (the day of the roll) and `file`."""

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate, persons: Keyed) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate
        self._persons = persons

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Compare with a file. Browsers come back to the page of the check, programs get its rows' count."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page, sent = "authorization" not in request.headers, SentElectors()
        try:
            machine = await self._gate.sender(tenant, request.scope, of=(Feature.PETITION,))
            async with AsyncExitStack() as stack:
                form = await form_file.read(request, MAX_FILE, roll_reading.too_large())
                stack.push_async_callback(form.close)
                said, file = [form.get(key) for key in ("contribution", "commune", "asOf")], form.get("file")
                sent = SentElectors(*(one if isinstance(one, str) else "" for one in said))
                if not isinstance(file, UploadFile) or not file.size:
                    raise BadRequestError(422, "REQUIRED", "A file is wanted.")
                keyed = await self._compared(tenant, machine, sent, file.file)
        except BadRequestError as error:
            status, code, message = error.status, error.code, error.message
        except Refusal as error:
            status, code, message = 422, error.code.value, error.message
        else:
            told = {"rowCount": keyed.row_count, "refusedCount": keyed.refused_count}
            return _back(sent, {}) if is_page else JSONResponse(told, 201, _UNKEPT)
        if is_page and sent.contribution:
            return _back(sent, {"refused": code, "asOf": sent.as_of[:10], "commune": sent.commune[:5]})
        return refusal.response(status, code, message)

    async def _compared(
        self, tenant: TenantRecord, machine: Machine, sent: SentElectors, file: IO[bytes]
    ) -> KeyedElectors:
        contribution = ident.decode("contribution", tenant.number, sent.contribution, "contribution")
        if contribution is None:
            raise not_found("contribution")
        as_of = _day(sent.as_of)
        asker = Asker(tenant.number, machine.viewer, tenant.features, tenant.time_zone, persons=self._persons)
        async with self._database.transaction(tenant.number) as transaction:
            commune = await office.petition_roll.to_compare(Act(transaction, asker), contribution, sent.commune, as_of)
        keyed = await asyncio.to_thread(_keyed, asker, contribution, file)
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, asker)
            await office.petition_roll.to_compare(act, contribution, commune, as_of)
            outcome = await office.petition_roll.compare(
                act, contribution=contribution, commune=commune, as_of=as_of, file=keyed
            )
            await mutation.record(act, outcome)
        self._database.note_change(tenant.number)
        self._database.note_events(tenant.number)
        return keyed


def _keyed(asker: Asker, contribution: UUID, file: IO[bytes]) -> KeyedElectors:
    """What is compared of a file, which says family and given names apart. Raises BadRequestError, Refusal."""

    def made(rows: Iterator[RollRow], said: Mapping[RollColumn, str]) -> KeyedElectors:
        if not {RollColumn.FAMILY_NAME, RollColumn.GIVEN_NAMES} <= said.keys():
            raise roll_reading.no_columns()
        return office.petition_roll.keyed(asker, contribution, rows)

    return roll_reading.made_of(file, made)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Refusal(ErrorCode.REQUIRED, "Say of which day the roll is.", "asOf") from error


def _back(sent: SentElectors, told: dict[str, str]) -> Response:
    """To the page of the check."""
    page = f"/gestion/petitions/{quote(sent.contribution, safe='')}/controle"
    return RedirectResponse(f"{page}?{urlencode(told)}#liste" if told else f"{page}#liste", 303, _UNKEPT)
