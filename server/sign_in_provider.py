"""Signing in at an identity provider: the way there, and the way back."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import auth.account
import auth.provider
from auth import cookie, signed
from auth.account import IdentityTakenError
from auth.attempt import Attempts, Limit
from auth.oidc import Arrival, Flow, RelyingParty, SignInError
from auth.provider import Provider
from auth.session import Ended
from server.page import Step
from server.sign_in import Entry, SignIn
from server.visit import RefusedVisitError, Visit, route

FLOW_FOR_S = 600
"""How long somebody may take at the provider."""

_COOKIE, _LOCAL_COOKIE = "__Host-parvis-flow", "parvis-flow"

security = logging.getLogger("parvis.security")


@dataclass(frozen=True, slots=True)
class Departure:
    """A sign-in under way, bound to the tenant, the host and the provider; `account` is whom to link to."""

    tenant: int
    host: str
    provider: str
    next: str
    account: str | None
    flow: Flow


class SignInProvider:
    """The routes to an identity provider and back."""

    def __init__(self, sign_in: SignIn, relying_party: RelyingParty, secret: str) -> None:
        self._sign_in = sign_in
        self._relying_party = relying_party
        self._attempts = Attempts(secret)
        self._serializer = URLSafeTimedSerializer(secret, salt="parvis-sign-in-flow")

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [
            route(registry, "GET", "/auth/oidc/{provider}", self.leave),
            route(registry, "GET", "/auth/oidc/{provider}/callback", self.come_back),
        ]

    async def leave(self, visit: Visit) -> Response:
        """Send the browser to the provider; with `link=1`, to link the identity to who is signed in."""
        provider = await self._provider(visit)
        account = await self._to_link(visit) if visit.fields.get("link") == "1" else None
        try:
            url, flow = await self._relying_party.begin(provider, _redirect_uri(visit, provider))
        except SignInError as error:
            return await self._failed(visit, provider, error, 502)
        departure = Departure(visit.tenant.number, visit.host, provider.slug, visit.next, account, flow)
        response = RedirectResponse(url, 303)
        response.headers.append("set-cookie", _kept(visit, str(self._serializer.dumps(asdict(departure)))))
        return response

    async def come_back(self, visit: Visit) -> Response:
        """Sign in whom the provider vouches for."""
        provider = await self._provider(visit)
        try:
            departure = self._departure(visit, provider)
            await self._count(visit)
            arrival = await self._relying_party.finish(
                provider, _redirect_uri(visit, provider), departure.flow, visit.fields
            )
            entry = await self._enter(visit, provider, departure, arrival)
        except SignInError as error:
            return await self._failed(visit, provider, error, 400)
        response = self._sign_in.entered(visit, entry, departure.next)
        response.headers.append("set-cookie", _kept(visit, ""))
        return response

    async def _enter(self, visit: Visit, provider: Provider, departure: Departure, arrival: Arrival) -> Entry:
        link_to = await self._still_signed_in(visit, departure)
        try:
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                known = await auth.account.identified(transaction, arrival.person, link_to)
                ended = Ended(provider.slug, arrival.id_token)
                return await self._sign_in.enter(transaction, visit, known, arrival.person.email, ended)
        except IdentityTakenError as error:
            raise SignInError("the identity is another account's") from error

    async def _provider(self, visit: Visit) -> Provider:
        found = await auth.provider.one(self._sign_in.database, visit.tenant.number, visit.path["provider"])
        if found is None:
            raise RefusedVisitError(404, "NOT_FOUND", "There is no such identity provider.")
        return found

    async def _to_link(self, visit: Visit) -> str:
        """The account of who is signed in; no other site's page may start this."""
        signed_in = await self._sign_in.signed_in(visit)
        if signed_in is None:
            raise RefusedVisitError(401, "UNAUTHENTICATED", "Sign in first.")
        if visit.headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            raise RefusedVisitError(403, "CROSS_SITE", "This is for the portal's own pages.")
        return str(signed_in.account_id)

    async def _still_signed_in(self, visit: Visit, departure: Departure) -> UUID | None:
        """The account to link to, which must be the browser's own still. Raises SignInError."""
        if departure.account is None:
            return None
        signed_in = await self._sign_in.signed_in(visit)
        if signed_in is None or str(signed_in.account_id) != departure.account:
            raise SignInError("somebody else is signed in by now")
        return signed_in.account_id

    async def _count(self, visit: Visit) -> None:
        async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
            is_allowed = await self._attempts.is_allowed(transaction, Limit.PROVIDER_BY_CLIENT, visit.client)
        if not is_allowed:
            raise SignInError("too many from one address")

    def _departure(self, visit: Visit, provider: Provider) -> Departure:
        """The sign-in that this browser began here. Raises SignInError."""
        kept = cookie.values(visit.headers)
        try:
            loaded = signed.loads(self._serializer, kept.get(_name(visit), ""), FLOW_FOR_S)
            departure = Departure(**{**loaded, "flow": Flow(**loaded["flow"])})
        except (BadData, KeyError, TypeError) as error:
            raise SignInError("this browser began no sign-in") from error
        if (departure.tenant, departure.host, departure.provider) != (visit.tenant.number, visit.host, provider.slug):
            raise SignInError("the sign-in was begun elsewhere")
        return departure

    async def _failed(self, visit: Visit, provider: Provider, error: SignInError, status: int) -> Response:
        event = {"tenant": visit.tenant.slug, "by": provider.slug, "reason": str(error)}
        security.warning("sign-in refused", extra=event)
        message = f"La connexion avec {provider.title} n’a pas abouti."
        response = await self._sign_in.shown(visit, Step("address", message), status)
        response.headers.append("set-cookie", _kept(visit, ""))
        return response


def _redirect_uri(visit: Visit, provider: Provider) -> str:
    return f"{visit.base}/auth/oidc/{provider.slug}/callback"


def _name(visit: Visit) -> str:
    return _LOCAL_COOKIE if cookie.is_local(visit.scheme, visit.host) else _COOKIE


def _kept(visit: Visit, value: str) -> str:
    age_s = FLOW_FOR_S if value else 0
    return cookie.named(_COOKIE, _LOCAL_COOKIE, visit.scheme, visit.host, value, age_s)
