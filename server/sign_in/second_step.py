"""The second step of signing in: a code of the telephone, or a recovery code, before a session counts."""

import logging
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import second_step, session
from auth.sealed_secret import Sealer
from auth.secret import Keyed
from portal import sign_in
from portal.sign_in import SignInStep
from server.api import refusal
from server.sign_in.frame import SignIn
from server.sign_in.visit import SignInVisit, route

security = logging.getLogger("parvis.security")


class SecondStepSignIn:
    """The page that asks for the code of a session that waits for it, and its form."""

    def __init__(self, sign_in: SignIn, sealer: Sealer, persons: Keyed) -> None:
        self._sign_in = sign_in
        self._sealer = sealer
        self._persons = persons

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [
            route(registry, "GET", "/auth/second-step", self.page),
            route(registry, "POST", "/auth/second-step", self.confirm),
        ]

    async def page(self, visit: SignInVisit) -> Response:
        """The page that asks for the code; whoever owes none goes on."""
        if await self._waiting(visit) is None:
            return RedirectResponse(visit.next, 303)
        return await self._sign_in.shown(visit, SignInStep("second_step"))

    async def confirm(self, visit: SignInVisit) -> Response:
        """Let a session count for whoever has its code."""
        account = await self._waiting(visit)
        if account is None or visit.token is None:
            if visit.is_form:
                return await self._sign_in.shown(visit, SignInStep("address"), 401)
            return refusal.response(401, "UNAUTHENTICATED", "No session waits for a second step.")
        number, code = visit.tenant.number, visit.fields.get("code", "")
        open_, digest = partial(self._sealer.open, number), partial(self._persons.digest, str(number))
        token = None
        async with self._sign_in.database.transaction(number) as transaction:
            may_try = await second_step.may_try(transaction, digest, account)
            if may_try and await second_step.take(transaction, account, code, open_, digest):
                token = await session.confirm(transaction, visit.token)
        if token is not None:
            return self._sign_in.confirmed(visit, token)
        security.warning("sign-in refused", extra={"tenant": visit.tenant.slug, "by": "second step"})
        if visit.is_form:
            told = sign_in.WRONG_STEP if may_try else sign_in.TOO_MANY_STEPS
            return await self._sign_in.shown(visit, SignInStep("second_step", told), 401 if may_try else 429)
        if not may_try:
            return refusal.response(429, "TOO_MANY_TRIES", "Too many codes were tried: try again in an hour.")
        return refusal.response(401, "UNAUTHENTICATED", "This code is not valid.")

    async def _waiting(self, visit: SignInVisit) -> UUID | None:
        if visit.token is None:
            return None
        return await self._sign_in.sessions.waiting(visit.tenant.number, visit.token, visit.host)
