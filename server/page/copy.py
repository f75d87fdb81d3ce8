"""A person's copy: `/moi/donnees.json` and `.html`, for whoever is signed in in a browser, and of nobody else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from auth import cookie
from portal.copy import Copy
from portal.message import NAMES
from resolvers import personal
from server.api import refusal
from server.api.request import BadRequestError
from server.api.site import TenantRoutes
from server.page import house
from tenants.registry import TenantRecord

MEDIA_TYPES = {"json": "application/json", "html": "text/html; charset=utf-8"}


class OwnCopy(TenantRoutes):
    """Serves the copy, written as it is read: neither the person's data nor the file is in memory as a whole."""

    def routes(self) -> list[Route]:
        """What the application serves, under the languages' prefixes, too."""
        prefixes = ["", *(f"/{language}" for language in NAMES)]
        return [
            Route(f"{prefix}/moi/donnees.{kind}", partial(self.copy, kind, prefix.strip("/")), methods=["GET"])
            for prefix in prefixes
            for kind in MEDIA_TYPES
        ]

    async def copy(self, kind: str, language: str, request: Request) -> Response:
        """The file. A token is no browser: whoever holds a widget's or a machine's gets nothing of the person."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            return refusal.response(503, "TENANT_SUSPENDED", "This portal is suspended.")
        headers = cookie.gathered(request.scope["headers"])
        try:
            machine = await self._gate.machine(tenant, headers, request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        actor = machine.viewer.actor_id
        if actor is None or b"authorization" in headers:
            return refusal.response(401, "UNAUTHENTICATED", "Sign in in a browser first.")
        sections = personal.copied(self._database, tenant.number, actor)
        body = _json(tenant, sections) if kind == "json" else _html(tenant, language, sections)
        named = {"content-disposition": f'attachment; filename="{tenant.slug}-mes-donnees.{kind}"'}
        kept = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
        return StreamingResponse(body, 200, named | kept, MEDIA_TYPES[kind])


Sections = AsyncIterator[tuple[str, personal.Rows]]


async def _json(tenant: TenantRecord, sections: Sections) -> AsyncIterator[bytes]:
    """One object with an array a section."""
    yield b'{"portal":%b,"at":%b' % (orjson.dumps(tenant.slug), orjson.dumps(datetime.now(UTC)))
    section = ""
    async for name, rows in sections:
        objects = b",".join(map(orjson.dumps, rows))
        if name != section:
            yield b"%b,%b:[%b" % (b"]" if section else b"", orjson.dumps(name), objects)
            section = name
        elif objects:
            yield b"," + objects
    yield b"]}" if section else b"}"


async def _html(tenant: TenantRecord, language: str, sections: Sections) -> AsyncIterator[str]:
    whose = house.of(tenant, is_demo=False)
    copy = Copy(whose, language or whose.locales[0])
    yield copy.begin()
    async for name, rows in sections:
        yield "".join(copy.part(name, rows))
    yield copy.end()
