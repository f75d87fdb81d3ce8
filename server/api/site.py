"""TenantRoutes: what routes beside the contract stand on, such as those that take and give files."""

from database.door import Database
from server.api.gate import Gate
from tenants.registry import TenantRegistry


class TenantRoutes:
    """Routes of all tenants: their data, which of them a request is for, and who asks."""

    def __init__(self, database: Database, registry: TenantRegistry, gate: Gate) -> None:
        self._database = database
        self._registry = registry
        self._gate = gate
