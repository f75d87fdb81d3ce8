"""Leaving the mails of what one follows with one click, as programs of mail do it for their readers (RFC 8058).

Only a POST with the words of the standard acts, without cookie and without signing in: scanners that open the link
change nothing. It answers 200 whatever the link is worth, also after an account was erased.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.nudge_link import NudgeLinks
from database.door import Database
from mail.transport import ONE_CLICK
from resolvers import mail_preference
from server.page.policy import FORM_HEADERS
from tenants.registry import TenantRegistry

MAX_BODY = 1_000
"""Bytes; the standard's words, in either form of a form."""


class Unsubscribe:
    """Answers the address of `List-Unsubscribe`."""

    def __init__(self, database: Database, registry: TenantRegistry, links: NudgeLinks) -> None:
        self._database = database
        self._registry = registry
        self._links = links

    def routes(self) -> list[Route]:
        """One address: a GET leads to the page that asks, a POST acts."""
        return [Route("/desabonnement/{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Show, or act and say so."""
        token = request.path_params["token"]
        if request.method != "POST":
            return RedirectResponse(f"/courriels/{token}", 303, FORM_HEADERS)
        tenant = self._registry.at(request.headers.get("host", ""))
        if not _is_one_click(await _body(request)):
            return PlainTextResponse(ONE_CLICK, 400, FORM_HEADERS)
        actor = self._links.reader(tenant.number, token) if tenant is not None else None
        if tenant is not None and actor is not None:
            async with self._database.transaction(tenant.number) as transaction:
                await mail_preference.silence(transaction, actor)
            self._database.note_change(tenant.number)
        return PlainTextResponse("OK", 200, FORM_HEADERS)


async def _body(request: Request) -> bytes:
    """The beginning of what was sent."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            break
    return body


def _is_one_click(body: bytes) -> bool:
    """Whether these are the words of the standard, URL-encoded or as a part of a form."""
    name, _, value = ONE_CLICK.encode().partition(b"=")
    return name + b"=" + value in body or (b'"' + name + b'"' in body and value in body)
