"""Where rolls are sent: a form of a page, or a program with a token; what is made of the file is each route's own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import IO, ClassVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.machine import Machine
from auth.secret import Keyed
from database.door import Database
from models.refusal import Refusal
from models.tenant import Feature
from models.voter_roll import MAX_FILE
from planner.context import Asker
from server.api import form_file, person_list, refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRecord, TenantRegistry

Said = Mapping[str, str]
"""What a form says beside its file; empty where it does not say it."""


class FormDoor(ABC):
    """Serves `POST` of `path`, `multipart/form-data` with the `fields` and `file`, where one of the features is on."""

    path: ClassVar[str]
    features: ClassVar[Sequence[Feature]]
    fields: ClassVar[Sequence[str]]

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate, persons: Keyed) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate
        self._persons = persons

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(self.path, self.file, methods=["POST"])]

    async def file(self, request: Request) -> Response:
        """Take a file. Browsers come back to their page, programs get what was made of it."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        is_page, said = "authorization" not in request.headers, dict.fromkeys(self.fields, "")
        try:
            machine = await self._gate.sender(tenant, request.scope, of=self.features)
            async with AsyncExitStack() as stack:
                form = await form_file.read(request, MAX_FILE, person_list.too_large())
                stack.push_async_callback(form.close)
                said |= {name: text for name in self.fields if isinstance(text := form.get(name), str)}
                file = form.get("file")
                if not isinstance(file, UploadFile) or not file.size:
                    raise BadRequestError(422, "REQUIRED", "A file is wanted.")
                told = await self._taken(tenant, machine, said, file.file)
        except BadRequestError as error:
            status, code, message = error.status, error.code, error.message
        except Refusal as error:
            status, code, message = 422, error.code.value, error.message
        else:
            return _back(self._page(said, None)) if is_page else JSONResponse(told, 201, refusal.UNKEPT)
        if is_page and said[self.fields[0]]:
            return _back(self._page(said, code))
        return refusal.response(status, code, message)

    def _asker(self, tenant: TenantRecord, machine: Machine) -> Asker:
        return Asker(tenant.number, machine.viewer, tenant.features, tenant.time_zone, persons=self._persons)

    @abstractmethod
    async def _taken(self, tenant: TenantRecord, machine: Machine, said: Said, file: IO[bytes]) -> dict[str, object]:
        """Take the file; what programs are told. Raises BadRequestError, Refusal."""

    @abstractmethod
    def _page(self, said: Said, refused: str | None) -> str:
        """The address of the form's page, which says why the file was refused."""


def _back(page: str) -> Response:
    return RedirectResponse(page, 303, refusal.UNKEPT)
