"""Request: what one operation runs with."""

from dataclasses import dataclass, field
from typing import Any

from auth.viewer import Viewer
from planner.loading import Loaders
from planner.question import Asker
from tenants.door import Database
from tenants.registry import TenantRecord


@dataclass(slots=True)
class Request:
    """The tenant, the viewer and the door; `loaders` last as long as the operation."""

    database: Database
    tenant: TenantRecord
    viewer: Viewer
    loaders: Loaders = field(default_factory=Loaders)
    cache: dict[Any, Any] = field(default_factory=dict)

    @property
    def asker(self) -> Asker:
        """Whose values a plan's binds take."""
        return Asker(self.tenant.number, self.viewer, self.tenant.features)
