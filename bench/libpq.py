"""The database's own limit: the works' statements over libpq from the load generator, with no server between."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import psycopg
import uuid_utils.compat
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from bench import document, statement, work
from bench.load import Burst, LoadError
from bench.peer import bare
from bench.process import Window
from bench.work import Id, Work
from database import naming

Parameters = tuple[Sequence[Buffer | None], Sequence[int]]
"""Values and their formats, as libpq takes them."""


class Database:
    """Connections that repeat prepared statements."""

    name, title = "database", "PostgreSQL over libpq, no server"
    works = tuple(name for name in document.NAMES if name != "cached")

    def __init__(self, url: str, tenant: int, works: Mapping[str, Work], clients: int) -> None:
        self._connections = [psycopg.connect(url, autocommit=True) for _ in range(clients)]
        for connection in self._connections:
            bare.adapt(connection)
            connection.execute("SET timezone = 'UTC'")
        self._tenant = tenant
        self._prepared: set[tuple[int, str]] = set()
        planner = statement.Planner()
        self._texts = {"vote": naming.qualify(bare.VOTE, tenant)}
        self._reads: dict[str, list[Parameters]] = {}
        self._types: dict[str, Sequence[int]] = {"vote": (2950, 2950, 2950, 2950, 25)}
        for name, found in works.items():
            if name != "vote" and name in self.works:
                self._plan(planner, name, found)

    def _plan(self, planner: statement.Planner, name: str, found: Work) -> None:
        given = [work.written(values, lambda id_: id_.parvis(self._tenant)) for values in found.variants]
        planned = planner.read(found.document, given[0], self._tenant)
        self._texts[name] = planned.text
        dumper = Transformer(self._connections[0])
        rows: list[Parameters] = []
        for values in given:
            parameters = planned.parameters(values)
            rows.append((dumper.dump_sequence(parameters, [PyFormat.AUTO] * len(parameters)), dumper.formats or ()))
        self._reads[name], self._types[name] = rows, dumper.types or ()

    def reads(self, asked: Work) -> Iterator[Parameters]:
        """A read's parameters, for ever in turn."""
        return cycle(self._reads[asked.name])

    def vote(self, contribution: Id, actor: Any) -> Parameters:
        """One vote's parameters."""
        ids = (contribution.uuid, actor, uuid_utils.compat.uuid7(), uuid_utils.compat.uuid7())
        texts = [*(str(uuid).encode() for uuid in ids), f"contribution_{self._tenant}_".encode()]
        return texts, (0,) * len(texts)

    async def burst(
        self, name: str, asked: Iterator[Parameters], clients: int, warm_s: float, duration_s: float, measured: Window
    ) -> Burst:
        """Repeat a statement on as many connections as clients."""
        loop = asyncio.get_running_loop()
        found, since = Burst(duration_s=duration_s), time.perf_counter() + warm_s
        used = [connection.pgconn for connection in self._connections[:clients]]
        for place, connection in enumerate(used):
            if (place, name) not in self._prepared:
                connection.prepare(name.encode(), self._texts[name].encode(), self._types[name])
                self._prepared.add((place, name))
        runs = [_Connection(connection, name.encode(), asked, found, since, since + duration_s) for connection in used]
        for run in runs:
            run.begin(loop)
        await asyncio.sleep(max(0.0, since - time.perf_counter()))
        measured.begin()
        started = time.process_time()
        await asyncio.sleep(max(0.0, since + duration_s - time.perf_counter()))
        found.generator_s = time.process_time() - started
        measured.end()
        await asyncio.wait_for(asyncio.gather(*(run.done for run in runs)), 15)
        return found

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()


class _Connection:
    """One connection under load."""

    def __init__(
        self, connection: PGconn, name: bytes, asked: Iterator[Parameters], found: Burst, since: float, until: float
    ) -> None:
        self._connection, self._name, self._asked = connection, name, asked
        self._found, self._since, self._until = found, since, until

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send the first statement."""
        self._loop = loop
        self.done = loop.create_future()
        loop.add_reader(self._connection.socket, self._readable)
        self._send()

    def _send(self) -> None:
        values, formats = next(self._asked)
        self._sent_at = time.perf_counter()
        self._connection.send_query_prepared(self._name, values, formats)
        self._connection.flush()

    def _readable(self) -> None:
        self._connection.consume_input()
        if self._connection.is_busy():
            return
        result = self._connection.get_result()
        while self._connection.get_result() is not None:
            pass
        now = time.perf_counter()
        if result is None or result.status != ExecStatus.TUPLES_OK:
            said = result.error_message.decode() if result else "nothing"
            self._loop.remove_reader(self._connection.socket)
            self.done.set_exception(LoadError(f"the database said: {said}"))
            return
        if self._since <= now < self._until:
            self._found.latencies.append(now - self._sent_at)
            self._found.received += sum(len(result.get_value(0, i) or b"") for i in range(result.nfields))
        if now < self._until:
            self._send()
        else:
            self._loop.remove_reader(self._connection.socket)
            self.done.set_result(None)
