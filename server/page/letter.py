"""Letters: `/gestion/courriels/{kind}.html`, a kind of mail as its readers see it, for administrators and frames."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from auth import cookie
from mail import letter, look
from mail.look import Look
from models.mail import MailKind
from server.api import refusal
from server.api.gate import Gate
from server.api.request import BadRequestError
from tenants.registry import TenantRegistry

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
"""A mail styles itself, and does nothing else."""


class LetterPages:
    """Serves the mails' pages; the portal's own page shows them in frames."""

    def __init__(self, registry: TenantRegistry, gate: Gate) -> None:
        self._registry = registry
        self._gate = gate

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [Route("/gestion/courriels/{kind}.html", self.page, methods=["GET"])]

    async def page(self, request: Request) -> Response:
        """One mail; there is none for anybody but administrators."""
        tenant = self._registry.at(request.headers.get("host", ""))
        kind = MailKind.__members__.get(request.path_params["kind"])
        if tenant is None or kind is None:
            return refusal.response(404, "NOT_FOUND", "There is no such mail.")
        if not tenant.is_active:
            return refusal.response(503, "TENANT_SUSPENDED", "This portal is suspended.")
        try:
            caller = await self._gate.machine(tenant, cookie.gathered(request.scope["headers"]), request.scope)
        except BadRequestError as error:
            return refusal.response(error.status, error.code, error.message)
        if not caller.viewer.is_administrator:
            return refusal.response(404, "NOT_FOUND", "There is no such mail.")
        locale = letter.spoken([request.query_params.get("locale", ""), *tenant.locales])
        subject, text = letter.sample(kind, locale, tenant.title)
        return HTMLResponse(look.html(Look(tenant.title, tenant.primary_color), locale, subject, text), 200, HEADERS)
