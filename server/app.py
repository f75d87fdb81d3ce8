"""The application: routes, pages, health, and what runs beside them."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from sqlalchemy import Select, literal_column, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

import schema.root
from auth.token import DevelopmentTokens
from jobs import worker
from planner.engine import Engine
from server import example, page
from server.answer_cache import AnswerCache
from server.graphql_endpoint import GraphQLEndpoint
from server.log import request_id
from server.settings import Settings
from tenants.change import Changes
from tenants.door import Database, DatabaseUnavailableError, StatementTimeoutError
from tenants.registry import TenantRecord, TenantRegistry

logger = logging.getLogger("parvis.app")

LOCAL_SUFFIX = "localhost"
GZIP_LEVEL = 4
"""A third of level 9's time for 3 % more bytes on JSON."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_ALIVE: Select[tuple[int]] = select(literal_column("1"))


class RequestIds:
    """Gives every request an id, the client's own where it sent a sensible one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request under its id."""
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"x-request-id", b"")
            request_id.set(given.decode() if _REQUEST_ID.fullmatch(given) else uuid4().hex)
        await self._app(scope, receive, send)


class Site:
    """The pages around the API."""

    def __init__(self, settings: Settings, database: Database, registry: TenantRegistry) -> None:
        self._settings = settings
        self._database = database
        self._registry = registry

    async def home(self, request: Request) -> Response:
        """The portal's page; on the developer's own machine the list of portals; elsewhere nothing is named."""
        host = request.headers.get("host", "")
        tenant = self._registry.at(host)
        if tenant is not None and tenant.is_active:
            return _html(page.portal_page(await self._portal(tenant)))
        if tenant is None and self._registry.is_local(host):
            port = f":{request.url.port}" if request.url.port else ""
            cards = [await self._card(found, port) for found in self._registry.tenants if found.is_active]
            return _html(page.portals_page(cards))
        return _html(page.not_found_page(), 404)

    async def graphiql(self, request: Request) -> Response:
        """The GraphQL editor, from installed files."""
        if self._registry.at(request.headers.get("host", "")) is None:
            return _html(page.not_found_page(), 404)
        return _html(page.graphiql_page())

    async def about(self, _request: Request) -> Response:
        """What Parvis is and whose data it shows."""
        return _html(page.about_page())

    async def contract(self, request: Request) -> Response:
        """The contract as SDL."""
        if self._registry.at(request.headers.get("host", "")) is None:
            return _html(page.not_found_page(), 404)
        return PlainTextResponse(schema.root.sdl())

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        """The process can serve: the database answers."""
        try:
            await self._database.rows(_ALIVE)
        except (DatabaseUnavailableError, StatementTimeoutError):
            return JSONResponse({"status": "database away"}, 503, {"retry-after": "5"})
        return JSONResponse({"status": "ok"})

    async def _card(self, tenant: TenantRecord, port: str) -> page.PortalCard:
        url = f"http://{tenant.slug}.{LOCAL_SUFFIX}{port}"
        return page.PortalCard(
            tenant.slug,
            tenant.title,
            tenant.collectivite_name,
            f"{url}/",
            tenant.hosts,
            tenant.primary_color,
            await example.contribution_count(self._database, tenant),
            example.links(url, tenant),
        )

    async def _portal(self, tenant: TenantRecord) -> page.PortalPage:
        spaces = await example.spaces(self._database, tenant)
        labels = tuple(example.FEATURE_LABELS[name] for name in sorted(tenant.features))
        return page.PortalPage(
            tenant.title,
            tenant.collectivite_name,
            tenant.primary_color,
            tenant.secondary_color,
            tuple(page.SpaceCard(title, description) for title, description in spaces),
            labels,
            example.links("", tenant),
        )


def build(settings: Settings, database: Database) -> Starlette:
    """The application over an open or not yet open database; it opens and closes it with its own life."""
    registry = TenantRegistry(database, local_suffix=LOCAL_SUFFIX if settings.is_demo else None)
    engine = Engine(schema.root.executable())
    tokens = DevelopmentTokens(settings.secret) if settings.is_demo else None
    site = Site(settings, database, registry)
    cache = AnswerCache(settings.answer_cache_mb * 1024 * 1024)
    graphql = GraphQLEndpoint(engine, database, registry, tokens, cache)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        await registry.refresh()
        changes = Changes(database)
        await changes.exchange()
        jobs = (registry.follow(), changes.follow(), worker.run(database, registry))
        tasks = [asyncio.create_task(job) for job in jobs]
        for task in tasks:
            task.add_done_callback(_tell_death)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await database.close()

    app = Starlette(
        routes=[
            Route("/graphql", graphql),
            _page("/", site.home),
            _page("/graphiql", site.graphiql),
            _page("/about", site.about),
            _page("/schema.graphql", site.contract),
            _page("/healthz", site.healthz),
            _page("/readyz", site.readyz),
            Mount("/static", StaticFiles(directory=page.STATIC)),
        ],
        middleware=[Middleware(RequestIds), Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=GZIP_LEVEL)],
        lifespan=life,
        exception_handlers={404: _not_found, DatabaseUnavailableError: _away, StatementTimeoutError: _away},
    )
    app.state.registry, app.state.engine, app.state.tokens = registry, engine, tokens
    return app


def _tell_death(task: asyncio.Task[None]) -> None:
    """A job that ends was cancelled, or ran into what nobody foresaw."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("a background job died; restart the server", exc_info=error)


def _page(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, dict(page.SECURITY_HEADERS))


async def _not_found(_request: Request, _error: Exception) -> Response:
    return _html(page.not_found_page(), 404)


async def _away(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Le service revient dans un instant.", 503, {"retry-after": "5"})
