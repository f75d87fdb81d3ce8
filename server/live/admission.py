"""Admission: how many live connections and subscriptions an address, a person and a process may hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """How many places each may hold: a socket takes one, and so does each subscription."""

    per_person: int = 40
    per_address: int = 400
    in_all: int = 20_000


class FullError(Exception):
    """There is no place left; `code` says for whom."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class LiveAdmission:
    """Counts places while they are held."""

    def __init__(self, limits: LiveLimits) -> None:
        self._limits = limits
        self._held: Counter[str] = Counter()
        self.count = 0

    @contextmanager
    def place(self, address: str, person: str | None) -> Iterator[None]:
        """Hold a place. Raises FullError."""
        whose = self._checked(address, person)
        self._held.update(whose)
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1
            self._held.subtract(whose)
            for key in whose:
                if not self._held[key]:
                    del self._held[key]

    def _checked(self, address: str, person: str | None) -> Sequence[str]:
        limits = self._limits
        if self.count >= limits.in_all:
            raise FullError("LIVE_FULL", "Too many listen at present; try again later, or read without listening.")
        if self._held.get(address, 0) >= limits.per_address:
            raise FullError("TOO_MANY_SUBSCRIPTIONS", "Too many subscriptions from this address: end others first.")
        if person is None:
            return (address,)
        if self._held.get(person, 0) >= limits.per_person:
            raise FullError("TOO_MANY_SUBSCRIPTIONS", "You have too many subscriptions: end others first.")
        return (address, person)
