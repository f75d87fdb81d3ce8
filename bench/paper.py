"""Paper: how many cores a night wants, from what each operation costs alone, with the assumptions on which it rests."""

from collections.abc import Mapping
from dataclasses import dataclass

DAYS = 56
"""From the opening of the Grand débat national to its close, 22 January to 18 March 2019."""

CONTRIBUTIONS, VISITORS = 1_900_000, 2_700_000
"""Online, in all: rounded from what was published then."""

VOTES = 10_000_000
"""There were none; so many a consultation of this size with votes on proposals may have."""

PEAK_DAY, PEAK_HOUR, PEAK_MINUTE = 5.0, 0.12, 2.0
"""Guesses: the last day has five times the mean day, its busiest hour an eighth of the day, the busiest minute of that
hour twice its mean."""

READS_A_VISIT = 12
"""A guess: operations that reach the database, as no answer is kept here; with kept answers it is a half or less."""

READS = {"list": 0.25, "detail": 0.45, "map": 0.10, "search": 0.12, "statistics": 0.08}
FILL = 0.6
"""Cores are not used beyond this, so that queues stay short."""


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Processor seconds of one operation: of the server, and of PostgreSQL."""

    server_s: float
    postgres_s: float

    @property
    def both_s(self) -> float:
        """Of both together."""
        return self.server_s + self.postgres_s


def rates() -> dict[str, float]:
    """Operations a second in the busiest minute."""
    peak = PEAK_DAY * PEAK_HOUR * PEAK_MINUTE / DAYS / 3_600
    visits = VISITORS * peak
    read = {kind: visits * READS_A_VISIT * part for kind, part in READS.items()}
    return read | {"vote": VOTES * peak, "comment": CONTRIBUTIONS * peak}


def cores(costs: Mapping[str, UnitCost]) -> tuple[float, float]:
    """Of servers and of PostgreSQL, in the busiest minute. A contribution counts as a comment does."""
    asked = rates()
    servers = sum(rate * costs[kind].server_s for kind, rate in asked.items())
    postgres = sum(rate * costs[kind].postgres_s for kind, rate in asked.items())
    return servers / FILL, postgres / FILL


def foretold_s(costs: Mapping[str, UnitCost], counts: Mapping[str, int], resting_s: float = 0.0) -> float:
    """The processor seconds that so many operations should take, beside what is spent when nobody asks."""
    return resting_s + sum(costs[kind].both_s * count for kind, count in counts.items())
