"""Recent: what was read from the database a moment ago, so that a burst of requests reads it once a second."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from database.kept import Kept

KEPT_S = 1.0
"""What another process changed counts here within this time."""

MAX_BYTES = 4 * 1024 * 1024
"""Of one kind of value: some thousand of them, which is more than a process is asked for in a second."""

Value = TypeVar("Value")


def _small(_value: object) -> int:
    """An object of a few fields."""
    return 500


class RecentlyRead(Generic[Value]):
    """Values by key, kept for KEPT_S and only under one version, the newest of them.

    Give `Database.versions` of the tenant as the version: what this process changes counts at once.
    """

    def __init__(
        self,
        name: str,
        weigh: Callable[[Value], int] = _small,
        *,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` and `weigh` are those of `Kept`."""
        self._clock = clock
        self._forgotten = 0
        self.kept: Kept[tuple[int, float, Value]] = Kept(name, max_bytes, lambda entry: weigh(entry[2]))

    async def get(self, key: Hashable, version: int, read: Callable[[], Awaitable[Value]]) -> Value:
        """The value under a key, read anew when it is not known or too old."""
        now = self._clock()
        entry = self.kept.get(key)
        if entry is not None and entry[0] == version and now - entry[1] < KEPT_S:
            return entry[2]
        forgotten = self._forgotten
        value = await read()
        if forgotten == self._forgotten:
            self.kept.keep(key, (version, now, value))  # As old as the beginning of the read.
        return value

    def forget(self) -> None:
        """Read everything anew, also what is being read now."""
        self._forgotten += 1
        self.kept.drop(lambda _key: True)
