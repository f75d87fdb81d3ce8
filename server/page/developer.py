"""Pages for developers over HTTP: the list of portals, a portal's API with examples, GraphiQL, the contract."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

import planner.request
from auth.viewer import ANONYMOUS, Audience
from database.door import Database
from planner.engine import Operation
from portal import developer, example, gallery, word
from portal.developer import ExampleLink, PortalCard, PortalPage, SpaceCard
from portal.fit import NothingLeftError, fitted
from schema.scoped import ScopedContract
from server.page.policy import SECURITY_HEADERS
from server.page.portal import PortalSite
from tenants.host_name import LOCAL_SUFFIX
from tenants.registry import TenantRecord, TenantRegistry

COUNT = "{ contributions { totalCount } }"
SPACES = "{ spaces(first: 100) { nodes { title description } } }"


class DeveloperPages:
    """Serves them; what they show of a portal they read through the contract, as anybody may."""

    def __init__(
        self,
        database: Database,
        registry: TenantRegistry,
        contract: ScopedContract,
        portals: PortalSite,
        *,
        is_open: bool,
    ) -> None:
        """`is_open` says whether everybody may look into the contract."""
        self._database = database
        self._registry = registry
        self._contract = contract
        self._portals = portals
        self._is_open = is_open

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [
            _page("/", self.home),
            _page("/graphiql", self.graphiql),
            _page("/about", self.about),
            _page("/developers", self.developers),
            _page("/schema.graphql", self.contract),
        ]

    async def home(self, request: Request) -> Response:
        """A portal's home; on the developer's own machine the list of portals; elsewhere nothing is named."""
        host = request.headers.get("host", "")
        if self._registry.at(host) is not None:
            return await self._portals.answer(request)
        if self._registry.is_local(host):
            port = f":{request.url.port}" if request.url.port else ""
            cards = [await self._card(tenant, port) for tenant in self._registry.tenants if tenant.is_active]
            return html(developer.portals_page(cards))
        return html(developer.not_found_page(), 404)

    async def developers(self, request: Request) -> Response:
        """What a portal is to developers: its API, with examples."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None:
            return html(developer.not_found_page(), 404)
        return _suspended(tenant) or html(developer.portal_page(await self._portal(tenant)))

    async def graphiql(self, request: Request) -> Response:
        """The GraphQL editor, from installed files."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if not self._is_open or tenant is None:
            return html(developer.not_found_page(), 404)
        return _suspended(tenant) or html(developer.graphiql_page())

    async def about(self, _request: Request) -> Response:
        """What Parvis is and whose data it shows."""
        return html(developer.about_page())

    async def contract(self, request: Request) -> Response:
        """The contract of this portal as SDL."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if not self._is_open or tenant is None:
            return html(developer.not_found_page(), 404)
        return _suspended(tenant) or PlainTextResponse(self._contract.sdl(tenant.features, Audience.PUBLIC))

    async def contribution_count(self, tenant: TenantRecord) -> int:
        """How many contributions are open, of those that everybody sees."""
        data = await self._read(tenant, COUNT)
        return int(data["contributions"]["totalCount"]) if data else 0

    async def spaces(self, tenant: TenantRecord) -> list[SpaceCard]:
        """The spaces that everybody sees, the oldest first; a hundred at most."""
        data = await self._read(tenant, SPACES)
        nodes = data["spaces"]["nodes"] if data else []
        return [SpaceCard(node["title"], node["description"]) for node in reversed(nodes)]

    async def _read(self, tenant: TenantRecord, document: str) -> dict[str, Any] | None:
        """What an anonymous visitor is answered; None where the portal has nothing of it."""
        engine = self._contract.engine(tenant.features, Audience.PUBLIC)
        try:
            operation = Operation(fitted(document, engine.schema).text, {}, None)
        except NothingLeftError:
            return None
        request = planner.request.Request(self._database, tenant, ANONYMOUS)
        answer = await engine.execute(request, operation, may_change=False)
        data: dict[str, Any] = orjson.loads(answer.body)["data"]
        return data

    def _links(self, tenant: TenantRecord) -> tuple[ExampleLink, ...]:
        """Links to GraphiQL, where it is served."""
        schema = self._contract.engine(tenant.features, Audience.PUBLIC).schema
        return example.links("", self._portals.house(tenant), schema) if self._is_open else ()

    async def _card(self, tenant: TenantRecord, port: str) -> PortalCard:
        return PortalCard(
            tenant.slug,
            tenant.title,
            tenant.collectivite_name,
            f"http://{tenant.slug}.{LOCAL_SUFFIX}{port}/",
            tenant.hosts,
            tenant.primary_color,
            await self.contribution_count(tenant),
            gallery.path(self._portals.house(tenant), "cover"),
        )

    async def _portal(self, tenant: TenantRecord) -> PortalPage:
        features = self._portals.house(tenant).features
        return PortalPage(
            tenant.title,
            tenant.collectivite_name,
            tenant.primary_color,
            tenant.secondary_color,
            tuple(await self.spaces(tenant)),
            tuple(label for feature, label in word.ACTIVITIES.items() if feature in features),
            self._links(tenant),
        )


def html(text: str, status: int = 200) -> Response:
    """A page for developers."""
    return HTMLResponse(text, status, dict(SECURITY_HEADERS))


def _page(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _suspended(tenant: TenantRecord) -> Response | None:
    """The page of a suspended portal; None where it is served."""
    return None if tenant.is_active else html(developer.suspended_page(), 503)
