"""Open data: what a portal's public sees, as files at addresses that stay, with schemas and a licence.

`/opendata/` leads to the page about them. Every file says when the portal last changed (`Last-Modified`, `ETag`), so
that whoever harvests asks for nothing twice.
"""

import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

import web
from auth.viewer import ANONYMOUS
from database.door import Database
from geo import cell
from models import ident
from planner.context import Asker
from planner.row import reader
from resolvers import tombstone
from schema.scoped import ScopedContract
from server.api import catalogue, column, data_package, mission_file, participation_table, refusal
from server.api.column import COMMENTS, CONTRIBUTIONS, TOMBSTONES, Node
from server.api.export import written
from server.api.feed import Feed
from server.api.table_schema import TABLES
from tenants import change
from tenants.registry import TenantRecord, TenantRegistry
from transfer.csv_writer import PROGRAMS, CsvWriter
from transfer.geojson_writer import GeoJsonWriter

FOLDER = "/opendata"
AT_ONCE = 4
"""Files that one process sends at a time: each reads all that a portal has."""

KEPT = "public, max-age=300"
VERSION = re.compile(r"[1-9]\d{0,5}", re.ASCII)
BEGINNING = datetime(2020, 3, 17, tzinfo=UTC)
"""When a portal changed of which nobody has heard yet."""

Stream = Callable[[Feed], AsyncIterator[bytes]]


