"""Sides: one transaction in which tenants' own roles take turns, so that rows leave one and are in the other at once.

Each statement runs under the role of the tenant that it names, which reaches no other tenant's tables.
"""

from collections.abc import Sequence

from psycopg.pq.abc import PGresult

from database import naming
from database.statement import Statement
from database.transaction import Transaction


class RoleTurn:
    """Whose role a transaction has now."""

    __slots__ = ("tenant",)

    def __init__(self) -> None:
        self.tenant: int | None = None


class TenantSide(Transaction):
    """What one tenant's role does in a transaction that has begun under the login's own."""

    __slots__ = ("_turn",)

    def __init__(self, platform: Transaction, tenant: int | None, turn: RoleTurn) -> None:
        super().__init__(platform.connection, tenant, is_begun=True)
        self._turn = turn

    async def begin(self) -> None:
        """Take the role, before what is done to the connection itself."""
        if self._turn.tenant != self.tenant:
            role = naming.role(self.tenant)
            self.connection.roles.add(role)
            await self.connection.tell(f"SET LOCAL ROLE {role}")
            self._turn.tenant = self.tenant

    async def _ask(self, *asked: tuple[Statement, str, Sequence[bytes | None]]) -> list[PGresult]:
        await self.begin()
        return await super()._ask(*asked)


def sides(platform: Transaction, *tenants: int) -> list[TenantSide]:
    """The platform's side and one for each tenant, of a transaction of `Database.transaction(None)` that has begun."""
    turn = RoleTurn()
    return [TenantSide(platform, tenant, turn) for tenant in (None, *tenants)]
