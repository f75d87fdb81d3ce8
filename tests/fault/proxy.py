"""A proxy before PostgreSQL, over TCP or a Unix socket, that ends its connections in every way that a network knows."""

import asyncio
import os
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

T = TypeVar("T")

PATIENCE_S = 10.0
_AT_ONCE = struct.pack("ii", 1, 0)
_FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
LAST_WORDS = b"E" + struct.pack("!i", len(_FIELDS) + 4) + _FIELDS


class Way(Enum):
    """How a connection ends for the client."""

    CLOSED = "closed"
    RESET = "reset"
    HALF_CLOSED = "half-closed"
    SILENT = "silent"
    LAST_WORDS = "last words alone"
    LAST_WORDS_AND_RESET = "last words and a reset at once"
    TORN = "half of an answer and a reset at once"


@dataclass(eq=False)
class Link:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    is_silent: bool = False
    is_torn: bool = False
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def end(self, way: Way) -> None:
        """End it in a way; what is torn ends with the next answer."""
        found: socket.socket = self.client.get_extra_info("socket")
        self.is_torn = way is Way.TORN
        self.is_silent = way in (Way.SILENT, Way.LAST_WORDS, Way.HALF_CLOSED)
        with suppress(OSError):
            if way in (Way.LAST_WORDS, Way.LAST_WORDS_AND_RESET):
                os.write(found.fileno(), LAST_WORDS)
            if way is Way.HALF_CLOSED:
                found.shutdown(socket.SHUT_WR)
            if way in (Way.RESET, Way.LAST_WORDS_AND_RESET):
                self.reset()
        if way is Way.CLOSED:
            self.client.close()

    def reset(self) -> None:
        """End it so that the other side hears of a fault."""
        found: socket.socket = self.client.get_extra_info("socket")
        if found.family != socket.AF_UNIX:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.client.transport.abort()

    async def answer(self, reader: asyncio.StreamReader) -> None:
        """Carry what PostgreSQL says."""
        while data := await reader.read(65_536):
            if self.is_torn:
                os.write(self.client.get_extra_info("socket").fileno(), data[: len(data) // 2])
                self.reset()
                return
            if not self.is_silent:
                self.client.write(data)

    async def ask(self, reader: asyncio.StreamReader) -> None:
        """Carry what the client says."""
        while data := await reader.read(65_536):
            if not self.is_silent:
                self.server.write(data)


class Proxy:
    """Listens in a thread of its own; `url` reaches the cluster through it."""

    def __init__(self, target: str, over: str, folder: Path) -> None:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        self._target = f"{query['host'][0]}/.s.PGSQL.{(query.get('port') or ['5432'])[0]}"
        self._over, self._folder, self._parts = over, folder, parts
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.links: list[Link] = []
        self.count = 0
        """How many connections there have been."""
        self._writers: list[asyncio.StreamWriter] = []
        self.url = ""

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        host, port = self._run(self._listen())
        user = f"{self._parts.username}@" if self._parts.username else ""
        at = f"?host={quote(host)}&port={port}"
        self.url = f"postgresql://{user}{self._parts.path}{at}"

    def stop(self) -> None:
        """End all connections."""
        self._run(self._end_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def end(self, way: Way, count: int | None = None, begin: int = 0) -> int:
        """End so many connections, by default all; how many there were."""
        return self._run(self._end(way, begin, count))

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Meanwhile connections are taken and nothing more, as by a process that is stopped."""
        over, begun = threading.Event(), threading.Event()
        self._loop.call_soon_threadsafe(lambda: (begun.set(), over.wait()))
        begun.wait(PATIENCE_S)
        try:
            yield
        finally:
            over.set()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    async def _listen(self) -> tuple[str, int]:
        if self._over == "unix":
            self._server = await asyncio.start_unix_server(self._link, self._folder / ".s.PGSQL.5432")
            return str(self._folder), 5432
        self._server = await asyncio.start_server(self._link, "127.0.0.1", 0)
        return "127.0.0.1", self._server.sockets[0].getsockname()[1]

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, server = await asyncio.open_unix_connection(unquote(self._target))
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, server)
        self.links.append(link)
        self.count += 1
        self._writers += (writer, server)
        link.tasks = [asyncio.create_task(link.answer(from_server)), asyncio.create_task(link.ask(reader))]
        with suppress(OSError):
            await asyncio.wait(link.tasks, return_when=asyncio.FIRST_COMPLETED)
        self._forget(link)

    def _forget(self, link: Link) -> None:
        for task in link.tasks:
            task.cancel()
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        if not link.is_silent:
            link.client.close()
        link.server.close()
        if link in self.links:
            self.links.remove(link)

    async def _end(self, way: Way, begin: int, count: int | None) -> int:
        links = [link for link in self.links if not link.is_silent]
        chosen = links[begin:] if count is None else links[begin : begin + count]
        for link in chosen:
            link.end(way)
        return len(chosen)

    async def _end_all(self) -> None:
        self._server.close()
        for link in list(self.links):
            self._forget(link)
        for writer in self._writers:
            writer.transport.abort()
        for _ in range(5):  # Until the transports have told their protocols.
            await asyncio.sleep(0)


@contextmanager
def proxied(target: str, over: str, folder: Path) -> Iterator[Proxy]:
    """A proxy before a cluster that listens on a Unix socket."""
    proxy = Proxy(target, over, folder)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
