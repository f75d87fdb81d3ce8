"""The application: the API in front, the pages behind it, and what runs beside them."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

import web
from database import fault
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from mail.letter import LOCAL_PORT
from portal.developer import not_found_page
from server import ending, header
from server.api import refusal
from server.api.answer_cache import GZIP_LEVEL
from server.api.endpoint import GraphQLEndpoint
from server.figure import Figures, kind_at
from server.lasting import Lasting
from server.live.socket import Sockets
from server.page import developer
from server.page.kept import KeptResponses
from server.process import Process
from server.settings import Settings

COLLECT_AFTER = (20_000, 20, 100)
"""Python's own 700 collects garbage in every request; requests create almost no reference cycles."""

SWITCH_AFTER_S = 0.001
"""Python's own 5 ms would hold up each step of a request while a thread plans a new document."""

_JSON = {"content-type": "application/json; charset=utf-8"}

logger = logging.getLogger("parvis.page")


class Application:
    """The API in front, the pages behind it: a GraphQL request passes no router and no middleware."""

    def __init__(
        self,
        graphql: GraphQLEndpoint,
        sockets: Sockets,
        pages: Starlette,
        kept: KeptResponses,
        figures: Figures,
        hsts_s: int,
    ) -> None:
        self._graphql = graphql
        self._sockets = sockets
        self._kept = kept
        self._requests = figures.requests
        self._hsts = (b"strict-transport-security", b"max-age=%d" % hsts_s) if hsts_s else None
        self._pages = pages
        self.state = pages.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live and die with the process."""
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
            return
        if self._hsts is not None:
            send = partial(_with_header, send, self._hsts)
        if scope["type"] == "http":
            try:
                scope = header.settled(scope)
            except header.BadHostError:
                await refusal.response(400, "BAD_HOST", "`Host` names one host.", _JSON)(scope, receive, send)
                return
        if scope["type"] == "http" and scope["path"] == "/graphql":
            await self._graphql(scope, receive, send)
            return
        began = perf_counter()
        key = self._kept.key(scope)
        try:
            if key is not None and await self._kept.answer(scope, key, send):
                return
            tagged = partial(_weakly_tagged, send)
            await self._pages(scope, receive, tagged if key is None else self._kept.keeping(scope, key, tagged))
        finally:
            if scope["type"] == "http":
                self._requests[kind_at(scope["path"])].add(perf_counter() - began)


async def _with_header(send: Send, header: tuple[bytes, bytes], message: Message) -> None:
    """Send, every answer with one header more."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], header]
    await send(message)


async def _weakly_tagged(send: Send, message: Message) -> None:
    """Send; the entity tag of what was compressed is weak, because what is not compressed has the same one."""
    if message["type"] == "http.response.start" and (b"content-encoding", b"gzip") in message["headers"]:
        message["headers"] = [
            (name, b"W/" + value if name == b"etag" and not value.startswith(b"W/") else value)
            for name, value in message["headers"]
        ]
    await send(message)


def build(settings: Settings, database: Database, port: int = LOCAL_PORT) -> Application:
    """The application over an open or not yet open database; it opens and closes it with its own life.

    `port` is where the demonstration is served.
    """
    process = Process(settings, database, port)
    pages = Starlette(
        routes=[
            *process.routes(),
            Mount("/static/portal", Lasting(web.STATIC / "portal")),
            Mount("/static", StaticFiles(directory=web.STATIC)),
            process.rest(),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=GZIP_LEVEL)],
        lifespan=lambda _: _life(process),
        exception_handlers={
            404: _not_found,
            TenantGoneError: _not_found,
            DatabaseUnavailableError: _away,
            StatementTimeoutError: _away,
            Exception: process.portals.failed,
        },
    )
    pages.state.registry, pages.state.contract = process.registry, process.contract
    pages.state.tokens = process.credentials.development
    pages.state.end_live = process.hub.end
    return Application(process.graphql(), process.sockets(), pages, process.responses, process.figures, settings.hsts_s)


@asynccontextmanager
async def _life(process: Process) -> AsyncIterator[None]:
    """What runs while the application serves."""
    await process.database.open()
    await process.registry.refresh()
    await process.changes.exchange()
    gc.collect()
    gc.freeze()  # What was built to start with stays: later collections need not walk through it.
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_AFTER_S)
    tasks = [asyncio.create_task(job.run()) for job in process.jobs]
    try:
        yield
    finally:
        await ending.stop(tasks)
        if process.traces is not None:
            await ending.within(asyncio.to_thread(process.traces.close))
        await ending.within(process.outbound.close())
        await ending.within(process.text_outbound.close())
        await ending.within(process.webhook_outbound.close())
        await ending.within(process.model_outbound.close())
        await ending.within(process.database.close())


async def _not_found(_request: Request, _error: Exception) -> Response:
    return developer.html(not_found_page(), 404)


async def _away(request: Request, error: Exception) -> Response:
    """Whoever writes over an address of a page's is answered by no operation, which would say in the log why not."""
    if not getattr(error, "is_told", False):
        asked = {"method": request.method, "kind": kind_at(request.url.path)}
        logger.warning("a request was not answered: %s", fault.chain(error), extra=asked)
    return PlainTextResponse("Le service revient dans un instant.", 503, {"retry-after": "5"})
