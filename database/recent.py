"""Recent: a cache for a second, so that a burst of requests reads the same row once."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from database.kept import Kept

KEPT_S = 1.0
"""Changes by other processes are seen after this time at the latest."""

MAX_BYTES = 4 * 1024 * 1024
"""For one kind of value: some thousands of them, more than a process is asked for in a second."""

Value = TypeVar("Value")


def _small(_value: object) -> int:
    """Bytes of an object with a few fields."""
    return 500


class RecentlyRead(Generic[Value]):
    """Values by key, each cached for KEPT_S and for one version.

    Pass the tenant's `Database.versions` as the version: then changes by this process are seen at once.
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
        """The value under a key, read again when it is missing, too old or of another version."""
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
        """Drop everything, including reads that are under way."""
        self._forgotten += 1
        self.kept.drop(lambda _key: True)
