"""Kept: a cache bounded in bytes, least recently used out first (docs/caches.md)."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

ENTRY_BYTES = 500
"""Memory of an entry beside its value: key, links and bookkeeping."""

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A cache of values by key, of at most `max_bytes` together."""

    def __init__(self, name: str, max_bytes: int, weigh: Callable[[Value], int]) -> None:
        """`name` is its name in metrics; `weigh` estimates a value's bytes, rather too high than too low."""
        self.name = name
        self.hits = 0
        self.misses = 0
        self._weigh = weigh
        self._values: LRUCache[Hashable, Value] = LRUCache(max_bytes, getsizeof=self._size)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def bytes(self) -> int:
        """Approximate bytes of all values."""
        return int(self._values.currsize)

    @property
    def max_bytes(self) -> int:
        """The bound."""
        return int(self._values.maxsize)

    def get(self, key: Hashable) -> Value | None:
        """The value under a key, marked as used; None if there is none."""
        try:
            value = self._values[key]
        except KeyError:
            self.misses += 1
            return None
        self.hits += 1
        return value

    def keep(self, key: Hashable, value: Value) -> Value:
        """Store a value, or weigh it again, and return it; one larger than the whole cache is not stored."""
        if self._size(value) <= self._values.maxsize:
            self._values[key] = value
        else:
            self._values.pop(key, None)
        return value

    def drop(self, is_gone: Callable[[Hashable], bool]) -> None:
        """Remove the values of some keys."""
        for key in [key for key in self._values if is_gone(key)]:
            del self._values[key]

    def _size(self, value: Value) -> int:
        return self._weigh(value) + ENTRY_BYTES
