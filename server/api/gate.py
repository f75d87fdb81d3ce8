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
from planner.request import BudgetExhaustedError
from server.api.request import BadRequestError
from tenants.budget import Budgets
from tenants.registry import TenantRecord

Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may have a minute: cost of operations, and mutations by address; 0 for no limit."""

    cost_per_minute: int = 0
    changes_per_minute: int = 0


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
            raise BadRequestError(403, "CROSS_SITE", "Pages of other sites cannot act for who is signed in here.")
        return machine

    def spend(self, tenant: TenantRecord, machine: Machine, scope: Scope, cost: int, is_change: bool) -> None:
        """Count an operation against its client's budget. Raises BudgetExhaustedError."""
        limit = self._limits.cost_per_minute if machine.budget_per_minute is None else machine.budget_per_minute
        address = attempt.client(str(scope["client"][0]) if scope.get("client") else None)
        client = machine.viewer.client or str(machine.viewer.actor_id or address)
        self._count("cost", tenant, client, cost, limit)
        if is_change:
            self._count("change", tenant, address, 1, self._limits.changes_per_minute)

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
