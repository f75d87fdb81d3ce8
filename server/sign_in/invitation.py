"""Signing in by the link of an invitation."""

import logging
from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

import auth.account
import auth.invitation
from auth.invitation import InvitationLinks
from auth.token import InvalidTokenError
from portal import sign_in
from portal.sign_in import SignInStep
from server.api import refusal
from server.sign_in.frame import SignIn
from server.sign_in.visit import SignInVisit, route

security = logging.getLogger("parvis.security")


class InvitationSignIn:
    """The routes of an invitation's link: its page, and accepting it."""

    def __init__(self, sign_in: SignIn, links: InvitationLinks) -> None:
        self._sign_in = sign_in
        self._links = links

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [
            route(registry, "GET", "/auth/invitation", self.page),
            route(registry, "POST", "/auth/invitation", self.accept),
        ]

    async def page(self, visit: SignInVisit) -> Response:
        """The page that an invitation's link opens; it says as whom one will act. It changes nothing: programs follow
        links in mails."""
        token, person = visit.fields.get("token", ""), ""
        try:
            invitation = self._links.read(visit.tenant.number, token)
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                email = await auth.invitation.address(transaction, invitation)
                person = await auth.account.chosen_name(transaction, email)
        except InvalidTokenError:
            email = ""  # Whoever accepts it is told so.
        return await self._sign_in.shown(visit, SignInStep("invitation", token=token, email=email, person=person))

    async def accept(self, visit: SignInVisit) -> Response:
        """Sign in whoever has an invitation's link: it was sent to the address, and so confirms it."""
        token, name, email = visit.fields.get("token", ""), auth.account.public_name(visit.fields.get("name")), ""
        if name is not None and len(name) > auth.account.NAME_LENGTH:
            return refusal.response(400, "TOO_LONG", "A name has at most 120 characters.")
        try:
            invitation = self._links.read(visit.tenant.number, token)
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                email = await auth.invitation.address(transaction, invitation)
                entry = await self._sign_in.begin(transaction, visit, email, name)
        except InvalidTokenError:
            security.warning("sign-in refused", extra={"tenant": visit.tenant.slug, "by": "invitation"})
            if visit.is_form:
                return await self._sign_in.shown(visit, SignInStep("address", sign_in.OLD_INVITATION), 401)
            return refusal.response(401, "UNAUTHENTICATED", "This invitation is not valid.")
        except auth.account.ReservedNameError:  # The invitation is still good.
            if visit.is_form:
                again = SignInStep("invitation", sign_in.RESERVED, email, token, called=name or "")
                return await self._sign_in.shown(visit, again, 400)
            return refusal.response(400, "NAME_RESERVED", "This name is the portal's own: choose another one.")
        return self._sign_in.entered(visit, entry, visit.next if visit.is_form else None)
