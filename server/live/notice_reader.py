"""Notice reader: what people who listen were told, in order, once it is delivered."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

from database.door import Database
from planner.row import reader
from resolvers.live import BATCH, DELIVERED, NOTICED, Noticed
from server.live.journal_reader import MAX_BACKLOG, TooLateError

LAST_ID = UUID(int=2**128 - 1)
"""Behind all notices of a position."""

_noticed = reader(NOTICED, Noticed)


class NoticeReader:
    """Reads notices of a tenant up to where events were delivered. One task at a time.

    Notices follow the journal: they are written when their event is delivered, in the transaction that says so.
    """

    def __init__(self, database: Database, tenant: int) -> None:
        self._database = database
        self._tenant = tenant
        self.position: int | None = None
        """Up to where notices were read; None before the first look."""

    async def begin(self) -> None:
        """Set the position to what was delivered last, unless it was set before."""
        if self.position is None:
            self.position = await self._until()

    async def news(self, actors: Collection[UUID]) -> AsyncIterator[Noticed]:
        """What these people were told since the last time, in order."""
        after = self.position
        if after is None:
            return
        until = await self._until()
        if actors and after < until:
            async for one in self._between(actors, after, until):
                yield one
        self.position = until

    async def since(self, actor: UUID, after: int) -> list[Noticed]:
        """What somebody was told after a position, up to where notices were read. Raises TooLateError."""
        assert self.position is not None
        told: list[Noticed] = []
        async for one in self._between([actor], after, self.position):
            told.append(one)
            if len(told) > MAX_BACKLOG:
                raise TooLateError
        return told

    async def _between(self, actors: Collection[UUID], after: int, until: int) -> AsyncIterator[Noticed]:
        last, more = (after, LAST_ID), True
        while more:
            given = {"actors": list(actors), "after": last[0], "after_id": last[1], "until": until}
            told = [_noticed(row) for row in await self._database.rows(NOTICED, self._tenant, **given)]
            for one in told:
                yield one
                last = (one.position, one.notice_id)
            more = len(told) == BATCH

    async def _until(self) -> int:
        [[until]] = await self._database.rows(DELIVERED, self._tenant)
        assert isinstance(until, int)
        return until
