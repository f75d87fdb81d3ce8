"""Hub: the subscribers of a process; it hears what other processes announce, and wakes those whom that may concern.

Events carry ids alone, from whichever process. What somebody is told is read as any query is, with the subscriber's
rights of the moment, so that nobody hears what he may not see.
"""

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from database.listening import Listening
from server.live.hall import Hall
from server.live.journal_reader import JournalReader
from server.live.notice_reader import NoticeReader
from server.live.outbox import Backlog, Outbox
from server.live.subscriber import Subscriber
from server.live.telling import AWAY, Telling
from tenants import announcement

JOIN_S = 10.0
"""How long a new subscriber waits while others are told something."""

ENDING = ("SERVICE_RESTARTS", "The service restarts: subscribe again from the last event.")

KNOWN = (DatabaseUnavailableError, StatementTimeoutError, TenantGoneError)

logger = logging.getLogger("parvis.live")


class Hub:
    """The halls of the tenants at which anybody listens."""

    def __init__(self, database: Database, listening: Listening, telling: Telling) -> None:
        self._database = database
        self._listening = listening
        self._telling = telling
        self._halls: dict[int, tuple[Hall, asyncio.Task[None]]] = {}
        self._is_ending = False
        self.backlog = Backlog()

    @property
    def count(self) -> int:
        """How many subscribe."""
        return sum(hall.expected for hall, _ in self._halls.values())

    def outbox(self) -> Outbox:
        """An empty outbox."""
        return Outbox(self.backlog)

    @asynccontextmanager
    async def joined(self, subscriber: Subscriber, after: int | None, *, is_told_first: bool) -> AsyncIterator[None]:
        """While it lasts, the subscriber is told what happens; first what happened since `after`.

        Raises TooLateError where that is too much, DatabaseUnavailableError, StatementTimeoutError, TenantGoneError and
        TimeoutError.
        """
        hall = self._hall(subscriber.tenant.number)
        hall.expected += 1
        try:
            async with asyncio.timeout(JOIN_S), hall.turn:
                await hall.begin()
                if is_told_first:
                    await hall.tell_first(subscriber)
                if after is not None:
                    await hall.tell_since(subscriber, after)
                hall.enter(subscriber)
            if self._is_ending:
                subscriber.outbox.end(ENDING)
            yield
        finally:
            hall.leave(subscriber)
            subscriber.outbox.empty()
            hall.expected -= 1
            if not hall.expected:
                self._close(subscriber.tenant.number, hall)

    async def listen(self) -> None:
        """Hear what is announced, for ever."""
        async for payload in self._listening.heard():
            heard = announcement.read(payload) if payload else None
            if heard is not None:
                if heard.tenant in self._halls:
                    self._halls[heard.tenant][0].wake(heard.contributions)
            elif payload is None:
                for hall, _ in self._halls.values():
                    hall.wake_for_all()

    def end(self) -> None:
        """The process ends: subscribers are told so, and go elsewhere."""
        self._is_ending = True
        for hall, _ in self._halls.values():
            for subscriber in hall.subscribers:
                subscriber.outbox.end(ENDING)

    def _hall(self, tenant: int) -> Hall:
        if tenant in self._halls:
            return self._halls[tenant][0]
        # In a context of its own: that of the first who came has a deadline.
        hall = Hall(JournalReader(self._database, tenant), NoticeReader(self._database, tenant), self._telling)
        self._halls[tenant] = (hall, asyncio.create_task(self._run(tenant, hall), context=contextvars.Context()))
        return hall

    def _close(self, tenant: int, hall: Hall) -> None:
        if tenant in self._halls and self._halls[tenant][0] is hall:
            self._halls.pop(tenant)[1].cancel()

    async def _run(self, tenant: int, hall: Hall) -> None:
        """Run a hall; where the database is away, what happened meanwhile is told afterwards."""
        try:
            while True:
                try:
                    await hall.run()
                except KNOWN as error:
                    logger.warning("subscribers of tenant %s wait: %s", tenant, type(error).__name__)
                    await asyncio.sleep(1.0)
                    hall.wake_for_all()
        finally:  # Also after an error that nobody foresaw, which the task keeps: they come back from the last event.
            with suppress(KeyError):
                if self._halls[tenant][0] is hall:
                    del self._halls[tenant]
            for subscriber in hall.subscribers:
                subscriber.outbox.end(AWAY)
