"""Group commit: changes that arrive while others are being committed are sent together, as one transaction.

On closing night hundreds vote at once. Committed one by one, each vote costs a flush of the write-ahead log, a wake-up
of a backend and a round trip; a group shares all three. When few arrive, none waits.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from database import deadline
from database.statement import Statement
from database.wire import Asked, Row

MAX_CHANGES = 32
"""Changes in a group. Each waits for all of them, so larger groups would be answered late."""

MAX_GROUPS = 2
"""Groups in flight at once: while the log is flushed for one, another is executed. More would gain nothing, because the
process spends more time on a vote than PostgreSQL does."""

LATE_S = 1.0
"""A group that takes longer no longer counts as in flight: it may wait for a lock or a dead machine, and the next group
need not."""


@dataclass(frozen=True, slots=True)
class Change:
    """Statements of which the last changes something; the read that follows once it is committed; and what else is
    written `after` it: a statement and its parameters, all of them arrays, which a group puts behind one another."""

    asked: Sequence[Asked]
    read: Asked
    after: tuple[Statement, Mapping[str, Sequence[object]]] | None = None


Answer = tuple[Row | None, list[bytes | None]]
"""The first row of the change, and that of the read as PostgreSQL encoded it."""

Send = Callable[[Sequence[Change]], Awaitable[Sequence[Answer]]]


class GroupCommit:
    """The changes of one tenant: while groups are in flight, the next one forms."""

    def __init__(self, send: Send) -> None:
        """`send` commits all changes of a group or none, and then reads for each."""
        self._send = send
        self._waiting: deque[tuple[Change, asyncio.Future[Answer]]] = deque()
        self._away: set[asyncio.TimerHandle] = set()
        """The groups in flight."""
        self._tasks: set[asyncio.Future[None]] = set()

    async def run(self, change: Change) -> Answer:
        """Commit a change and read. A caller that is cancelled before its group is sent has changed nothing.

        Raises TimeoutError when there is no answer by the deadline, and what `send` raises; the change may have been
        committed. It must be repeatable: when a group fails, each of its changes is sent once more, alone.
        """
        loop = asyncio.get_running_loop()
        if len(self._away) >= MAX_GROUPS:
            answered: asyncio.Future[Answer] = loop.create_future()
            patience = loop.call_at(deadline.answer_until(), _give_up, answered)
            self._waiting.append((change, answered))
            try:
                return await answered
            finally:
                patience.cancel()
        group = self._leave(loop)
        try:
            return await self._alone(change)
        finally:
            self._make_room(group)

    def _leave(self, loop: asyncio.AbstractEventLoop) -> asyncio.TimerHandle:
        """Send a group; it counts as in flight until it is answered or late."""
        group: asyncio.TimerHandle = loop.call_later(LATE_S, lambda: self._make_room(group))
        self._away.add(group)
        return group

    def _make_room(self, group: asyncio.TimerHandle) -> None:
        """A group was answered, or is late: another may be sent."""
        group.cancel()
        if group in self._away:
            self._away.remove(group)
            self._next()

    async def _alone(self, change: Change) -> Answer:
        return (await self._send([change]))[0]

    def _next(self) -> None:
        """Send the waiting changes."""
        group: dict[asyncio.Future[Answer], Change] = {}
        while self._waiting and len(group) < MAX_CHANGES:
            change, answered = self._waiting.popleft()
            if not answered.done():
                group[answered] = change
        if group:
            away = self._leave(asyncio.get_running_loop())
            task = asyncio.ensure_future(self._together(group, away))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _together(self, group: dict[asyncio.Future[Answer], Change], away: asyncio.TimerHandle) -> None:
        deadline.begin()  # A group's own: the task was made by whoever had been answered.
        changes = list(group.values())
        answers: Sequence[Answer | BaseException]
        [outcome] = await asyncio.gather(self._send(changes), return_exceptions=True)
        self._make_room(away)
        if isinstance(outcome, BaseException):  # Nobody fails through another's fault.
            answers = await asyncio.gather(*map(self._alone, changes), return_exceptions=True)
        else:
            answers = outcome
        for answered, answer in zip(group, answers, strict=True):
            if answered.done():
                continue
            if isinstance(answer, BaseException):
                answered.set_exception(answer)
            else:
                answered.set_result(answer)


def together(changes: Sequence[Change], tenant: int) -> list[Asked]:
    """What is written after all changes of a group, each statement once."""
    merged: dict[int, tuple[Statement, dict[str, list[object]]]] = {}
    for change in changes:
        if change.after is not None:
            statement, arrays = change.after
            _, all_arrays = merged.setdefault(id(statement), (statement, {name: [] for name in arrays}))
            for name, values in arrays.items():
                all_arrays[name] += values
    return [(one, one.text_for(tenant), one.encoded(arrays)) for one, arrays in merged.values()]


def _give_up(answered: asyncio.Future[Answer]) -> None:
    if not answered.done():
        answered.set_exception(TimeoutError())
