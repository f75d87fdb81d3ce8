"""Request: what one operation runs with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from auth.viewer import Viewer
from database.door import Database
from database.statement import Statement
from models import sentence
from planner.loading import Context, Loaders
from planner.question import Asker
from planner.trace import Trace
from tenants.registry import TenantRecord


def _freely(_cost: int, _is_change: bool) -> None:
    """Without a budget."""


@dataclass(frozen=True, slots=True)
class BudgetExhaustedError(Exception):
    """The client has spent what it may in this minute; in `reset_s` seconds it may spend again. Nothing ran."""

    reset_s: int


@dataclass(frozen=True, slots=True)
class PlanningExhaustedError(Exception):
    """The client has sent as many new documents as it may in this minute; in `reset_s` seconds it may again."""

    reset_s: int


@dataclass
class Request:
    """The tenant, the viewer and the door; `locale` is the language in which refusals are explained.

    `spend` is told each operation's cost, and whether it changes something, before it runs. It may raise
    BudgetExhaustedError. `payer` pays for what has to be read or planned anew (`planner.planning.Payer`); None: the
    document is trusted, or whoever asks.
    """

    database: Database
    tenant: TenantRecord
    viewer: Viewer
    spend: Callable[[int, bool], None] = _freely
    payer: Callable[[int], None] | None = None
    locale: str = sentence.LOCALES[0]
    trace: Trace | None = None
    refusals: list[str] = field(default_factory=list)
    """The codes of those that the payloads of its mutations tell."""

    asker: Asker = field(init=False)
    """Whose values a plan's binds take."""

    def __post_init__(self) -> None:
        self.asker = Asker(self.tenant.number, self.viewer, self.tenant.features, self.tenant.time_zone)

    def new_loaders(self) -> Loaders:
        """Loaders that remember nothing yet, for what one statement has read."""
        return Loaders(Context(self.database, self.asker))

    async def read(self, statement: Statement, values: Mapping[str, object]) -> list[bytes | None]:
        """A query's rows; those for anonymous visitors, who have written nothing, may be a moment old."""
        may_be_old = self.viewer.role is None
        return await self.database.read(statement, self.tenant.number, values, may_be_old=may_be_old)
