"""Trial of an identity provider: whether its discovery answers as it should, for administrators on their page."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import auth.provider
from auth import cookie
from auth.discovery import Discovery
from auth.outbound import Outbound, OutboundError
from database.door import Database
from planner.request import BudgetExhaustedError
from server.api import refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRegistry

PATH = "/auth/provider/trial"
PAGE = "/gestion/portail/connexion"
MAX_FORM = 5
COST = 20_000
"""Of the minute's budget: all portals of a process share its calls to others."""

OUTCOMES = {
    "it is not a public address": "PRIVATE",
    "an address with https is wanted": "PRIVATE",
    "it does not answer": "NO_ANSWER",
    "it says that it is another issuer": "OTHER_ISSUER",
    "its document lacks an endpoint": "INCOMPLETE",
    "it has no key": "INCOMPLETE",
}
"""What an administrator is told of each reason; of any other, that it does not speak OpenID Connect."""


class ProviderTrial:
    """Serves `/auth/provider/trial`: a form with the provider's short name. What it finds is in the page's address."""

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate, outbound: Outbound) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate
        self._outbound = outbound

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route(PATH, self.trial, methods=["POST"])]

    async def trial(self, request: Request) -> Response:
        """Ask a provider of the portal what it says of itself."""
        tenant = self._registry.at(request.headers.get("host", ""))
        if tenant is None or not tenant.is_active:
            return refusal.response(404, "UNKNOWN_HOST", "There is no portal at this address.")
        try:
            caller = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        slug = str((await request.form(max_fields=MAX_FORM)).get("slug") or "")
        providers = await auth.provider.listed(self._database, tenant.number) if caller.viewer.is_administrator else []
        provider = next((each for each in providers if each.slug == slug), None)
        if provider is None:
            return refusal.response(404, "NOT_FOUND", "There is no such provider.")
        try:
            self._gate.purse(tenant, caller, request.scope).spend(COST, True)
        except BudgetExhaustedError as error:
            message, wait = "You have asked for much in this minute: wait for the next.", str(error.reset_s)
            return refusal.response(429, "BUDGET_EXHAUSTED", message, {"retry-after": wait})
        query = urlencode({"essai": slug, "issue": await self._outcome(provider.issuer)})
        return RedirectResponse(f"{PAGE}?{query}#{slug}", 303, {"cache-control": "no-store"})

    async def _outcome(self, issuer: str) -> str:
        try:
            await Discovery(self._outbound).metadata(issuer)
        except OutboundError as error:
            return OUTCOMES.get(str(error), "NO_DISCOVERY")
        return "GOOD"
