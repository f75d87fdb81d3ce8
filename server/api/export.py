"""Export: contributions and comments as files, for administrators and for machines with the scope EXPORT.

They are read through the contract, page by page, as whoever asks sees them: machines get what is public.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from auth import cookie
from auth.machine import Machine
from auth.viewer import ANONYMOUS, Viewer
from database.door import Database
from models import ident
from models.api_token import TokenScope
from models.base import utc_now
from models.event import EventKind
from models.refusal import ErrorCode, Refusal
from office.transparency import FIRST_YEAR, LAST_YEAR
from portal import measured, period
from portal.visit import Fields
from resolvers import portal
from schema.scoped import ScopedContract
from server.api import column, refusal
from server.api.column import COMMENTS, CONTRIBUTIONS, JOURNAL, MEASURES, MODERATION, ExportColumn
from server.api.feed import Feed, Node
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.page import house
from tenants.registry import TenantRecord, TenantRegistry
from transfer.csv_writer import EXCEL, CsvWriter
from transfer.xlsx_writer import XlsxWriter

JSON_LINES = "application/x-ndjson"

Writer = CsvWriter | XlsxWriter
WRITERS: Mapping[str, Callable[[], Writer]] = {"csv": partial(CsvWriter, EXCEL), "xlsx": XlsxWriter}


class Export:
    """Serves `/export/contributions.jsonl`, and `.csv` and `.xlsx` of contributions and comments with French titles."""

    def __init__(self, contract: ScopedContract, database: Database, registry: TenantRegistry, gate: Gate) -> None:
        self._contract = contract
        self._database = database
        self._registry = registry
        self._gate = gate

    def routes(self) -> list[Route]:
        """What the application serves."""
        files = [(what, kind) for what in ("contributions", "comments") for kind in WRITERS]
        return [
            Route("/export/contributions.jsonl", self.lines, methods=["GET"]),
            *(Route(f"/export/{what}.{kind}", partial(self.file, what, kind), methods=["GET"]) for what, kind in files),
            *(Route(f"/export/journal.{kind}", partial(self.journal, kind), methods=["GET"]) for kind in WRITERS),
            *(Route(f"/export/moderation-{{year:int}}.{kind}", partial(self.report, kind)) for kind in WRITERS),
            *(Route(f"/export/measures.{kind}", partial(self.measures, kind), methods=["GET"]) for kind in WRITERS),
        ]

    async def lines(self, request: HttpRequest) -> Response:
        """All contributions that are public, a JSON object a line, newest first."""
        caller = await self._let_in(request, is_for_machines=True)
        if isinstance(caller, Response):
            return caller
        tenant, _ = caller
        lines = _lines(Feed(self._contract, self._database, tenant, ANONYMOUS))
        return StreamingResponse(lines, media_type=JSON_LINES, headers={"cache-control": "no-store"})

    async def file(self, what: str, kind: str, request: HttpRequest) -> Response:
        """A table that opens in Excel, of one activity or of all."""
        caller = await self._let_in(request, is_for_machines=False)
        if isinstance(caller, Response):
            return caller
        tenant, viewer = caller
        activity = request.query_params.get("activity") or None
        try:
            if activity is not None and ident.decode("activity", tenant.number, activity, "activity") is None:
                return refusal.response(404, "NOT_FOUND", "There is no such activity.")
        except Refusal as error:
            return refusal.response(400, error.code.value, error.message)
        feed = Feed(self._contract, self._database, tenant, viewer, activity)
        clock = await self._clock(tenant)
        is_replies = what == "comments"
        pages, columns = (feed.comments(), COMMENTS) if is_replies else (feed.contributions(), CONTRIBUTIONS)
        return _attached(tenant, "reponses" if is_replies else "contributions", kind, pages, columns, clock)

    async def journal(self, kind: str, request: HttpRequest) -> Response:
        """The acts of the journal that the filters of its page leave, for administrators who are signed in."""
        caller = await self._administrator(request)
        if isinstance(caller, Response):
            return caller
        tenant, viewer = caller
        clock, query = await self._clock(tenant), _query(request)
        try:
            _require_readable(period.unread_span(query))
            filters = _filters(tenant, query) | period.between(clock, query)
        except Refusal as error:
            return refusal.response(400, error.code.value, error.message)
        pages = _acts(Feed(self._contract, self._database, tenant, viewer), filters)
        return _attached(tenant, "journal", kind, pages, JOURNAL, clock)

    async def measures(self, kind: str, request: HttpRequest) -> Response:
        """The breakdown that the page of measures shows at the same address, for administrators who are signed in."""
        let_in = await self._administrator(request)
        if isinstance(let_in, Response):
            return let_in
        tenant, viewer = let_in
        house_, query = house.of(tenant, is_demo=False), _query(request)
        asked: dict[str, Any] = {**measured.variables(house_, query)}
        try:
            _require_readable(measured.unreadable(query))
            if space := (query.get("space") or [""])[-1]:
                ident.decode("space", tenant.number, space, "space")
                asked["space"] = space
        except Refusal as error:
            return refusal.response(400, error.code.value, error.message)
        told = await Feed(self._contract, self._database, tenant, viewer).measures(asked)
        columns = [each for each in MEASURES if "votes" not in each.name or house_.asks_opinions]
        rows = _once(column.measured_rows(asked["by"], told))
        return _attached(tenant, "mesures", kind, rows, columns, ZoneInfo(house_.time_zone))

    async def report(self, kind: str, request: HttpRequest) -> Response:
        """The yearly report of moderation, for everybody."""
        tenant, year = self._registry.at(request.headers.get("host", "")), int(request.path_params["year"])
        if tenant is None or not tenant.is_active or not FIRST_YEAR <= year <= LAST_YEAR:
            return refusal.response(404, "NOT_FOUND", "There is no such report.")
        rows = await Feed(self._contract, self._database, tenant, ANONYMOUS).report(year)
        return _attached(tenant, f"moderation-{year}", kind, _once(rows), MODERATION, await self._clock(tenant))

    async def _administrator(self, request: HttpRequest) -> tuple[TenantRecord, Viewer] | Response:
        """The tenant, and the administrator who is signed in there."""
        let_in = await self._let_in(request, is_for_machines=False)
        if not isinstance(let_in, Response) and not let_in[1].is_administrator:
            return refusal.response(403, "FORBIDDEN", "This is for administrators.")
        return let_in

    async def _clock(self, tenant: TenantRecord) -> tzinfo:
        [[zone]] = await self._database.rows(portal.TIME_ZONE, tenant.number, number=tenant.number)
        return ZoneInfo(str(zone))

    async def _let_in(self, request: HttpRequest, *, is_for_machines: bool) -> tuple[TenantRecord, Viewer] | Response:
        """The tenant, and as whom the files are read."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            return refusal.response(503, "TENANT_SUSPENDED", "This portal is suspended.")
        try:
            machine = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        if (viewer := _reader(machine, is_for_machines=is_for_machines)) is None:
            return refusal.response(403, "FORBIDDEN", "An API token with the scope EXPORT is wanted.")
        return tenant, viewer


