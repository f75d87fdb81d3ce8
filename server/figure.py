"""Figures: what a process answered, how long it took by kind, and errors and refusals by code.

Labels are words of ours alone: no tenant, path, operation's name or text of a client is one, so that their number is
bounded whatever is asked.
"""

from collections import Counter

from database.duration import Durations
from planner.engine import Answer

KINDS = ("query", "mutation", "refused", "page", "asset", "sign_in", "other")
"""Of requests: those to the API by what ran, `refused` where nothing did; all others by their address."""

OPERATIONS = ("query", "mutation", "refused")
"""Kinds of operations, those of pages among them."""

_ASSETS = ("/static/", "/theme-", "/widget.js")
_OTHERS = ("/healthz", "/readyz", "/metrics", "/export/", "/widget/", "/widget-preview", "/schema.graphql")


class Figures:
    """Counts in memory; adding to it takes less than a microsecond."""

    def __init__(self) -> None:
        self.requests = {kind: Durations() for kind in KINDS}
        self.operations = {kind: Durations() for kind in OPERATIONS}
        self.database = {kind: Durations() for kind in OPERATIONS}
        """How long the database worked for operations."""
        self.errors: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()

    def note(self, answer: Answer) -> None:
        """An operation was answered."""
        if answer.errors:
            self.errors.update(answer.errors)
        if answer.refusals:
            self.refusals.update(answer.refusals)


def kind_of(answer: Answer) -> str:
    """The kind of a request to the API."""
    if answer.is_mutation:
        return "mutation"
    return "query" if answer.is_executed else "refused"


def kind_at(path: str) -> str:
    """The kind of any other request."""
    if path.startswith("/auth/"):
        return "sign_in"
    if path.startswith(_ASSETS):
        return "asset"
    return "other" if path.startswith(_OTHERS) else "page"
