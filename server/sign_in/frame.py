"""The frame of signing in: what its routes share; sessions begin here, and the pages are shown."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

import auth.account
import auth.invitation
import auth.provider
import server.sign_in.visit
from auth import cookie, second_step, session
from auth.account import AccountIds, Owner
from auth.known_browser import KnownBrowsers
from auth.session import Ended, Sessions, SignedIn
from auth.token import InvalidTokenError
from database.door import Database, Transaction
from jobs.mail import Post
from models.actor import Role
from portal import sign_in
from portal.sign_in import Offer, SignInPage, SignInStep
from server.page import house
from server.page.policy import FORM_HEADERS
from server.sign_in.visit import SignInVisit
from tenants.registry import TenantRegistry

security = logging.getLogger("parvis.security")

HOME, DESK = "/", "/gestion"
STAFF = (Role.MODERATOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class NewSession:
    """Of somebody who just signed in: the session's token, the actor, the role that an invitation gave, and the
    confirmed address, by which the browser is known from now on."""

    token: str
    actor: UUID
    role: Role | None
    email: str | None
    waits: bool = False
    """For the second step of signing in."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What all routes of signing in do; `post` is None where the installation sends no mail."""

    database: Database
    registry: TenantRegistry
    sessions: Sessions
    browsers: KnownBrowsers
    post: Post | None
    is_demo: bool = False

    async def signed_in(self, visit: SignInVisit) -> SignedIn | None:
        """Who is signed in in the visitor's browser."""
        if visit.token is None:
            return None
        try:
            return await self.sessions.signed_in(visit.tenant.number, visit.token, visit.host)
        except InvalidTokenError:
            return None

    async def owner(self, visit: SignInVisit, signed_in: SignedIn) -> Owner | None:
        """Whose the account is that is signed in."""
        return await auth.account.owner(self.database, visit.tenant.number, signed_in.account_id)

    async def begin(self, transaction: Transaction, visit: SignInVisit, email: str, name: str | None) -> NewSession:
        """A new session for whoever confirmed an address; `name` is for a new account.

        Raises ReservedNameError.
        """
        account = await auth.account.confirmed(transaction, email, name)
        return await self.enter(transaction, visit, account, email)

    async def enter(
        self,
        transaction: Transaction,
        visit: SignInVisit,
        account: AccountIds,
        email: str | None,
        ended: Ended | None = None,
    ) -> NewSession:
        """A new session for an account, in place of the browser's old one; accepts invitations of a confirmed `email`.

        `ended` is what ending the new session at its provider will ask for.
        """
        role = await auth.invitation.accept(transaction, account.actor_id, email) if email else None
        if visit.token is not None:
            await session.end(transaction, visit.token)
        how = ended or Ended(None, None)
        token = await session.start(
            transaction, account.account_id, visit.host, provider=how.provider_slug, id_token=how.id_token
        )
        waits = await second_step.is_set(transaction, account.account_id)
        return NewSession(token, account.actor_id, role, email, waits)

    def entered(self, visit: SignInVisit, entry: NewSession, to: str | None) -> Response:
        """The answer to somebody who just signed in: on to the page `to`, or JSON for programs. Whom an invitation gave
        work here, and who goes nowhere in particular, begins there."""
        if to == HOME and entry.role in STAFF:
            to = DESK
        self.sessions.forget()
        event = {"tenant": visit.tenant.slug, "actor": str(entry.actor)}
        security.info("sign-in", extra=event)
        if entry.role is not None:
            self.database.note_change(visit.tenant.number)  # What the former role had in widgets is over at once.
            security.info("role change", extra=event | {"role": entry.role.value})
        response = self._further(visit, to, waits=entry.waits)
        response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, entry.token))
        if entry.email is not None:
            written = self.browsers.write(visit.scheme, visit.host, visit.tenant.number, entry.email)
            response.headers.append("set-cookie", written)
        return response

    def confirmed(self, visit: SignInVisit, token: str) -> Response:
        """The answer to somebody who has shown the second step: on, with the session's new token."""
        self.sessions.forget()
        security.info("second step", extra={"tenant": visit.tenant.slug})
        response = self._further(visit, visit.next if visit.is_form else None, waits=False)
        response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, token))
        return response

    def _further(self, visit: SignInVisit, to: str | None, *, waits: bool) -> Response:
        if to is None:
            return JSONResponse({"status": "second step" if waits else "signed in"})
        if visit.kept:
            return self._page(visit, SignInStep("second_step" if waits else "continue", kept=visit.kept), ())
        return RedirectResponse(f"/auth/second-step?next={quote(to)}" if waits else to, 303)

    async def first(self, request: Request, path: str, kept: str) -> Response:
        """The page to sign in on before a page of the portal goes on; `kept` is the form that waits."""
        if not kept:
            return RedirectResponse(f"/auth/sign-in?next={quote(path)}", 303, {"cache-control": "no-store"})
        visit = server.sign_in.visit.of(self.registry, request, {"next": path, "kept": kept})
        response = await self.shown(visit, SignInStep("address", kept=kept), 401)
        response.headers["cache-control"] = "no-store"
        return response

    async def shown(
        self, visit: SignInVisit, step: SignInStep, status: int = 200, *, but_not: Collection[str] = ()
    ) -> HTMLResponse:
        """The page at one of its steps; it offers the providers whose issuers are `but_not` there already."""
        offers = step.name in ("address", "signed_in")
        providers = await auth.provider.enabled(self.database, visit.tenant.number) if offers else []
        offered = tuple(
            Offer(provider.title, provider.slug) for provider in providers if provider.issuer not in but_not
        )
        return self._page(visit, replace(step, kept=step.kept or visit.kept), offered, status)

    def is_known(self, visit: SignInVisit, email: str) -> bool:
        """Whether an address signed in from this browser before."""
        return self.browsers.is_known(visit.headers, visit.scheme, visit.host, visit.tenant.number, email)

    def _page(self, visit: SignInVisit, step: SignInStep, offers: tuple[Offer, ...], status: int = 200) -> HTMLResponse:
        pages_house = house.of(visit.tenant, is_demo=self.is_demo)
        content = SignInPage(step, visit.next, self.post is not None, offers)
        return HTMLResponse(sign_in.page(pages_house, content, visit.language), status, dict(FORM_HEADERS))
