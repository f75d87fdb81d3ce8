"""Phase: until when one may do something in an activity, whose phases may end that sooner than the activity closes."""

from collections.abc import Mapping
from typing import Any

ALLOWED: Mapping[str, frozenset[str]] = {
    "PUBLISH": frozenset({"COLLECT", "DEBATE"}),
    "COMMENT": frozenset({"COLLECT", "DEBATE", "EXAMINE", "VOTE"}),
    "VOTE": frozenset({"DEBATE", "VOTE"}),
    "ANSWER": frozenset({"COLLECT", "DEBATE", "VOTE"}),
}
"""In phases of which kinds one may do what."""


def until(activity: Mapping[str, Any], *doings: str) -> str | None:
    """The instant up to which one may do any of these in an activity that allows it now, however many phases it takes.

    None where there is no end.
    """
    kinds = frozenset[str]().union(*(ALLOWED[doing] for doing in doings))
    ahead = (phase for phase in activity["phases"] if not phase["isOver"])
    closes: str | None = activity["closesAt"]
    return next((str(phase["startsAt"]) for phase in ahead if phase["kind"] not in kinds), closes)
