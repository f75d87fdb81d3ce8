"""Identity: from a request's credentials to the caller that they prove."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from auth import api_token, cookie, operator_token, widget_token
from auth.api_token import ApiTokens
from auth.cookie import CookieTwiceError
from auth.machine import Machine
from auth.operator_token import OperatorTokens
from auth.session import Sessions
from auth.token import DevelopmentTokens, InvalidTokenError
from auth.viewer import ANONYMOUS
from auth.widget_token import WidgetTokens
from tenants.registry import TenantRecord

ROUTER_HEADER = b"parvis-router"
"""Where a federation router proves itself when `Authorization` tells for whom it asks."""

NOBODY = Machine(ANONYMOUS)
NOBODYS_ROUTER = Machine(replace(ANONYMOUS, is_router=True))

Headers = Mapping[bytes, bytes]


class Identities:
    """Reads the credentials of requests: a bearer token of any kind, else the session's cookie."""

    def __init__(
        self,
        sessions: Sessions,
        api_tokens: ApiTokens,
        operator_tokens: OperatorTokens,
        widget_tokens: WidgetTokens,
        development: DevelopmentTokens | None,
    ) -> None:
        """`development` is None outside the demonstration: then its tokens are refused."""
        self._sessions = sessions
        self._api_tokens = api_tokens
        self._operator_tokens = operator_tokens
        self._widget_tokens = widget_tokens
        self._development = development

    async def of(self, tenant: TenantRecord, headers: Headers) -> Machine:
        """Who asks at a tenant: NOBODY without credentials.

        Raises InvalidTokenError for a token that is not valid here, whatever the reason. A cookie that is not valid
        (any more) is none, and so are two of one name: a browser sends them by itself.
        """
        caller = await self._own(tenant, headers)
        router = headers.get(ROUTER_HEADER)
        if router is None:
            return caller
        if not (await self._token(tenant, router.decode("latin-1"), headers)).viewer.is_router:
            raise InvalidTokenError
        if caller is NOBODY:
            return NOBODYS_ROUTER
        return replace(caller, viewer=replace(caller.viewer, is_router=True))

    async def renewed(self, tenant: TenantRecord, headers: Headers) -> str | None:
        """The token that takes the place of a session's own, which was used for a day; None while it stays."""
        session = None if b"authorization" in headers else _session(headers)
        host = headers.get(b"host", b"").decode("latin-1")
        with suppress(InvalidTokenError):  # It was ended meanwhile.
            return None if session is None else await self._sessions.renewal(tenant.number, session, host)
        return None

    async def widget_origins(self, tenant: TenantRecord) -> frozenset[str]:
        """The sites whose pages show the tenant's widgets."""
        return await self._widget_tokens.origins(tenant.number)

    async def _own(self, tenant: TenantRecord, headers: Headers) -> Machine:
        authorization = headers.get(b"authorization")
        if authorization is not None:
            scheme, _, token = authorization.decode("latin-1").partition(" ")
            if scheme.lower() != "bearer":
                raise InvalidTokenError
            return await self._token(tenant, token.strip(), headers)
        if b"cookie" in headers and (session := _session(headers)) is not None:
            try:
                host = headers.get(b"host", b"").decode("latin-1")
                return Machine(await self._sessions.viewer(tenant.number, session, host))
            except InvalidTokenError:
                return NOBODY
        return NOBODY

    async def _token(self, tenant: TenantRecord, token: str, headers: Headers) -> Machine:
        if token.startswith(api_token.PREFIX):
            return await self._api_tokens.machine(tenant.number, token)
        if token.startswith(operator_token.PREFIX):
            return await self._operator_tokens.machine(token)
        if token.startswith(widget_token.PREFIX):
            origin = headers.get(b"origin")
            return await self._widget_tokens.machine(tenant.number, token, origin.decode("latin-1") if origin else None)
        if self._development is None:
            raise InvalidTokenError
        return Machine(self._development.read(tenant.number, token))


def _session(headers: Headers) -> str | None:
    """The token of the one session that a browser shows."""
    with suppress(CookieTwiceError):
        return cookie.read(headers)
    return None
