"""The gate: who asks, from which site's page, and how much it may still ask in this minute."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import Scope

from auth import attempt, cookie
from auth.identity import Identities
from auth.machine import Machine
from auth.origin import is_same_origin
from auth.token import InvalidTokenError
from database.failure import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from models.tenant import Feature
from planner.planning import Payer
from planner.request import BudgetExhaustedError, PlanningExhaustedError
from server.api.request import BadRequestError
from tenants.budget import Budgets
from tenants.registry import TenantRecord

Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may have a minute: cost of operations, mutations by address, and milliseconds in which its new
    documents are read and planned; 0 for no limit."""

    cost_per_minute: int = 0
    changes_per_minute: int = 0
    planning_ms_per_minute: int = 0


_WHATEVER = 2**53
"""No limit for what was done already."""


class Gate:
    """Lets requests in."""

    def __init__(self, identities: Identities, budgets: Budgets, limits: Limits) -> None:
        self._identities = identities
        self._budgets = budgets
        self._limits = limits

    async def machine(self, tenant: TenantRecord, headers: Headers, scope: Scope) -> Machine:
        """Who asks. A session's cookie is sent by browsers whatever page asks them to: then the page's site decides.

        Raises BadRequestError for a token that is not valid here, and for a page of another site.
        """
        try:
            machine = await self._identities.of(tenant, headers)
        except InvalidTokenError as error:
            raise BadRequestError(401, "UNAUTHENTICATED", "This token is not valid here.") from error
        has_session = b"authorization" not in headers and machine.viewer.is_member
        if has_session and scope["method"] == "POST" and not is_same_origin(headers, scope["scheme"], tenant.hosts):
            raise BadRequestError(403, "CROSS_SITE", "Pages of other sites cannot act for people signed in here.")
        return machine

    async def sender(self, tenant: TenantRecord, scope: Scope, *, of: Collection[Feature] = ()) -> Machine:
        """Who sends a file: an administrator of an active portal, which has one of some features where these are named.

        Raises BadRequestError.
        """
        machine = await self.machine(tenant, cookie.gathered(scope["headers"]), scope)
        has_them = not of or not tenant.features.isdisjoint(of)
        if not (tenant.is_active and machine.viewer.is_administrator and has_them):
            raise BadRequestError(403, "FORBIDDEN", "Files are for administrators to send.")
        return machine

    def purse(self, tenant: TenantRecord, machine: Machine, scope: Scope) -> "Purse":
        """What pays for one request."""
        return Purse(self._budgets, self._limits, tenant.number, machine, scope)

    async def renewal(self, tenant: TenantRecord, headers: Headers, scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
        """A session's new cookie, as headers, once a day."""
        fresh = await self._identities.renewed(tenant, headers) if b"cookie" in headers else None
        if fresh is None:
            return ()
        written = cookie.write(scope["scheme"], headers.get(b"host", b"").decode("latin-1"), fresh)
        return ((b"set-cookie", written.encode()),)

    async def widget_origins(self, tenant: TenantRecord | None) -> frozenset[str]:
        """The sites whose pages show the tenant's widgets."""
        if tenant is not None:
            with suppress(DatabaseUnavailableError, StatementTimeoutError, TenantGoneError):
                return await self._identities.widget_origins(tenant)
        return frozenset()


class Purse:
    """What the client of one request may still ask for in this minute."""

    __slots__ = ("_budgets", "_client", "_is_let_in", "_limits", "_machine", "_tenant", "network")

    def __init__(self, budgets: Budgets, limits: Limits, tenant: int, machine: Machine, scope: Scope) -> None:
        self._budgets = budgets
        self._limits = limits
        self._tenant = tenant
        self._machine = machine
        self._is_let_in = False
        address = scope.get("client")
        self.network = attempt.client(str(address[0]) if address else None)
        """From where the request comes."""
        viewer = machine.viewer
        self._client = viewer.client or str(viewer.actor_id or self.network)
        """Whose budget counts."""

    def spend(self, cost: int, is_change: bool) -> None:
        """Pay for an operation. Raises BudgetExhaustedError."""
        limit = self._machine.budget_per_minute
        self._count("cost", self._client, cost, self._limits.cost_per_minute if limit is None else limit)
        if is_change:
            self._count("change", self.network, 1, self._limits.changes_per_minute)

    def payer(self, *, is_trusted: bool) -> Payer | None:
        """What pays when a document is new; None when it is trusted, or whoever sent it."""
        viewer = self._machine.viewer
        return None if is_trusted or viewer.is_router or viewer.is_moderator else self._plan

    def _plan(self, milliseconds: int) -> None:
        """Pay for reading and planning; 0 asks whether there is anything left. Raises PlanningExhaustedError."""
        limit = self._limits.planning_ms_per_minute
        if not limit or (self._is_let_in and not milliseconds):  # Whose document was read has its plan made, too.
            return
        asked, most = (milliseconds, _WHATEVER) if milliseconds else (1, limit)
        spent = self._budgets.spend("planning", self._tenant, self._client, asked, most)
        if spent.is_refused:
            raise PlanningExhaustedError(spent.reset_s)
        self._is_let_in = True

    def _count(self, bucket: str, client: str, amount: int, limit: int) -> None:
        if limit and (spent := self._budgets.spend(bucket, self._tenant, client, amount, limit)).is_refused:
            raise BudgetExhaustedError(spent.reset_s)
