"""The gate: who asks, from which site's page, and how much it may still ask in this minute."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import Scope

from auth import attempt, cookie
from auth.identity import Identities
from auth.machine import Machine
from auth.origin import is_same_origin
from auth.token import InvalidTokenError
from database.door import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
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

    def spend(self, tenant: TenantRecord, machine: Machine, scope: Scope, cost: int, is_change: bool) -> None:
        """Count an operation against its client's budget. Raises BudgetExhaustedError."""
        limit = self._limits.cost_per_minute if machine.budget_per_minute is None else machine.budget_per_minute
        self._count("cost", tenant, _client(machine, scope), cost, limit)
        if is_change:
            self._count("change", tenant, _address(scope), 1, self._limits.changes_per_minute)

    def payer(self, tenant: TenantRecord, machine: Machine, scope: Scope) -> Payer | None:
        """Who pays when a document that is not trusted is new; None for whoever is trusted."""
        viewer, limit = machine.viewer, self._limits.planning_ms_per_minute
        if viewer.is_moderator or viewer.is_router:
            return None

        is_let_in = False

        def pay(milliseconds: int) -> None:
            nonlocal is_let_in
            if not limit or (is_let_in and not milliseconds):  # Whose document was read has its plan made, too.
                return
            asked, most = (milliseconds, _WHATEVER) if milliseconds else (1, limit)
            spent = self._budgets.spend("planning", tenant.number, _client(machine, scope), asked, most)
            if spent.is_refused:
                raise PlanningExhaustedError(spent.reset_s)
            is_let_in = True

        return pay

    async def renewal(self, tenant: TenantRecord, headers: Headers, scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
        """A session's new cookie, as headers, once a day."""
        fresh = await self._identities.renewed(tenant, headers) if b"cookie" in headers else None
        if fresh is None:
            return ()
        written = cookie.write(scope["scheme"], headers.get(b"host", b"").decode("latin-1"), fresh)
        return ((b"set-cookie", written.encode()),)

    async def widget_origins(self, tenant: TenantRecord | None, headers: Headers) -> frozenset[str]:
        """The sites whose pages show the tenant's widgets, when a page of some site asks."""
        if tenant is not None and b"origin" in headers:
            with suppress(DatabaseUnavailableError, StatementTimeoutError, TenantGoneError):
                return await self._identities.widget_origins(tenant)
        return frozenset()

    def _count(self, bucket: str, tenant: TenantRecord, client: str, amount: int, limit: int) -> None:
        if limit and (spent := self._budgets.spend(bucket, tenant.number, client, amount, limit)).is_refused:
            raise BudgetExhaustedError(spent.reset_s)


def _client(machine: Machine, scope: Scope) -> str:
    """Whose budget counts."""
    return machine.viewer.client or str(machine.viewer.actor_id or _address(scope))


def _address(scope: Scope) -> str:
    return attempt.client(str(scope["client"][0]) if scope.get("client") else None)