def _attached(
    tenant: TenantRecord,
    what: str,
    kind: str,
    pages: AsyncIterator[list[Node]],
    columns: Sequence[ExportColumn],
    clock: tzinfo,
) -> Response:
    """A table to keep, as people read it."""
    name, writer = f"{tenant.slug}-{what}-{utc_now():%Y-%m-%d}.{kind}", WRITERS[kind]()
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(written(pages, columns, writer, clock), 200, headers, writer.media_type)


def _filters(tenant: TenantRecord, query: Fields) -> dict[str, Any]:
    """The journal's filters in an address. Raises Refusal for what is no kind or id."""
    filters: dict[str, Any] = {name: text for name in ("by", "subject") for text in query.get(name, ()) if text}
    for name, text in filters.items():
        ident.of_any_kind(tenant.number, text, name)
    kinds = [text for text in query.get("kinds", ()) if text]
    if not set(kinds) <= EventKind.__members__.keys():
        raise Refusal(ErrorCode.BAD_INPUT, "This is no kind of event.", "kinds")
    return filters | ({"kinds": kinds} if kinds else {})


def _require_readable(unreadable: str | None) -> None:
    """A file has what its address asks for, or there is none. Raises Refusal for the filter that cannot be read."""
    if unreadable is not None:
        raise Refusal(ErrorCode.BAD_INPUT, "This filter cannot be read.", unreadable)


def _query(request: HttpRequest) -> Fields:
    """The fields of an address."""
    query: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        query.setdefault(name, []).append(text)
    return query


async def _once(rows: list[Node]) -> AsyncIterator[list[Node]]:
    yield rows


async def _acts(feed: Feed, filters: Mapping[str, Any]) -> AsyncIterator[list[Node]]:
    async for page in feed.acts(filters):
        yield [column.act(node) for node in page]


def _reader(machine: Machine, *, is_for_machines: bool) -> Viewer | None:
    """As whom: a machine with the scope as the public, an administrator as they are."""
    if TokenScope.EXPORT in machine.scopes:
        return ANONYMOUS
    return machine.viewer if machine.viewer.is_administrator and not is_for_machines else None


async def _lines(feed: Feed) -> AsyncIterator[bytes]:
    async for page in feed.contributions():
        yield b"".join(orjson.dumps(node, option=orjson.OPT_APPEND_NEWLINE) for node in page)


async def written(
    pages: AsyncIterator[list[Node]], columns: Sequence[ExportColumn], writer: Writer, clock: tzinfo | None
) -> AsyncIterator[bytes]:
    """A table's bytes; with a clock as people read it, without as programs do."""
    yield writer.begin([each.title if clock else each.name for each in columns])
    async for page in pages:
        nodes = [column.declared(node) for node in page]
        rows: list[Any] = [
            [each.shown(node, clock) if clock else each.value(node) for each in columns] for node in nodes
        ]
        if data := writer.rows(rows):
            yield data
    yield writer.end()
