"""Journal reader: a tenant's events in their order, from wherever somebody stopped."""

from collections.abc import AsyncIterator

from database.door import Database
from planner.row import reader
from resolvers.live import BATCH, HAPPENED, KINDS, UNTIL, Happened

MAX_BACKLOG = 2_000
"""Events that are looked through for somebody who comes back: after that a page is read anew more cheaply."""

_happened = reader(HAPPENED, Happened)


class TooLateError(Exception):
    """Too much has happened since."""


class JournalReader:
    """Reads what subscriptions tell of, up to a position that only grows. One task at a time."""

    def __init__(self, database: Database, tenant: int) -> None:
        self._database = database
        self._tenant = tenant
        self.position: int | None = None
        """Up to where events were read; None before the first look."""

    async def begin(self) -> None:
        """Set the position to the journal's end, unless it was set before."""
        if self.position is None:
            self.position = await self._until()

    async def news(self) -> AsyncIterator[Happened]:
        """What happened since the last time, in order."""
        after, until = self.position, await self._until()
        if after is None:
            return
        while after < until:
            events = await self._between(after, until)
            for event in events:
                self.position = event.position
                yield event
            after = events[-1].position if len(events) == BATCH else until
        self.position = until

    async def since(self, after: int) -> list[Happened]:
        """What happened after a position, up to where events were read. Raises TooLateError."""
        assert self.position is not None
        events: list[Happened] = []
        while after < self.position:
            some = await self._between(after, self.position)
            events += some
            if len(events) > MAX_BACKLOG:
                raise TooLateError
            after = some[-1].position if len(some) == BATCH else self.position
        return events

    async def _until(self) -> int:
        [[until]] = await self._database.rows(UNTIL, self._tenant)
        assert isinstance(until, int)
        return until

    async def _between(self, after: int, until: int) -> list[Happened]:
        rows = await self._database.rows(HAPPENED, self._tenant, after=after, until=until, kinds=KINDS)
        return [_happened(row) for row in rows]
