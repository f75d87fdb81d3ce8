"""The application: routes, pages, health, and what runs beside them."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from auth import machine
from auth.api_token import ApiTokens
from auth.identity import Identities
from auth.operator_token import OperatorTokens
from auth.outbound import Outbound
from auth.session import Sessions
from auth.token import DevelopmentTokens
from auth.viewer import Audience
from auth.widget_token import WidgetTokens
from database.door import Database, DatabaseUnavailableError, State, StatementTimeoutError, TenantGoneError
from database.replica_lag import ReplicaLag
from jobs import job, worker
from jobs.job import Job
from planner.planning import Planning
from schema.scoped import ScopedContract
from server import ending, example, header, page, sign_in_site
from server.api import refusal
from server.api.answer_cache import GZIP_LEVEL, AnswerCache
from server.api.endpoint import GraphQLEndpoint
from server.api.export import Export
from server.api.gate import Gate, Limits
from server.api.known_document import KnownDocuments
from server.api.widget import WidgetDoor
from server.ask import Ask
from server.lasting import Lasting
from server.letter import LOCAL_PORT
from server.metrics import Metrics
from server.portal_site import PortalSite
from server.settings import Settings
from tenants.budget import Budgets
from tenants.change import Changes
from tenants.document import TrustedDocuments
from tenants.registry import TenantRecord, TenantRegistry

LOCAL_SUFFIX = "localhost"

COLLECT_AFTER = (20_000, 20, 100)
"""Python's own 700 collects garbage in every request; a request makes next to none that goes round in circles."""

SWITCH_AFTER_S = 0.001
"""Python's own 5 ms would be what each step of a request waits for while a thread plans a new document."""

_JSON = {"content-type": "application/json; charset=utf-8"}


class Application:
    """The API in front, the pages behind it: a GraphQL request passes no router and no middleware."""

    def __init__(self, graphql: GraphQLEndpoint, pages: Starlette, hsts_s: int) -> None:
        self._graphql = graphql
        self._hsts = (b"strict-transport-security", b"max-age=%d" % hsts_s) if hsts_s else None
        self._pages = pages
        self.state = pages.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live and die with the process."""
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
        else:
            await self._pages(scope, receive, partial(_weakly_tagged, send))


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


class Site:
    """The pages around the API."""

    def __init__(
        self,
        database: Database,
        registry: TenantRegistry,
        contract: ScopedContract,
        portals: PortalSite,
        jobs: list[Job],
        *,
        is_open: bool,
    ) -> None:
        """`is_open` says whether everybody may look into the contract."""
        self._jobs = jobs
        self._portals = portals
        self._is_open = is_open
        self._database = database
        self._registry = registry
        self._contract = contract

    async def developers(self, request: Request) -> Response:
        """What a portal is to developers: its API, with examples."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return _html(page.not_found_page(), 404)
        return _suspended(tenant) or _html(page.portal_page(await self._portal(tenant)))

    async def home(self, request: Request) -> Response:
        """A portal's home; on the developer's own machine the list of portals; elsewhere nothing is named."""
        host = request.headers.get("host", "")
        if self._registry.at(host) is not None:
            return await self._portals.answer(request)
        if self._registry.is_local(host):
            port = f":{request.url.port}" if request.url.port else ""
            cards = [await self._card(found, port) for found in self._registry.tenants if found.is_active]
            return _html(page.portals_page(cards))
        return _html(page.not_found_page(), 404)

    async def graphiql(self, request: Request) -> Response:
        """The GraphQL editor, from installed files."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if not self._is_open or tenant is None:
            return _html(page.not_found_page(), 404)
        return _suspended(tenant) or _html(page.graphiql_page())

    async def about(self, _request: Request) -> Response:
        """What Parvis is and whose data it shows."""
        return _html(page.about_page())

    async def contract(self, request: Request) -> Response:
        """The contract of this portal as SDL."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if not self._is_open or tenant is None:
            return _html(page.not_found_page(), 404)
        return _suspended(tenant) or PlainTextResponse(self._contract.sdl(tenant.features, Audience.PUBLIC))

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        """The process can serve: the database answers and takes changes, and its jobs run."""
        state = await self._database.state()
        if state is not State.READY:
            return JSONResponse({"status": state.value}, 503, {"retry-after": "5"})
        if self._database.disk.is_full:
            return JSONResponse({"status": "disk full"}, 503, {"retry-after": "5"})
        return self._jobs_failing() or JSONResponse({"status": "ok"})

    def _jobs_failing(self) -> Response | None:
        """Why this process is not sound although the database answers: jobs that have failed for a minute."""
        failing = job.reasons(self._jobs, (found.number for found in self._registry.tenants if found.is_active))
        return JSONResponse({"status": "jobs fail", "jobs": failing}, 503, {"retry-after": "5"}) if failing else None

    def _links(self, origin: str, tenant: TenantRecord) -> tuple[page.ExampleLink, ...]:
        """Links to GraphiQL, where it is served."""
        schema = self._contract.engine(tenant.features, Audience.PUBLIC).schema
        return example.links(origin, tenant, schema) if self._is_open else ()

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
        )

    async def _portal(self, tenant: TenantRecord) -> page.PortalPage:
        spaces = await example.spaces(self._database, tenant)
        labels = tuple(label for feature, label in example.FEATURE_LABELS.items() if feature in tenant.features)
        return page.PortalPage(
            tenant.title,
            tenant.collectivite_name,
            tenant.primary_color,
            tenant.secondary_color,
            tuple(page.SpaceCard(title, description) for title, description in spaces),
            labels,
            self._links("", tenant),
        )


