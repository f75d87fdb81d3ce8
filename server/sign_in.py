"""Signing in by e-mail and by invitation, and out again: routes under /auth, for pages' forms and for programs."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.types import Uuid
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import auth.account
import auth.invitation
import auth.provider
import server.visit
from auth import cookie, email_address, email_code, session
from auth.account import Known, Owner
from auth.email_address import AddressError
from auth.email_code import EmailCodes
from auth.invitation import InvitationLinks
from auth.known_browser import KnownBrowsers
from auth.oidc import RelyingParty, SignInError
from auth.session import Ended, Sessions, SignedIn
from auth.token import InvalidTokenError
from database.door import Database, DatabaseUnavailableError, StatementTimeoutError, Transaction
from jobs.mail import Post
from models import ident
from models.actor import Actor, Role
from models.base import table
from server import dwelling, page
from server.api import refusal
from server.page import Offer, SignInPage, Step
from server.visit import Visit, route
from tenants.registry import TenantRegistry

MAX_WAITING_CODES = 500
"""Codes that one process may be writing: a flood beyond that is answered like anything else, and forgotten."""

_actor = table(Actor)
FACE = select(_actor.c.kind, _actor.c.role, _actor.c.name).where(_actor.c.id == bindparam("id", type_=Uuid()))

logger = logging.getLogger("parvis.sign_in")
security = logging.getLogger("parvis.security")


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who just signed in: the session's token, the actor, the role that an invitation gave, and the confirmed
    address, by which the browser is known from now on."""

    token: str
    actor: UUID
    role: Role | None
    email: str | None


