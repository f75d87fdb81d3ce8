"""Kept: a cache bounded in bytes, least recently used out first (docs/caches.md)."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

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
        self.max_bytes = max_bytes
        self.bytes = 0
        """Approximate bytes of all values."""
        self._weigh = weigh
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        """Each with its weight. Two lookups a request pass here: `cachetools.LRUCache` takes five calls for each."""

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> Value | None:
        """The value under a key, marked as used; None if there is none."""
        entry = self._values.get(key)
        if entry is None:
            self.misses += 1
            return None
        self._values.move_to_end(key)
        self.hits += 1
        return entry[0]

    def keep(self, key: Hashable, value: Value) -> Value:
        """Store a value, or weigh it again, and return it; one larger than the whole cache is not stored."""
        self._drop(key)
        weight = self._weigh(value) + ENTRY_BYTES
        if weight <= self.max_bytes:
            while self.bytes + weight > self.max_bytes:
                self._drop(next(iter(self._values)))
            self._values[key] = (value, weight)
            self.bytes += weight
        return value

    def drop(self, is_gone: Callable[[Hashable], bool]) -> None:
        """Remove the values of some keys."""
        for key in [key for key in self._values if is_gone(key)]:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        _, weight = self._values.pop(key, (None, 0))
        self.bytes -= weight
