"""Recent: what was read from the database a moment ago, so that a burst of requests reads it once a second."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

KEPT_S = 1.0
"""What another process changed counts here within this time."""

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by key, kept for KEPT_S and only under one version, the newest `size` of them.

    Give `Database.versions` of the tenant as the version: what this process changes counts at once.
    """

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[int, float, Value]] = OrderedDict()

    async def get(self, key: Hashable, version: int, read: Callable[[], Awaitable[Value]]) -> Value:
        """The value under a key, read anew when it is not known or too old."""
        now = self._clock()
        found = self._kept.get(key)
        if found is not None and found[0] == version and now - found[1] < KEPT_S:
            return found[2]
        value = await read()
        self._kept[key] = (version, now, value)  # As old as the beginning of the read.
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value
