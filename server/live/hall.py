"""Hall: the subscribers of one tenant, by what they listen to, and the task that tells them what happens."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from models.stream import Stream
from planner.field import LiveTopic
from resolvers.live import Happened
from server.live.journal_reader import JournalReader
from server.live.notice_reader import NoticeReader
from server.live.subscriber import Subscriber
from server.live.telling import Telling

LOOK_EVERY_S = 30.0
"""A look without having heard anything."""

Key = tuple[Stream, UUID | None]


class Hall:
    """Those who listen at one tenant."""

    def __init__(self, journal: JournalReader, notices: NoticeReader, telling: Telling) -> None:
        self.journal = journal
        self.notices = notices
        self.turn = asyncio.Lock()
        """Whoever reads the journal: it is told in order."""
        self.expected = 0
        """How many subscribe, or are about to."""
        self._telling = telling
        self._subscribers: dict[Key, set[Subscriber]] = {}
        self._tallies: set[UUID] = set()
        """Contributions whose votes changed, and that somebody listens to."""
        self._woken = asyncio.Event()

    @property
    def subscribers(self) -> Iterable[Subscriber]:
        """All of them."""
        return [one for listening in self._subscribers.values() for one in listening]

    def enter(self, subscriber: Subscriber) -> None:
        """Be told from now on."""
        self._subscribers.setdefault(_key(subscriber.topic), set()).add(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        """Be told no more."""
        key = _key(subscriber.topic)
        listening = self._subscribers.get(key, set())
        listening.discard(subscriber)
        if not listening:
            self._subscribers.pop(key, None)

    def wake(self, contributions: Iterable[UUID] = ()) -> None:
        """Something happened: there are events, or the votes on these contributions changed."""
        self._tallies |= {id_ for id_ in contributions if (Stream.TALLY, id_) in self._subscribers}
        self._woken.set()

    def wake_for_all(self) -> None:
        """Something may have been missed: all that anybody listens to is looked at."""
        self.wake(id_ for stream, id_ in self._subscribers if stream is Stream.TALLY and id_ is not None)

    async def run(self) -> None:
        """Tell what happens, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._woken.wait()
            self._woken.clear()
            async with self.turn:
                await self._tell_tallies()
                async for happened in self.journal.news():
                    await self._telling.tell(self._concerned(happened), happened.subject_id, happened.position)
                async for told in self.notices.news(self._readers()):
                    listening = self._subscribers.get((Stream.NOTICE, told.actor_id), ())
                    await self._telling.tell(listening, told.notice_id, told.position)

    async def begin(self) -> None:
        """From now on; what happens meanwhile is told to whoever enters."""
        await self.journal.begin()
        await self.notices.begin()

    async def tell_since(self, subscriber: Subscriber, after: int) -> None:
        """Tell one subscriber what happened after a position, before it enters. Raises TooLateError."""
        if subscriber.topic.stream is not Stream.NOTICE:
            await self._tell_one(subscriber, await self.journal.since(after))
        elif subscriber.topic.id is not None:
            for told in await self.notices.since(subscriber.topic.id, after):
                await self._telling.tell([subscriber], told.notice_id, told.position)

    async def _tell_one(self, subscriber: Subscriber, happened: Iterable[Happened]) -> None:
        for event in happened:
            if event.concerns(subscriber.topic):
                await self._telling.tell([subscriber], event.subject_id, event.position)

    async def tell_first(self, subscriber: Subscriber) -> None:
        """Tell one subscriber how its subject is now."""
        if subscriber.topic.id is not None:
            await self._telling.tell([subscriber], subscriber.topic.id, None)

    async def _tell_tallies(self) -> None:
        while self._tallies:
            contribution = self._tallies.pop()
            await self._telling.tell(self._subscribers.get((Stream.TALLY, contribution), ()), contribution, None)

    def _readers(self) -> list[UUID]:
        """Who listens to what they are told."""
        return [id_ for stream, id_ in self._subscribers if stream is Stream.NOTICE and id_ is not None]

    def _concerned(self, happened: Happened) -> list[Subscriber]:
        keys: list[Key] = [(happened.stream, None), *((happened.stream, id_) for id_ in happened.ids)]
        return [one for key in keys for one in self._subscribers.get(key, ()) if happened.concerns(one.topic)]


def _key(topic: LiveTopic) -> Key:
    return topic.stream, topic.id
