"""Observation: what each operation was and took, for histograms, for the list of the busiest tenants and for traces.

Nothing that a client wrote is kept of an operation: its kind, its name where an administrator or the product registered
its document, numbers, and a code of ours.
"""

import logging
import sys
from collections.abc import Mapping
from time import perf_counter, time_ns
from typing import NamedTuple, Protocol

from database import fault
from database.failure import DatabaseUnavailableError, TenantGoneError
from database.usage import Usage
from planner.engine import Answer
from planner.planning import PlanningBusyError
from planner.request import BudgetExhaustedError, PlanningExhaustedError
from server import log
from server.api.request import BadRequestError
from server.api.watch import ClientGoneError
from server.busiest import Busiest
from server.figure import Figures, kind_of
from server.log import LogLine

logger = logging.getLogger("parvis.operation")

OK = "OK"
FAULTS = frozenset({"INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT"})
"""Codes of what went wrong on our side."""

_CODES: Mapping[type[BaseException], str] = {
    BudgetExhaustedError: "BUDGET_EXHAUSTED",
    ClientGoneError: "CLIENT_CLOSED_REQUEST",
    PlanningBusyError: "SERVICE_UNAVAILABLE",
    PlanningExhaustedError: "TOO_MANY_NEW_DOCUMENTS",
    TenantGoneError: "UNKNOWN_HOST",
}


class Seen(NamedTuple):
    """One operation that is over; `kind` is `query`, `mutation` or `refused`, `name` None where nobody registered it.
    It began at `began_ns` by the clock and took `seconds`; `code` is OK or that of its first error or refusal."""

    tenant: int
    kind: str
    name: str | None
    began_ns: int
    seconds: float
    used: Usage
    cost: int
    code: str


class Traces(Protocol):
    """Whoever writes operations down as traces."""

    def note(self, seen: Seen) -> str | None:
        """Write one down; the trace's id, or None where this one is left out."""


class Observation:
    """Told of each operation by what runs it. `traces` is None where none are written."""

    def __init__(self, figures: Figures, traces: Traces | None = None) -> None:
        self.busiest = Busiest()
        self._figures = figures
        self._traces = traces

    def note(self, tenant: int, answer: Answer | None, used: Usage, began: float, *, is_registered: bool) -> None:
        """An operation that began then, by `perf_counter`, is over: with an answer, or with the error under way."""
        seconds, error = perf_counter() - began, sys.exception()
        kind = "refused" if answer is None else kind_of(answer)
        name = answer.name if answer is not None and is_registered else None
        code = _code_of(error) if answer is None else next(iter((*answer.errors, *answer.refusals)), OK)
        self._figures.operations[kind].add(seconds)
        self._figures.database[kind].add(used.seconds)
        self.busiest.note(tenant, used.seconds, has_failed=code in FAULTS)
        if code in FAULTS or (kind == "mutation" and code != OK):
            _tell(tenant, kind, name, code, error)
        if self._traces is not None:
            began_ns, cost = time_ns() - round(seconds * 1e9), 0 if answer is None else answer.cost
            log.trace_id.set(self._traces.note(Seen(tenant, kind, name, began_ns, seconds, used, cost, code)))


def _tell(tenant: int, kind: str, name: str | None, code: str, error: BaseException | None) -> None:
    """Say in the log why something was not done, whoever carried it: a page has no line of its own."""
    why = {} if error is None else {"why": fault.chain(error)}
    if isinstance(error, DatabaseUnavailableError):
        error.is_told = True
    said = {"tenant_number": tenant, "kind": kind, "operation": name, "code": code, **why}
    if code in FAULTS:
        logger.warning("an operation failed", extra=said)
    else:
        log.note(LogLine(logger.name, "a change was refused", said))


def _code_of(error: BaseException | None) -> str:
    if error is None:
        return OK
    if isinstance(error, DatabaseUnavailableError):
        return "SERVICE_UNAVAILABLE"
    if isinstance(error, BadRequestError):
        return error.code
    return _CODES.get(type(error), "CANCELLED" if not isinstance(error, Exception) else "INTERNAL_SERVER_ERROR")
