"""The pop-up page of widgets: a person signed in at the portal may go on in a widget on another site's page."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

import auth.widget_token
from auth import face
from auth.widget_token import WidgetTokens
from models import ident
from models.refusal import Refusal
from portal import sign_in
from portal.sign_in import PopUpPage
from server.page.policy import FORM_HEADERS
from server.sign_in.frame import SignIn
from server.sign_in.visit import RefusedVisitError, SignInVisit, route

PASSED = ("widget", "origin", "state", "back", "language")
"""What a widget's page says of itself, and what comes through signing in with it."""

MAX_BACK = 1_000
"""Characters of the address to which the window may lead back."""

_STATE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_BACK = re.compile(r"[\x21-\x7e]+")


class PopUp:
    """The routes of the pop-up window; it asks before it hands anything over."""

    def __init__(self, sign_in: SignIn, tokens: WidgetTokens) -> None:
        self._sign_in = sign_in
        self._tokens = tokens

    def routes(self) -> Sequence[Route]:
        """What the application serves."""
        registry = self._sign_in.registry
        return [route(registry, "GET", "/auth/popup", self.ask), route(registry, "POST", "/auth/popup", self.hand_over)]

    async def ask(self, visit: SignInVisit) -> Response:
        """Ask who is signed in whether to go on in the widget; have anybody else sign in first."""
        await self._widget(visit)
        actor = await self._signed_in(visit)
        if actor is None:
            this = {name: visit.fields[name] for name in PASSED if name in visit.fields}
            following = urlencode({"next": f"/auth/popup?{urlencode(this)}"})
            return RedirectResponse(f"/auth/sign-in?{following}", 303)
        return await self._shown(visit, actor, "")

    async def hand_over(self, visit: SignInVisit) -> Response:
        """Give a code, good once and for a moment, to the page that opened the window."""
        widget, actor = await self._widget(visit), await self._signed_in(visit)
        if actor is None:
            raise RefusedVisitError(401, "UNAUTHENTICATED", "Sign in first.")
        number, origin = visit.tenant.number, visit.fields["origin"]
        code = await auth.widget_token.hand_over(self._sign_in.database, number, widget, origin, actor)
        return await self._shown(visit, actor, code)

    async def _widget(self, visit: SignInVisit) -> UUID:
        """The widget, which is shown on pages of the origin. Raises RefusedVisitError."""
        number, origin = visit.tenant.number, visit.fields.get("origin", "")
        try:
            widget = ident.decode("widget", number, visit.fields.get("widget", ""))
        except Refusal:
            widget = None
        if widget is None or await self._tokens.shown(number, widget, origin) is None:
            raise RefusedVisitError(404, "NOT_FOUND", "There is no such widget for this site.")
        return widget

    async def _signed_in(self, visit: SignInVisit) -> UUID | None:
        signed_in = await self._sign_in.signed_in(visit)
        return signed_in.viewer.actor_id if signed_in else None

    async def _shown(self, visit: SignInVisit, actor: UUID, code: str) -> Response:
        tenant = visit.tenant
        shown = await face.of(self._sign_in.database, tenant.number, actor)
        colors, fields = (tenant.primary_color, tenant.secondary_color), visit.fields
        asked = (fields["widget"], fields["origin"], _state(fields), _back(fields))
        content = PopUpPage(tenant.title, tenant.collectivite_name, *colors, shown.name, *asked, code, visit.language)
        return HTMLResponse(sign_in.popup(content), headers=dict(FORM_HEADERS))


def _state(fields: Mapping[str, str]) -> str:
    """By which the page that asked knows its answer; empty for none."""
    state = fields.get("state", "")
    return state if _STATE.fullmatch(state) else ""


def _back(fields: Mapping[str, str]) -> str:
    """A page of the widget's origin, to which the window leads where it was cut off from the one that opened it."""
    back, origin = fields.get("back", ""), fields["origin"]
    is_there = len(back) <= MAX_BACK and _BACK.fullmatch(back) and back.startswith(f"{origin}/")
    return back if is_there else f"{origin}/"
