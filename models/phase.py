"""Phase («phase»): what one may do in an activity for a while; each lasts until the next begins."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum


class PhaseKind(Enum):
    """What a phase is for."""

    COLLECT = "COLLECT"
    DEBATE = "DEBATE"
    EXAMINE = "EXAMINE"
    VOTE = "VOTE"
    RESULT = "RESULT"


class Doing(Enum):
    """What somebody does in an activity."""

    PUBLISH = "PUBLISH"
    COMMENT = "COMMENT"
    VOTE = "VOTE"
    ANSWER = "ANSWER"


ALLOWED: dict[PhaseKind, tuple[Doing, ...]] = {
    PhaseKind.COLLECT: (Doing.PUBLISH, Doing.COMMENT, Doing.ANSWER),
    PhaseKind.DEBATE: (Doing.PUBLISH, Doing.COMMENT, Doing.VOTE, Doing.ANSWER),
    PhaseKind.EXAMINE: (Doing.COMMENT,),
    PhaseKind.VOTE: (Doing.COMMENT, Doing.VOTE, Doing.ANSWER),
    PhaseKind.RESULT: (),
}
"""All that is decided by a phase's kind. An activity without phases allows everything while it is open."""

MAX_PHASES = 8
PHASE_TITLE_LENGTH = (2, 80)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase as it is stored: in a list, in the order of their starts."""

    kind: PhaseKind
    title: str
    starts_at: datetime

    def stored(self) -> dict[str, str]:
        """As JSON."""
        return {"kind": self.kind.value, "title": self.title, "startsAt": self.starts_at.astimezone(UTC).isoformat()}
