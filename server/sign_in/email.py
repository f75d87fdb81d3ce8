"""Signing in by a code that is sent to an address."""

import logging
from collections.abc import Sequence

from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import auth.account
from auth import email_address, email_code
from auth.email_address import AddressError
from auth.email_code import EmailCodes
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from jobs.mail import Post
from portal import sign_in
from portal.sign_in import SignInStep
from server.api import refusal
from server.sign_in.frame import SignIn
from server.sign_in.visit import SignInVisit, route

MAX_WAITING_CODES = 500
"""Codes that one process may be writing: a flood beyond that is answered like anything else, and forgotten."""

logger = logging.getLogger("parvis.sign_in")
security = logging.getLogger("parvis.security")


class EmailSignIn:
    """The routes by which a code is sent and shown again."""

    def __init__(self, sign_in: SignIn, codes: EmailCodes) -> None:
        self._sign_in = sign_in
        self._codes = codes
        self._waiting_codes = 0

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [
            route(registry, "POST", "/auth/email", self.send),
            route(registry, "POST", "/auth/email/confirm", self.confirm),
        ]

    async def send(self, visit: SignInVisit) -> Response:
        """Send a code. What it answers, and when, does not depend on the address: the work follows the answer."""
        given = visit.fields.get("email", "")
        if self._sign_in.post is None:
            return refusal.response(503, "MAIL_NOT_CONFIGURED", "This installation sends no mail.")
        try:
            email = email_address.canonical(given)
        except AddressError as error:
            if visit.is_form:
                told = sign_in.ACCENT if error.is_accent else sign_in.BAD_ADDRESS
                return await self._sign_in.shown(visit, SignInStep("address", told, given), 400)
            return refusal.response(400, "BAD_INPUT", str(error))
        sent = JSONResponse({"status": "sent"}, 202)
        answer: Response = await self._sign_in.shown(visit, SignInStep("code", email=given)) if visit.is_form else sent
        answer.background = BackgroundTask(self._queue_code, self._sign_in.post, visit, email)
        return answer

    async def confirm(self, visit: SignInVisit) -> Response:
        """Sign in whoever knows the code that was sent to an address."""
        given, name = visit.fields.get("email", ""), auth.account.public_name(visit.fields.get("name"))
        if name is not None and len(name) > auth.account.NAME_LENGTH:
            return refusal.response(400, "TOO_LONG", "A name has at most 120 characters.")
        code = email_code.digits(visit.fields.get("code", ""))
        if code is None:
            if visit.is_form:
                return await self._sign_in.shown(
                    visit, SignInStep("code", sign_in.BAD_CODE, given, called=name or ""), 400
                )
            return refusal.response(400, "BAD_INPUT", "A code has eight digits.")
        email = email_code.address(given) or ""  # No address has a code: refused like any other.
        try:
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                is_known = self._sign_in.is_known(visit, email)
                is_right = await self._codes.confirm(transaction, email, code, visit.client, is_known=is_known)
                entry = await self._sign_in.begin(transaction, visit, email, name) if is_right else None
        except auth.account.ReservedNameError:  # The code is still good.
            if visit.is_form:
                return await self._sign_in.shown(
                    visit, SignInStep("code", sign_in.RESERVED, given, called=name or ""), 400
                )
            return refusal.response(400, "NAME_RESERVED", "This name is the portal's own: choose another one.")
        if entry is not None:
            return self._sign_in.entered(visit, entry, visit.next if visit.is_form else None)
        security.warning("sign-in refused", extra={"tenant": visit.tenant.slug, "by": "email"})
        if visit.is_form:
            step = SignInStep("code", sign_in.WRONG_CODE, given, kept=visit.kept, called=name or "")
            return await self._sign_in.shown(visit, step, 401)
        return refusal.response(401, "UNAUTHENTICATED", "This code is not valid.")

    async def _queue_code(self, post: Post, visit: SignInVisit, email: str) -> None:
        if self._waiting_codes >= MAX_WAITING_CODES:
            return
        self._waiting_codes += 1
        try:
            async with self._sign_in.database.transaction(visit.tenant.number) as transaction:
                await self._codes.issue(transaction, email, visit.client, is_known=self._sign_in.is_known(visit, email))
            self._sign_in.database.note_work(visit.tenant.number)
            post.wake(visit.tenant.number)  # At once: somebody waits for it.
        except (DatabaseUnavailableError, StatementTimeoutError) as error:
            logger.warning("a code could not be written: %s", type(error).__name__)
        finally:
            self._waiting_codes -= 1
