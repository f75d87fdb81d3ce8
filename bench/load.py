"""Load: bursts of HTTP requests over connections that stay open, from one process, with as little Python as will do."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from bench.process import Window

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_FAILURES = (b'"errors":', b'"userErrors":[{')

PATIENCE_S = 15.0
"""How long answers under way at the end of a burst are waited for."""

ANSWERS_EACH, MAX_LENGTHS = 3, 4
"""A burst lasts until there are so many answers for each client, at most four times as long as planned."""

DECIDED_BEFORE_S = 0.05
"""Before a burst's end, so that no client has stopped when it is put off."""


class LoadError(Exception):
    """A server did not answer as it should; the message shows how."""


@dataclass(slots=True)
class Burst:
    """What one burst measured: latencies in seconds, of the answers that came within its time."""

    latencies: list[float] = field(default_factory=list)
    duration_s: float = 0.0
    received: int = 0
    """Bytes of the answers' bodies."""

    generator_s: float = 0.0
    """CPU seconds of this process meanwhile."""


class _Client(asyncio.Protocol):
    """One connection: sends the next request as soon as an answer is whole."""

    def __init__(self, requests: Iterator[bytes], burst: "_Run") -> None:
        self._requests = requests
        self._run = burst
        self._buffer = b""
        self._missing = 0
        self._chunked = False
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first request."""
        self._transport = cast(asyncio.WriteTransport, transport)
        self._send()

    def _send(self) -> None:
        self._buffer = b""
        self._missing = -1
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Put an answer together; its end is known from its length, or from its last chunk."""
        buffer = self._buffer = self._buffer + data if self._buffer else data
        if self._missing < 0:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(buffer, 0, end)
            self._chunked = length is None and _CHUNKED.search(buffer, 0, end) is not None
            self._missing = end + 4 + (int(length[1]) if length else 0)
        if buffer.endswith(b"\r\n0\r\n\r\n") if self._chunked else len(buffer) >= self._missing:
            self._answered(buffer)

    def _answered(self, answer: bytes) -> None:
        now = time.perf_counter()
        if not answer.startswith(b"HTTP/1.1 200") or any(found in answer for found in _FAILURES):
            self._run.fail(answer[:600].decode("utf-8", "replace"))
            self._transport.close()
            return
        if self._run.counts(now):
            self._run.burst.latencies.append(now - self._sent_at)
            self._run.burst.received += len(answer)
        if now < self._run.until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the burst."""
        self._run.gone(exc, is_early=time.perf_counter() < self._run.until)


class _Run:
    """One burst under way; answers count from `since` on."""

    def __init__(self, clients: int, warm_s: float, duration_s: float) -> None:
        self.burst = Burst(duration_s=duration_s)
        self._length_s = duration_s
        self.since = time.perf_counter() + warm_s
        self.until = self.since + duration_s
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open = clients

    async def last_long_enough(self, clients: int) -> None:
        """Wait for the end, which is put off while a slow server has not answered each client a few times."""
        for turn in range(MAX_LENGTHS):
            await asyncio.sleep(max(0.0, self.until - DECIDED_BEFORE_S - time.perf_counter()))
            if len(self.burst.latencies) >= ANSWERS_EACH * clients or turn == MAX_LENGTHS - 1 or self.done.done():
                break
            self.until += self._length_s
        self.burst.duration_s = self.until - self.since
        await asyncio.sleep(max(0.0, self.until - time.perf_counter()))

    def counts(self, now: float) -> bool:
        """Whether an answer that came now is counted."""
        return self.since <= now < self.until

    def fail(self, shown: str) -> None:
        """End the burst: a figure with wrong answers in it says nothing."""
        if not self.done.done():
            self.done.set_exception(LoadError(f"not the answer that was wanted: {shown}"))

    def gone(self, error: Exception | None, *, is_early: bool) -> None:
        """Count a connection out."""
        self._open -= 1
        if is_early:
            self.fail(f"the server closed the connection ({error})")
        elif self._open == 0 and not self.done.done():
            self.done.set_result(None)


async def burst(
    port: int, requests: Iterator[bytes], clients: int, warm_s: float, duration_s: float, measured: Window
) -> Burst:
    """Load a server on the loopback with as many connections as clients, each asking one request after the other.

    `measured` is told when the counted time begins and ends. Raises LoadError for the first wrong answer.
    """
    loop = asyncio.get_running_loop()
    run = _Run(clients, warm_s, duration_s)
    for _ in range(clients):
        await loop.create_connection(lambda: _Client(requests, run), "127.0.0.1", port)
    await asyncio.sleep(max(0.0, run.since - time.perf_counter()))
    measured.begin()
    started = time.process_time()
    await run.last_long_enough(clients)
    run.burst.generator_s = time.process_time() - started
    measured.end()
    try:
        await asyncio.wait_for(run.done, PATIENCE_S)
    except TimeoutError as error:
        raise LoadError(f"no answer within {PATIENCE_S} s") from error
    return run.burst
