"""Crowd: people who ask at once, over connections that break, of several processes; each asks again until answered."""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple
from uuid import UUID

PATIENCE_S = 30.0
"""A request without any answer after so long is unanswered, and one that was only refused is given up."""

AGAIN_S = 0.2
"""After a connection that broke; a proxy would ask the next process at once."""

REFUSED_S = 1.0
"""After a 503; what `Retry-After` says is longer."""

SETTLED_S = 0.5
"""Within which all have come."""

IDLE_S = 3.0
"""A connection that was not used for so long is made anew, as browsers and proxies do: servers close it after five."""

GOOD, AWAY = 200, 503
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FAILURES = (b'"errors":', b'"userErrors":[{')


class Asked(NamedTuple):
    """A request, and the petition and person of a vote."""

    kind: str
    request: bytes
    vote: tuple[UUID, UUID] | None = None


@dataclass
class Told:
    """What became of all that was asked in a time."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By kind, from the first sending to the good answer, with all that was refused before it."""

    refused: int = 0
    """Answers 503."""

    broken: int = 0
    """Connections that broke before the answer."""

    wrong: Counter[str] = field(default_factory=Counter)
    """Other answers that were not wanted, by their beginning."""

    given_up: int = 0
    unanswered: int = 0
    votes: list[tuple[UUID, UUID]] = field(default_factory=list)
    """That were said to be counted."""


class Line:
    """One person's connection, to one process after the other when it breaks."""

    def __init__(self, ports: Sequence[int], first: int) -> None:
        self._ports, self._place = ports, first
        self._used_at = 0.0
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body. Raises OSError and EOFError."""
        if self._open is not None and monotonic() - self._used_at > IDLE_S:
            self.close()
        if self._open is None:
            port = self._ports[self._place % len(self._ports)]
            self._open = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self._open
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        self._used_at = monotonic()
        return int(head.split(b" ", 2)[1]), body

    def close(self) -> None:
        """Close it."""
        if self._open is not None:
            self._open[1].transport.abort()
        self._open = None

    def drop(self) -> None:
        """It broke: the next process is asked."""
        self.close()
        self._place += 1


class Crowd:
    """Who asks what comes next, for so long."""

    def __init__(self, ports: Sequence[int], following: Callable[[], Asked]) -> None:
        self._ports, self._following = ports, following
        self._chance = random.Random(22)

    async def gather(self, people: int, pause_s: float, seconds: float) -> Told:
        """So many ask, each with pauses of this mean; comes back when all are answered."""
        told, until = Told(), monotonic() + seconds
        await asyncio.gather(*(self._person(number, pause_s, until, told) for number in range(people)))
        return told

    async def _person(self, number: int, pause_s: float, until: float, told: Told) -> None:
        line = Line(self._ports, number)
        await asyncio.sleep(self._chance.uniform(0.0, max(pause_s, SETTLED_S)))
        while True:
            await self._answered(line, self._following(), told)
            await asyncio.sleep(self._chance.uniform(0.0, 2 * pause_s))
            if monotonic() >= until:
                break
        line.close()

    async def _answered(self, line: Line, asked: Asked, told: Told) -> None:
        began, is_heard = monotonic(), False
        while (left := began + PATIENCE_S - monotonic()) > 0:
            status, body = 0, b""
            with suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(left):
                    status, body = await line.ask(asked.request)
            if status == GOOD and not any(failure in body for failure in _FAILURES):
                told.seconds[asked.kind].append(monotonic() - began)
                if asked.vote is not None:
                    told.votes.append(asked.vote)
                return
            is_heard |= status > 0
            if status == 0:
                told.broken += 1
                line.drop()
                await asyncio.sleep(AGAIN_S)
            elif status == AWAY:
                told.refused += 1
                await asyncio.sleep(REFUSED_S)
            else:
                told.wrong[f"{asked.kind} {status} {body[:160]!r}"] += 1
                return
        told.given_up += is_heard
        told.unanswered += not is_heard
