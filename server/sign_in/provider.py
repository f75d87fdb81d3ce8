"""Signing in at an identity provider: the way there, and the way back."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import auth.account
import auth.provider
from auth import cookie, signed, waiting_form
from auth.account import IdentityTakenError
from auth.attempt import Attempts, Limit
from auth.cookie import CookieTwiceError
from auth.oidc import Arrival, Flow, RelyingParty, SignInError
from auth.provider import Provider
from auth.secret import PERSONS, Keyed
from auth.session import Ended
from portal import sign_in
from portal.sign_in import SignInStep
from server.sign_in.frame import NewSession, SignIn
from server.sign_in.visit import RefusedVisitError, SignInVisit, route

FLOW_FOR_S = 600
"""How long somebody may take at the provider."""

_COOKIE, _LOCAL_COOKIE = "__Host-parvis-flow", "parvis-flow"

security = logging.getLogger("parvis.security")


@dataclass(frozen=True, slots=True)
class Departure:
    """A sign-in under way, bound to the tenant, the host and the provider; `account` is whom to link to, `waiting` the
    secret of a form of the portal that goes on afterwards."""

    tenant: int
    host: str
    provider: str
    next: str
    account: str | None
    flow: Flow
    waiting: str | None = None
    certifies: bool = False
    """For a vote: the civil identity is asked for, and its digests are kept for an hour."""


class SignInProvider:
    """The routes to an identity provider and back."""

    def __init__(self, sign_in: SignIn, relying_party: RelyingParty, secret: str) -> None:
        self._sign_in = sign_in
        self._relying_party = relying_party
        self._attempts = Attempts(secret)
        self._persons = Keyed(secret, PERSONS)
        self._serializer = URLSafeTimedSerializer(secret, salt="parvis-sign-in-flow")

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [
            route(registry, "GET", "/auth/oidc/{provider}", self.leave),
            route(registry, "POST", "/auth/oidc/{provider}", self.link),
            route(registry, "POST", "/auth/oidc/{provider}/leave", self.leave_a_form),
            route(registry, "GET", "/auth/oidc/{provider}/callback", self.come_back),
        ]

    async def leave(self, visit: SignInVisit) -> Response:
        """Send the browser to the provider. Whoever is signed in stays who one is: the account's page says as whom."""
        provider = await self._provider(visit)
        if await self._sign_in.signed_in(visit) is not None:
            return RedirectResponse(f"/auth/sign-in?{urlencode({'next': visit.next})}", 303)
        try:
            url, kept = await self._begin(visit, provider, None)
        except SignInError as error:
            return await self._failed(visit, provider, error, 502)
        response = RedirectResponse(url, 303)
        response.headers.append("set-cookie", kept)
        return response

    async def leave_a_form(self, visit: SignInVisit) -> Response:
        """The way to the provider for whoever was sending a form: it waits here meanwhile, as it does in the pages of
        signing in by e-mail. A page leads on, because forms may not be answered by another host."""
        provider = await self._provider(visit)
        try:
            waiting = await self._keep(visit)
            url, kept = await self._begin(visit, provider, None, waiting)
        except SignInError as error:
            return await self._failed(visit, provider, error, 502)
        response = await self._sign_in.shown(visit, SignInStep("leaving", provider=provider.title, url=url))
        response.headers.append("set-cookie", kept)
        return response

    async def _keep(self, visit: SignInVisit) -> str | None:
        """The secret of the form that waits from now on; None when there is none. Raises SignInError."""
        if not visit.kept or len(visit.kept) > waiting_form.MAX_FORM:
            return None
        number = visit.tenant.number
        async with self._sign_in.database.transaction(number) as transaction:
            if not await self._attempts.is_allowed(transaction, Limit.WAITING_FORM_BY_CLIENT, visit.client):
                raise SignInError("too many forms from one address")
            token = await waiting_form.keep(transaction, visit.kept)
        self._sign_in.database.note_work(number)  # When its time is over, it is removed.
        return token

    async def _resumed(self, visit: SignInVisit, departure: Departure | None) -> SignInVisit:
        """The visit as it was left: with its destination, and with the form that waited."""
        if departure is None:
            return visit
        fields = {**visit.fields, "next": departure.next}
        if departure.waiting is not None:
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                fields["kept"] = await waiting_form.take(transaction, departure.waiting)
        return replace(visit, fields=fields)

    async def link(self, visit: SignInVisit) -> Response:
        """Begin to link an identity to the account of whoever is signed in: posted by its page, and said to whom."""
        provider, signed_in = await self._provider(visit), await self._sign_in.signed_in(visit)
        owner = None if signed_in is None else await self._sign_in.owner(visit, signed_in)
        if signed_in is None or owner is None:
            raise RefusedVisitError(401, "UNAUTHENTICATED", "Sign in first.")
        certifies = bool(visit.fields.get("certify")) and provider.is_certifying
        try:
            url, kept = await self._begin(visit, provider, str(signed_in.account_id), certifies=certifies)
        except SignInError as error:
            return await self._failed(visit, provider, error, 502)
        name = "certifying" if certifies else "linking"
        step = SignInStep(name, person=owner.name, email=owner.email or "", provider=provider.title, url=url)
        response = await self._sign_in.shown(visit, step) if visit.is_form else JSONResponse({"redirect": url})
        response.headers.append("set-cookie", kept)
        return response

    async def _begin(
        self,
        visit: SignInVisit,
        provider: Provider,
        account: str | None,
        waiting: str | None = None,
        *,
        certifies: bool = False,
    ) -> tuple[str, str]:
        """Where to send the browser, and the cookie to keep until it comes back. Raises SignInError."""
        url, flow = await self._relying_party.begin(provider, _redirect_uri(visit, provider), certifies=certifies)
        whose = (visit.tenant.number, visit.host, provider.slug)
        departure = Departure(*whose, visit.next, account, flow, waiting, certifies)
        return url, _kept(visit, str(self._serializer.dumps(asdict(departure))))

    async def come_back(self, visit: SignInVisit) -> Response:
        """Sign in whom the provider vouches for."""
        provider, departure = await self._provider(visit), None
        try:
            departure = self._departure(visit, provider)
            await self._count(visit)
            arrival = await self._relying_party.finish(
                provider, _redirect_uri(visit, provider), departure.flow, visit.fields
            )
            entry = await self._enter(visit, provider, departure, arrival)
        except SignInError as error:
            return await self._failed(await self._resumed(visit, departure), provider, error, 400)
        response = self._sign_in.entered(await self._resumed(visit, departure), entry, departure.next)
        response.headers.append("set-cookie", _kept(visit, ""))
        return response

    async def _enter(
        self, visit: SignInVisit, provider: Provider, departure: Departure, arrival: Arrival
    ) -> NewSession:
        link_to = await self._still_signed_in(visit, departure)
        try:
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                actor = await auth.account.identified(transaction, arrival.person, link_to)
                if departure.certifies:
                    await auth.account.certify(transaction, arrival.person, self._persons)
                ended = Ended(provider.slug, arrival.id_token)
                return await self._sign_in.enter(transaction, visit, actor, arrival.person.email, ended)
        except IdentityTakenError as error:
            raise SignInError("the identity is another account's") from error

    async def _provider(self, visit: SignInVisit) -> Provider:
        provider = await auth.provider.one(self._sign_in.database, visit.tenant.number, visit.path["provider"])
        if provider is None:
            raise RefusedVisitError(404, "NOT_FOUND", "There is no such identity provider.")
        return provider

    async def _still_signed_in(self, visit: SignInVisit, departure: Departure) -> UUID | None:
        """The account to link to, which must be the browser's own still. Raises SignInError."""
        if departure.account is None:
            return None
        signed_in = await self._sign_in.signed_in(visit)
        if signed_in is None or str(signed_in.account_id) != departure.account:
            raise SignInError("somebody else is signed in by now")
        return signed_in.account_id

    async def _count(self, visit: SignInVisit) -> None:
        async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
            is_allowed = await self._attempts.is_allowed(transaction, Limit.PROVIDER_BY_CLIENT, visit.client)
        if not is_allowed:
            raise SignInError("too many from one address")

    def _departure(self, visit: SignInVisit, provider: Provider) -> Departure:
        """The sign-in that this browser began here. Raises SignInError."""
        try:
            loaded = signed.loads(self._serializer, cookie.value(visit.headers, _name(visit)) or "", FLOW_FOR_S)
            departure = Departure(**{**loaded, "flow": Flow(**loaded["flow"])})
        except CookieTwiceError as error:
            raise SignInError("this browser sends two cookies of the sign-in") from error
        except (BadData, KeyError, TypeError) as error:
            raise SignInError("this browser began no sign-in") from error
        if (departure.tenant, departure.host, departure.provider) != (visit.tenant.number, visit.host, provider.slug):
            raise SignInError("the sign-in was begun elsewhere")
        return departure

    async def _failed(self, visit: SignInVisit, provider: Provider, error: SignInError, status: int) -> Response:
        event = {"tenant": visit.tenant.slug, "by": provider.slug, "reason": str(error)}
        security.warning("sign-in refused", extra=event)
        message = sign_in.not_done(provider.title, visit.language)
        response = await self._sign_in.shown(visit, SignInStep("address", message), status)
        response.headers.append("set-cookie", _kept(visit, ""))
        return response


def _redirect_uri(visit: SignInVisit, provider: Provider) -> str:
    return f"{visit.base}/auth/oidc/{provider.slug}/callback"


def _name(visit: SignInVisit) -> str:
    return _LOCAL_COOKIE if cookie.is_local(visit.scheme, visit.host) else _COOKIE


def _kept(visit: SignInVisit, value: str) -> str:
    age_s = FLOW_FOR_S if value else 0
    return cookie.named(_COOKIE, _LOCAL_COOKIE, visit.scheme, visit.host, value, age_s)
