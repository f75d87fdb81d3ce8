"""Request: the tenant, viewer, database, budget and language that one operation runs with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from auth.nudge_link import NudgeLinks
from auth.sealed_secret import Sealer
from auth.secret import Keyed
from auth.text_message import TextMessages
from auth.viewer import Viewer
from database.door import Database
from database.statement import Statement
from models import sentence
from planner.context import Asker
from planner.loading import BatchContext, Loaders
from planner.trace import Trace
from tenants.registry import TenantRecord


def _freely(_cost: int, _is_change: bool) -> None:
    """Without a budget."""


@dataclass(slots=True, eq=False)  # Frozen, it could not take a traceback.
class BudgetExhaustedError(Exception):
    """The client has used up its budget of this minute; a new one begins in `reset_s` seconds. Nothing ran."""

    reset_s: int


@dataclass(slots=True, eq=False)  # Frozen, it could not take a traceback.
class PlanningExhaustedError(Exception):
    """The client has used up its planning time of this minute; more is granted in `reset_s` seconds. Nothing ran."""

    reset_s: int


@dataclass
class Request:
    """What one operation runs with; `locale` is the language in which refusals are explained.

    `spend` is called before each operation with its cost and whether it is a mutation, and may raise
    BudgetExhaustedError. `payer` pays for parsing and planning (`planner.planning.Payer`); None when the document or
    the client is trusted.
    """

    database: Database
    tenant: TenantRecord
    viewer: Viewer
    spend: Callable[[int, bool], None] = _freely
    payer: Callable[[int], None] | None = None
    locale: str = sentence.LOCALES[0]
    trace: Trace | None = None
    links: NudgeLinks | None = None
    persons: Keyed | None = None
    sealer: Sealer | None = None
    texts: TextMessages | None = None
    network: str = "unknown"
    allows_private_urls: bool = False
    model: str | None = None
    refusals: list[str] = field(default_factory=list)
    """The codes of the user errors in its mutations' payloads."""

    asker: Asker = field(init=False)
    """Gives plans the values of parameters that do not come from arguments."""

    def __post_init__(self) -> None:
        self.asker = Asker(
            self.tenant.number,
            self.viewer,
            self.tenant.features,
            self.tenant.time_zone,
            self.links,
            self.persons,
            self.sealer,
            self.texts,
            self.network,
            self.allows_private_urls,
            self.model,
        )

    def new_loaders(self) -> Loaders:
        """New, empty loaders, for the computed fields of one statement's answer."""
        return Loaders(BatchContext(self.database, self.asker))

    def read(
        self, statement: Statement, values: Mapping[str, object], *, is_for_holder: bool = False
    ) -> Awaitable[list[bytes | None]]:
        """A query's first row. Anonymous visitors, who have written nothing unless they hold a link or a key, may get
        it from a replica that lags a little."""
        may_be_old = self.viewer.role is None and not is_for_holder
        return self.database.read(statement, self.tenant.number, values, may_be_old=may_be_old)
