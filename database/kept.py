"""Kept: what the process keeps to be quick, bounded in bytes, the longest unused first to go (docs/caches.md)."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

ENTRY_BYTES = 500
"""What an entry takes beside its value: key, links and bookkeeping."""

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key. What they take together stays below `max_bytes`, whatever their number."""

    def __init__(self, name: str, max_bytes: int, weigh: Callable[[Value], int]) -> None:
        """`name` is the metrics'; `weigh` tells a value's bytes, rather too many than too few."""
        self.name = name
        self.hits = 0
        self.misses = 0
        self._weigh = weigh
        self._values: LRUCache[Hashable, Value] = LRUCache(max_bytes, getsizeof=self._size)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def bytes(self) -> int:
        """What all values take, about."""
        return int(self._values.currsize)

    @property
    def max_bytes(self) -> int:
        """What they may take."""
        return int(self._values.maxsize)

    def get(self, key: Hashable) -> Value | None:
        """The value under a key, now the last to go; None where there is none."""
        try:
            value = self._values[key]
        except KeyError:
            self.misses += 1
            return None
        self.hits += 1
        return value

    def keep(self, key: Hashable, value: Value) -> Value:
        """Keep a value, or weigh it again; one that is too large for all of the room is only given back."""
        if self._size(value) <= self._values.maxsize:
            self._values[key] = value
        else:
            self._values.pop(key, None)
        return value

    def drop(self, is_gone: Callable[[Hashable], bool]) -> None:
        """Forget the values of some keys."""
        for key in [key for key in self._values if is_gone(key)]:
            del self._values[key]

    def _size(self, value: Value) -> int:
        return self._weigh(value) + ENTRY_BYTES