class OpenData:
    """Serves the files of `/opendata/`."""

    def __init__(self, contract: ScopedContract, database: Database, registry: TenantRegistry) -> None:
        self._contract = contract
        self._database = database
        self._registry = registry
        self._under_way = 0

    def routes(self) -> list[Route]:
        """What the application serves."""
        streams: dict[str, tuple[str, Stream]] = {
            "contributions.csv": (CsvWriter.media_type, _contributions),
            "comments.csv": (CsvWriter.media_type, _comments),
            "contributions.geojson": (GeoJsonWriter.media_type, _features),
            "cells.geojson": (GeoJsonWriter.media_type, _cells),
            "tombstones.csv": (CsvWriter.media_type, _tombstones),
        }
        return [
            Route(FOLDER, _to_page, methods=["GET"]),
            Route(f"{FOLDER}/", _to_page, methods=["GET"]),
            Route(f"{FOLDER}/datapackage.json", self.package, methods=["GET"]),
            Route(f"{FOLDER}/README.md", self.readme, methods=["GET"]),
            Route(f"{FOLDER}/catalog.jsonld", self.catalogue, methods=["GET"]),
            Route(f"{FOLDER}/schemas/{{name}}.json", _table_schema, methods=["GET"]),
            *(Route(f"{FOLDER}/{name}.csv", partial(self.table, name), methods=["GET"]) for name in TABLES),
            Route(f"{FOLDER}/recount.py", _recount, methods=["GET"]),
            Route(f"{FOLDER}/missions.json", self.missions, methods=["GET"]),
            Route(f"{FOLDER}/votes/{{activity}}/{{name}}", self.vote_file, methods=["GET"]),
            *(
                Route(f"{FOLDER}/{name}", partial(self.file, media_type, stream), methods=["GET"])
                for name, (media_type, stream) in streams.items()
            ),
        ]

    async def package(self, request: HttpRequest) -> Response:
        """What there is, column by column (Frictionless Data Package)."""
        caller = await self.asked(request, "datapackage")
        if isinstance(caller, Response):
            return caller
        tenant, changed, headers = caller
        return JSONResponse(data_package.described(tenant, origin_of(request), changed), 200, headers)

    async def readme(self, request: HttpRequest) -> Response:
        """The same for people."""
        caller = await self.asked(request, "readme")
        if isinstance(caller, Response):
            return caller
        tenant, changed, headers = caller
        text = data_package.readme(tenant, origin_of(request), changed)
        return PlainTextResponse(text, 200, headers, "text/markdown; charset=utf-8")

    async def catalogue(self, request: HttpRequest) -> Response:
        """The same for harvesters of catalogues (DCAT-AP)."""
        caller = await self.asked(request, "catalog")
        if isinstance(caller, Response):
            return caller
        tenant, changed, headers = caller
        told = catalogue.described(tenant, origin_of(request), changed)
        return JSONResponse(told, 200, headers, catalogue.MEDIA_TYPE)

    async def table(self, name: str, request: HttpRequest) -> Response:
        """A table by one of the table schemas."""
        return await self.file(
            CsvWriter.media_type, partial(participation_table.written, name, origin_of(request)), request
        )

    async def vote_file(self, request: HttpRequest) -> Response:
        """A file that was published of a vote, byte for byte; `?version=` names one that is not the newest."""
        version = request.query_params.get("version")
        if version is not None and not VERSION.fullmatch(version):
            return refusal.response(404, "NOT_FOUND", "There is no such file.")
        caller = await self.asked(request, f"{request.url.path}-{version or 0}")
        if isinstance(caller, Response):
            return caller
        tenant, _, headers = caller
        name = request.path_params["name"]
        feed = Feed(self._contract, self._database, tenant, ANONYMOUS)
        content = await feed.vote_file(request.path_params["activity"], name, int(version) if version else None)
        if content is None:
            return refusal.response(404, "NOT_FOUND", "There is no such file.")
        types = {"json": "application/json", "pb": "text/plain; charset=utf-8"}
        media_type = types.get(name.rpartition(".")[2], CsvWriter.media_type)
        return Response(content.encode(), 200, headers, media_type)

    async def missions(self, request: HttpRequest) -> Response:
        """The slots of missions to come, in the fields of API Engagement, whose addresses are those of this host."""
        stream = partial(mission_file.written, origin=origin_of(request))
        return await self.file("application/json", stream, request)

    async def file(self, media_type: str, stream: Stream, request: HttpRequest) -> Response:
        """A file, sent while it is read."""
        caller = await self.asked(request, request.url.path)
        if isinstance(caller, Response):
            return caller
        tenant, _, headers = caller
        if self._under_way >= AT_ONCE:
            return refusal.response(503, "BUSY", "Too many files are being sent: try again.", {"retry-after": "30"})
        if request.method == "HEAD":
            return Response(b"", 200, headers, media_type)
        feed = Feed(self._contract, self._database, tenant, ANONYMOUS)
        return StreamingResponse(self._counted(stream(feed)), 200, headers, media_type)

    async def _counted(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._under_way += 1
        try:
            async for chunk in stream:
                yield chunk
        finally:
            self._under_way -= 1

    async def asked(self, request: HttpRequest, what: str) -> tuple[TenantRecord, datetime, dict[str, str]] | Response:
        """Whose data, when they last changed and what says so; or why there is nothing to send."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            return refusal.response(503, "TENANT_SUSPENDED", "This portal is suspended.")
        last = await change.last(self._database, tenant.number)
        version, changed = (last.version, last.changed_at) if last else (0, BEGINNING)
        tag = f'W/"{tenant.number}-{version}-{what.rpartition("/")[2]}"'
        headers = {
            "etag": tag,
            "last-modified": format_datetime(changed.astimezone(UTC), usegmt=True),
            "cache-control": KEPT,
            "access-control-allow-origin": "*",
            "link": f'<{data_package.LICENCE_URL}>; rel="license"',
        }
        if _has(request, tag, changed):
            return Response(b"", 304, headers)
        return tenant, changed, headers


def _has(request: HttpRequest, tag: str, changed: datetime) -> bool:
    """Whether whoever asks has it already: by the tag, else by the time."""
    if (given := request.headers.get("if-none-match")) is not None:
        return tag.removeprefix("W/") in given
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, TypeError):
        return False
    return since.tzinfo is not None and changed.replace(microsecond=0) <= since


def origin_of(request: HttpRequest) -> str:
    """What the addresses of the host that is asked begin with."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


async def _table_schema(request: HttpRequest) -> Response:
    """One of the table schemas, the same at every portal but for its own address."""
    name, headers = request.path_params["name"], {"cache-control": KEPT, "access-control-allow-origin": "*"}
    if name not in TABLES:
        return refusal.response(404, "NOT_FOUND", "There is no such schema.")
    told = {**TABLES[name].described(), "path": data_package.schema_address(origin_of(request), name)}
    return JSONResponse(told, 200, headers)


async def _recount(_request: HttpRequest) -> Response:
    """The program that recounts a vote from its files, as it is in the source."""
    headers = {"cache-control": KEPT, "access-control-allow-origin": "*"}
    return PlainTextResponse(web.RECOUNT.read_bytes(), 200, headers, "text/x-python; charset=utf-8")


async def _to_page(_request: HttpRequest) -> Response:
    return RedirectResponse("/donnees", 303)


def _contributions(feed: Feed) -> AsyncIterator[bytes]:
    return written(feed.contributions(), CONTRIBUTIONS, CsvWriter(PROGRAMS), None)


def _comments(feed: Feed) -> AsyncIterator[bytes]:
    return written(feed.comments(), COMMENTS, CsvWriter(PROGRAMS), None)


def _tombstones(feed: Feed) -> AsyncIterator[bytes]:
    return written(_withdrawn(feed), TOMBSTONES, CsvWriter(PROGRAMS), None)


async def _withdrawn(feed: Feed) -> AsyncIterator[list[Node]]:
    """Contributions, then replies, that were public and are not any more."""
    asker = Asker(feed.tenant.number, ANONYMOUS, feed.tenant.features)
    for kind, statement in (("contribution", tombstone.page(asker.sight)), ("comment", tombstone.replies(asker.sight))):
        async for stones in _stones(feed, kind, statement):
            yield stones


async def _stones(feed: Feed, kind: str, statement: Any) -> AsyncIterator[list[Node]]:
    read, after = reader(statement, tombstone.Tombstone), UUID(int=0)
    while page := await feed.database.rows(statement, feed.tenant.number, after=after, viewer=None):
        rows = [read(row) for row in page]
        after = rows[-1].id
        yield [
            {
                "id": ident.encode(kind, feed.tenant.number, each.id),
                "kind": each.kind,
                "publishedAt": each.published_at.astimezone(UTC).isoformat(),
            }
            for each in rows
        ]


async def _features(feed: Feed) -> AsyncIterator[bytes]:
    """A feature for each contribution that has a place: its hexagon, or the exact point that its author published."""
    writer, columns = GeoJsonWriter(), [each for each in CONTRIBUTIONS if each.name not in ("lat", "lng", "body")]
    yield writer.begin()
    async for page in feed.contributions():
        located = [column.declared(node) for node in page if node["location"] is not None]
        if data := writer.features(
            (_geometry(node), {each.name: value for each in columns if (value := each.value(node)) is not None})
            for node in located
        ):
            yield data
    yield writer.end()


async def _cells(feed: Feed) -> AsyncIterator[bytes]:
    """A feature for each hexagon: how many contributions are in it, by kind. Memory is that of the hexagons."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    writer = GeoJsonWriter()
    yield writer.begin()
    async for page in feed.contributions():
        for node in page:
            if node["location"] is not None:
                counts[node["location"]["cell"]][node["kind"]] += 1
    for hexagon in sorted(counts):
        kinds = {kind.lower(): count for kind, count in sorted(counts[hexagon].items())}
        yield writer.features([(_hexagon(hexagon), {"cell": hexagon, "total": counts[hexagon].total(), **kinds})])
    yield writer.end()


def _geometry(node: Node) -> dict[str, Any]:
    place = node["location"]
    if place["precision"] == "EXACT":
        return {"type": "Point", "coordinates": [place["lng"], place["lat"]]}
    return _hexagon(place["cell"])


def _hexagon(text: str) -> dict[str, Any]:
    corners = [[lng, lat] for lat, lng in cell.boundary(cell.from_text(text))]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