def build(settings: Settings, database: Database, port: int = LOCAL_PORT) -> Application:
    """The application over an open or not yet open database; it opens and closes it with its own life.

    `port` is where the demonstration is served.
    """
    registry = TenantRegistry(database, local_suffix=LOCAL_SUFFIX if settings.is_demo else None)
    planning = Planning(settings.plan_cache_mb * 1024 * 1024)
    contract = ScopedContract(is_open=settings.is_introspective, planning=planning)
    tokens = DevelopmentTokens(settings.secret) if settings.is_demo else None
    cache = AnswerCache(settings.answer_cache_mb * 1024 * 1024)
    sessions, api_tokens, operator_tokens = Sessions(database), ApiTokens(database), OperatorTokens(database)
    widget_tokens = WidgetTokens(settings.secret, database, allows_local=settings.is_demo)
    identities = Identities(sessions, api_tokens, operator_tokens, widget_tokens, tokens)
    trusted = TrustedDocuments(database)
    documents = KnownDocuments(trusted)
    outbound = Outbound(allows_private=settings.allows_private_urls)
    budgets = Budgets(database, settings.secret)
    limits = Limits(settings.cost_per_minute, settings.changes_per_minute, settings.planning_ms_per_minute)
    gate = Gate(identities, budgets, limits)
    changes = Changes(database)
    post = sign_in_site.post(settings, database, registry, port)
    jobs = [
        Job("registry", 1.0, registry.follow, is_endless=True),
        Job("changes", 1.0, changes.follow, is_endless=True),
        Job("budgets", 1.0, budgets.follow, is_endless=True),
        Job("tokens", 1.0, partial(machine.follow, api_tokens, operator_tokens), is_endless=True),
        *worker.jobs(database, registry, post),
    ]
    if database.replica is not None:
        jobs.append(Job("replica lag", 1.0, ReplicaLag(database, database.replica).follow, is_endless=True))
    ask = Ask(contract, database, gate, cache)
    sign_in = sign_in_site.sign_in(settings, database, registry, sessions, outbound, post)
    is_open = settings.is_introspective
    portals = PortalSite(ask, registry, gate, sign_in, is_demo=settings.is_demo, is_introspective=is_open)
    site = Site(database, registry, contract, portals, jobs, is_open=is_open)
    graphql = GraphQLEndpoint(ask, registry, gate, documents, cache)

    known = (planning.documents, planning.plans, planning.refused)
    kept = (*known, cache.kept, portals.kept, documents.kept, trusted.kept)
    recent = (
        trusted.recent,
        sessions.recent,
        api_tokens.recent,
        operator_tokens.recent,
        widget_tokens.recent,
        widget_tokens.epochs,
    )
    caches = (*kept, *(one.kept for one in recent))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        await registry.refresh()
        await changes.exchange()
        gc.collect()
        gc.freeze()  # What was built to start with stays: later collections need not walk through it.
        gc.set_threshold(*COLLECT_AFTER)
        sys.setswitchinterval(SWITCH_AFTER_S)
        tasks = [asyncio.create_task(job.run()) for job in jobs]
        try:
            yield
        finally:
            await ending.stop(tasks)
            await ending.within(outbound.close())
            await ending.within(database.close())

    pages = Starlette(
        routes=[
            _page("/", site.home),
            _page("/graphiql", site.graphiql),
            _page("/about", site.about),
            _page("/developers", site.developers),
            _page("/schema.graphql", site.contract),
            _page("/healthz", site.healthz),
            _page("/readyz", site.readyz),
            *sign_in_site.routes(settings, sign_in, widget_tokens),
            *Export(contract, database, registry, gate).routes(),
            *Metrics(operator_tokens, contract, caches, cache, database, registry, jobs, post).routes(),
            *WidgetDoor(database, registry, widget_tokens).routes(),
            Mount("/static/portal", Lasting(page.STATIC / "portal")),
            Mount("/static", StaticFiles(directory=page.STATIC)),
            Route("/{path:path}", portals.answer, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=GZIP_LEVEL)],
        lifespan=life,
        exception_handlers={
            404: _not_found,
            TenantGoneError: _not_found,
            DatabaseUnavailableError: _away,
            StatementTimeoutError: _away,
            Exception: portals.failed,
        },
    )
    pages.state.registry, pages.state.contract, pages.state.tokens = registry, contract, tokens
    return Application(graphql, pages, settings.hsts_s)


def _page(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, dict(page.SECURITY_HEADERS))


def _suspended(tenant: TenantRecord) -> Response | None:
    """The page of a suspended portal; None where it is served."""
    return None if tenant.is_active else _html(page.suspended_page(), 503)


async def _not_found(_request: Request, _error: Exception) -> Response:
    return _html(page.not_found_page(), 404)


async def _away(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Le service revient dans un instant.", 503, {"retry-after": "5"})
