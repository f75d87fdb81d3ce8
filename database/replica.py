"""The replica: a copy of the cluster that follows it, asked for what may be a moment old while it answers in time."""

from time import monotonic

from database.pool import Pool

TIMEOUT_S = 0.5
"""What a read may take there in all, before the cluster itself is asked."""

REST_S = 5.0
"""How long a replica that did not answer is not asked again."""

MOST_LAG_S = 10.0
"""One that is further behind is not asked, unless it is set otherwise: kept answers may be ten seconds older still."""

MEASURED_WITHIN_S = 1.0
"""How old the measure of its lag is at most."""


class Replica:
    """Its connections, and whether it is asked now."""

    def __init__(self, url: str, connections: int, most_lag_s: float = MOST_LAG_S, called: str = "the replica") -> None:
        """`called` is how the log names it."""
        self.called = called
        self.pool = Pool(url, connections, called)
        self.most_lag_s = most_lag_s
        self.lag_s: float | None = None
        """How far it was behind when it was measured last; None: not yet, inf: it cannot be told."""
        self._back_at = 0.0

    @property
    def is_asked(self) -> bool:
        """Whether it answers, as far as is known, and is not too far behind."""
        is_behind = self.lag_s is not None and self.lag_s > self.most_lag_s
        return not is_behind and monotonic() >= self._back_at

    def has_seen(self, at: float) -> bool:
        """Whether what was true in its cluster at that time, by the event loop's clock, is there while it is asked."""
        return monotonic() - at > self.most_lag_s + MEASURED_WITHIN_S

    def note_silence(self, since: float) -> None:
        """Who asked at that time had no answer: it rests, unless it answered others meanwhile."""
        if self.pool.heard_at <= since:
            self._back_at = monotonic() + REST_S
