"""Sessions over HTTP: who is signed in, and signing out."""

import logging
from collections.abc import Sequence
from dataclasses import asdict

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import auth.provider
from auth import cookie, face, session
from auth.oidc import RelyingParty, SignInError
from auth.session import Ended
from models import ident
from portal.sign_in import SignInStep
from server.sign_in.frame import SignIn
from server.sign_in.visit import SignInVisit, route

logger = logging.getLogger("parvis.sign_in")
security = logging.getLogger("parvis.security")


class SessionRoutes:
    """The page to sign in or out, and what programs ask of a session."""

    def __init__(self, sign_in: SignIn, relying_party: RelyingParty) -> None:
        self._sign_in = sign_in
        self._relying_party = relying_party

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [
            route(registry, "GET", "/auth/sign-in", self.page),
            route(registry, "GET", "/auth/session", self.session),
            route(registry, "POST", "/auth/sign-out", self.sign_out),
            route(registry, "GET", "/auth/signed-out", self.signed_out),
        ]

    async def page(self, visit: SignInVisit) -> Response:
        """The page to sign in, or the account of whoever is signed in: as whom, further identities, and the way out."""
        signed_in = await self._sign_in.signed_in(visit)
        owner = None if signed_in is None else await self._sign_in.owner(visit, signed_in)
        if owner is None:
            return await self._sign_in.shown(visit, SignInStep("address"))
        step = SignInStep("signed_in", person=owner.name, email=owner.email or "")
        return await self._sign_in.shown(visit, step, but_not=owner.issuers)

    async def session(self, visit: SignInVisit) -> Response:
        """Who is signed in, for pages that ask."""
        signed_in = await self._sign_in.signed_in(visit)
        if signed_in is None or signed_in.viewer.actor_id is None or visit.token is None:
            return JSONResponse({"actor": None})
        number, actor = visit.tenant.number, signed_in.viewer.actor_id
        shown = await face.of(self._sign_in.database, number, actor)
        response = JSONResponse({"actor": {"id": ident.encode("actor", number, actor), **asdict(shown)}})
        fresh = await self._sign_in.sessions.renewal(number, visit.token, visit.host)
        if fresh is not None:
            response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, fresh))
        return response

    async def sign_out(self, visit: SignInVisit) -> Response:
        """End the session here; where it came from a provider, say how to end it there too."""
        ended: Ended | None = None
        if visit.token is not None:
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                ended = await session.end(transaction, visit.token)
            self._sign_in.sessions.forget()
        url = await self._end_url(visit, ended) if ended else None
        if ended is not None:
            security.info("sign-out", extra={"tenant": visit.tenant.slug})
        page_ = await self._sign_in.shown(visit, SignInStep("signed_out", url=url)) if visit.is_form else None
        response = page_ or JSONResponse({"redirect": url})
        response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, None))
        return response

    async def signed_out(self, visit: SignInVisit) -> Response:
        """Where identity providers send browsers back to."""
        return await self._sign_in.shown(visit, SignInStep("signed_out"))

    async def _end_url(self, visit: SignInVisit, ended: Ended) -> str | None:
        if ended.provider_slug is None or ended.id_token is None:
            return None
        provider = await auth.provider.one(self._sign_in.database, visit.tenant.number, ended.provider_slug)
        try:
            return_to = f"{visit.base}/auth/signed-out"
            return await self._relying_party.end_url(provider, ended.id_token, return_to) if provider else None
        except SignInError as error:
            logger.warning("the session at the provider stays: %s", error)
            return None