@dataclass(slots=True)
class SignIn:
    """The routes of signing in; `post` is None where the installation sends no mail."""

    database: Database
    registry: TenantRegistry
    sessions: Sessions
    codes: EmailCodes
    browsers: KnownBrowsers
    links: InvitationLinks
    relying_party: RelyingParty
    post: Post | None
    is_demo: bool = False
    waiting_codes: int = 0

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        return [
            route(self.registry, "GET", "/auth/sign-in", self.page),
            route(self.registry, "POST", "/auth/email", self.send),
            route(self.registry, "POST", "/auth/email/confirm", self.confirm),
            route(self.registry, "GET", "/auth/invitation", self.invitation),
            route(self.registry, "POST", "/auth/invitation", self.accept),
            route(self.registry, "GET", "/auth/session", self.session),
            route(self.registry, "POST", "/auth/sign-out", self.sign_out),
            route(self.registry, "GET", "/auth/signed-out", self.signed_out),
        ]

    async def page(self, visit: Visit) -> Response:
        """The page to sign in, or the account of whoever is signed in: as whom, further identities, and the way out."""
        signed_in = await self.signed_in(visit)
        owner = None if signed_in is None else await self.owner(visit, signed_in)
        if owner is None:
            return await self.shown(visit, Step("address"))
        step = Step("signed_in", person=owner.name, email=owner.email or "")
        return await self.shown(visit, step, but_not=owner.issuers)

    async def send(self, visit: Visit) -> Response:
        """Send a code. What it answers, and when, does not depend on the address: the work follows the answer."""
        given = visit.fields.get("email", "")
        if self.post is None:
            return refusal.response(503, "MAIL_NOT_CONFIGURED", "This installation sends no mail.")
        try:
            email = email_address.canonical(given)
        except AddressError as error:
            if visit.is_form:
                return await self.shown(visit, Step("address", _told(error), given), 400)
            return refusal.response(400, "BAD_INPUT", str(error))
        sent = JSONResponse({"status": "sent"}, 202)
        answer: Response = await self.shown(visit, Step("code", email=given)) if visit.is_form else sent
        answer.background = BackgroundTask(self._queue_code, self.post, visit, email)
        return answer

    async def confirm(self, visit: Visit) -> Response:
        """Sign in whoever knows the code that was sent to an address."""
        given, name = visit.fields.get("email", ""), auth.account.public_name(visit.fields.get("name"))
        if name is not None and len(name) > auth.account.NAME_LENGTH:
            return refusal.response(400, "TOO_LONG", "A name has at most 120 characters.")
        code = email_code.digits(visit.fields.get("code", ""))
        if code is None:
            if visit.is_form:
                return await self.shown(visit, Step("code", "Un code a huit chiffres.", given), 400)
            return refusal.response(400, "BAD_INPUT", "A code has eight digits.")
        email = email_code.address(given) or ""  # No address has a code: refused like any other.
        try:
            async with self.database.transaction(visit.tenant.number) as transaction:
                is_known = self._is_known(visit, email)
                is_right = await self.codes.confirm(transaction, email, code, visit.client, is_known=is_known)
                entry = await self._start(transaction, visit, email, name) if is_right else None
        except auth.account.ReservedNameError:  # The code is still good.
            if visit.is_form:
                return await self.shown(visit, Step("code", "Ce nom est réservé : choisissez-en un autre.", given), 400)
            return refusal.response(400, "NAME_RESERVED", "This name is the portal's own: choose another one.")
        if entry is not None:
            return self.entered(visit, entry, visit.next if visit.is_form else None)
        security.warning("sign-in refused", extra={"tenant": visit.tenant.slug, "by": "email"})
        if visit.is_form:
            message = "Ce code n’est pas le bon, ou il n’est plus valable."
            return await self.shown(visit, Step("code", message, given, kept=visit.kept), 401)
        return refusal.response(401, "UNAUTHENTICATED", "This code is not valid.")

    async def invitation(self, visit: Visit) -> Response:
        """The page that an invitation's link opens; it says as whom one will act. It changes nothing: programs follow
        links in mails."""
        token = visit.fields.get("token", "")
        try:
            invitation = self.links.read(visit.tenant.number, token)
            async with self.database.transaction(visit.tenant.number) as transaction:
                email = await auth.invitation.address(transaction, invitation)
        except InvalidTokenError:
            email = ""  # Whoever accepts it is told so.
        return await self.shown(visit, Step("invitation", token=token, email=email))

    async def accept(self, visit: Visit) -> Response:
        """Sign in whoever has an invitation's link: it was sent to the address, and so confirms it."""
        try:
            invitation = self.links.read(visit.tenant.number, visit.fields.get("token", ""))
            async with self.database.transaction(visit.tenant.number) as transaction:
                email = await auth.invitation.address(transaction, invitation)
                entry = await self._start(transaction, visit, email, None)
        except InvalidTokenError:
            security.warning("sign-in refused", extra={"tenant": visit.tenant.slug, "by": "invitation"})
            if visit.is_form:
                return await self.shown(visit, Step("address", "Cette invitation n’est plus valable."), 401)
            return refusal.response(401, "UNAUTHENTICATED", "This invitation is not valid.")
        return self.entered(visit, entry, visit.next if visit.is_form else None)

    async def session(self, visit: Visit) -> Response:
        """Who is signed in, for pages that ask."""
        signed_in = await self.signed_in(visit)
        if signed_in is None or signed_in.viewer.actor_id is None or visit.token is None:
            return JSONResponse({"actor": None})
        number, actor = visit.tenant.number, signed_in.viewer.actor_id
        [(kind, role, name)] = await self.database.rows(FACE, tenant=number, id=actor)
        face = {"id": ident.encode("actor", number, actor), "kind": kind, "role": role, "name": name}
        response = JSONResponse({"actor": face})
        fresh = await self.sessions.renewal(number, visit.token, visit.host)
        if fresh is not None:
            response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, fresh))
        return response

    async def sign_out(self, visit: Visit) -> Response:
        """End the session here; where it came from a provider, say how to end it there too."""
        ended: Ended | None = None
        if visit.token is not None:
            async with self.database.transaction(visit.tenant.number) as transaction:
                ended = await session.end(transaction, visit.token)
            self.sessions.forget()
        url = await self._end_url(visit, ended) if ended else None
        if ended is not None:
            security.info("sign-out", extra={"tenant": visit.tenant.slug})
        page_ = await self.shown(visit, Step("signed_out", url=url)) if visit.is_form else None
        response = page_ or JSONResponse({"redirect": url})
        response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, None))
        return response

    async def signed_out(self, visit: Visit) -> Response:
        """Where identity providers send browsers back to."""
        return await self.shown(visit, Step("signed_out"))

    async def first(self, request: Request, path: str, kept: str) -> Response:
        """The page to sign in on before a page of the portal goes on; `kept` is the form that waits."""
        if not kept:
            return RedirectResponse(f"/auth/sign-in?next={quote(path)}", 303, {"cache-control": "no-store"})
        found = server.visit.of(self.registry, request, {"next": path, "kept": kept})
        response = await self.shown(found, Step("address", kept=kept), 401)
        response.headers["cache-control"] = "no-store"
        return response

    # For the other routes of signing in -------------------------------------------------------------------------------

    async def signed_in(self, visit: Visit) -> SignedIn | None:
        """Who is signed in in the visitor's browser."""
        if visit.token is None:
            return None
        try:
            return await self.sessions.signed_in(visit.tenant.number, visit.token, visit.host)
        except InvalidTokenError:
            return None

    async def enter(
        self, transaction: Transaction, visit: Visit, known: Known, email: str | None, ended: Ended | None = None
    ) -> Entry:
        """A new session for an account, in place of the browser's old one; accepts invitations of a confirmed `email`.

        `ended` is what ending the new session at its provider will ask for.
        """
        role = await auth.invitation.accept(transaction, known.actor_id, email) if email else None
        if visit.token is not None:
            await session.end(transaction, visit.token)
        how = ended or Ended(None, None)
        token = await session.start(
            transaction, known.account_id, visit.host, provider=how.provider_slug, id_token=how.id_token
        )
        return Entry(token, known.actor_id, role, email)

    def entered(self, visit: Visit, entry: Entry, to: str | None) -> Response:
        """The answer to who just signed in: on to the page `to`, or JSON for programs."""
        self.sessions.forget()
        event = {"tenant": visit.tenant.slug, "actor": str(entry.actor)}
        security.info("sign-in", extra=event)
        if entry.role is not None:
            self.database.note_change(visit.tenant.number)  # What the former role had in widgets is over at once.
            security.info("role change", extra=event | {"role": entry.role.value})
        response: Response = JSONResponse({"status": "signed in"}) if to is None else RedirectResponse(to, 303)
        if to is not None and visit.kept:
            response = self._page(visit, Step("continue", kept=visit.kept), ())
        response.headers.append("set-cookie", cookie.write(visit.scheme, visit.host, entry.token))
        if entry.email is not None:
            written = self.browsers.write(visit.scheme, visit.host, visit.tenant.number, entry.email)
            response.headers.append("set-cookie", written)
        return response

    async def owner(self, visit: Visit, signed_in: SignedIn) -> Owner | None:
        """Whose the account is that is signed in."""
        return await auth.account.owner(self.database, visit.tenant.number, signed_in.account_id)

    async def shown(
        self, visit: Visit, step: Step, status: int = 200, *, but_not: Collection[str] = ()
    ) -> HTMLResponse:
        """The page at one of its steps; it offers the providers whose issuers are `but_not` there already."""
        offers = step.name in ("address", "signed_in")
        providers = await auth.provider.enabled(self.database, visit.tenant.number) if offers else []
        offered = tuple(Offer(found.title, found.slug) for found in providers if found.issuer not in but_not)
        return self._page(visit, replace(step, kept=step.kept or visit.kept), offered, status)

    def _page(self, visit: Visit, step: Step, offers: tuple[Offer, ...], status: int = 200) -> HTMLResponse:
        house = dwelling.of(visit.tenant, is_demo=self.is_demo)
        content = SignInPage(step, visit.next, self.post is not None, offers)
        return HTMLResponse(page.sign_in_page(house, content), status, dict(page.FORM_HEADERS))

    def _is_known(self, visit: Visit, email: str) -> bool:
        return self.browsers.is_known(visit.headers, visit.scheme, visit.host, visit.tenant.number, email)

    async def _start(self, transaction: Transaction, visit: Visit, email: str, name: str | None) -> Entry:
        known = await auth.account.confirmed(transaction, email, name)
        return await self.enter(transaction, visit, known, email)

    async def _queue_code(self, post: Post, visit: Visit, email: str) -> None:
        if self.waiting_codes >= MAX_WAITING_CODES:
            return
        self.waiting_codes += 1
        try:
            async with self.database.transaction(visit.tenant.number) as transaction:
                await self.codes.issue(transaction, email, visit.client, is_known=self._is_known(visit, email))
            self.database.note_work(visit.tenant.number)
            post.wake(visit.tenant.number)  # At once: somebody waits for it.
        except (DatabaseUnavailableError, StatementTimeoutError) as error:
            logger.warning("a code could not be written: %s", type(error).__name__)
        finally:
            self.waiting_codes -= 1

    async def _end_url(self, visit: Visit, ended: Ended) -> str | None:
        if ended.provider_slug is None or ended.id_token is None:
            return None
        provider = await auth.provider.one(self.database, visit.tenant.number, ended.provider_slug)
        try:
            return_to = f"{visit.base}/auth/signed-out"
            return await self.relying_party.end_url(provider, ended.id_token, return_to) if provider else None
        except SignInError as error:
            logger.warning("the session at the provider stays: %s", error)
            return None


def _told(error: AddressError) -> str:
    """For the person who typed the address."""
    if error.is_accent:
        return "Nos messages ne peuvent pas atteindre une adresse qui a un accent avant le @ : essayez-en une autre."
    return "Cette adresse n’est pas valable : vérifiez-la, par exemple prenom.nom@exemple.fr."
