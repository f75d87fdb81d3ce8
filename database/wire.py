"""Wire: prepared statements over libpq, with nothing between its socket and the event loop.

A cursor of psycopg costs the server's process about 0.1 ms a statement: adapting values by their Python types, a
generator a step, a registration of the socket each time. Here values are encoded by the types that statements declare,
and the socket stays registered: 0.02 ms. Everything else about a connection is psycopg's.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import tuple_row

from database.prepared_statement import PreparedStatements
from database.statement import Statement

CANCEL_TIMEOUT_S = 5.0

Row = tuple[object, ...]

Asked = tuple[Statement, str, Sequence[bytes | None]]
"""A statement, its text for a tenant, its encoded parameters."""

_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class WireConnection(AsyncConnection[Row]):
    """A connection that one task at a time asks. What is cancelled while it waits leaves it fit only to be closed."""

    def __init__(self, pgconn: PGconn, row_factory: Any = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        self._statements = PreparedStatements()
        self._results: list[PGresult] = []
        self._syncs = 0
        self._answered: asyncio.Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket = -1

    async def ask(self, statement: Statement, text: str, parameters: Sequence[bytes | None]) -> PGresult:
        """Run a statement, whose text for a tenant this is; the result in text form. Raises psycopg.Error."""
        self._send(await self._name(statement, text), statement, text, parameters)
        return _good((await self._answers())[-1], self)

    async def ask_all(self, *transactions: Sequence[Asked]) -> list[list[PGresult]]:
        """Run statements in groups, each a transaction by itself, in one round trip.

        Raises psycopg.Error; a group runs also when one before it fails.
        """
        asked = [found for group in transactions for found in group]
        for statement, text, _ in asked:
            await self._name(statement, text)
        names = [self._statements.name(text) for _, text, _ in asked]  # Now: a later one may have taken the room.
        named = iter(names)
        self.pgconn.enter_pipeline_mode()
        for group in transactions:
            for statement, text, parameters in group:
                self._send(next(named), statement, text, parameters)
            self.pgconn.pipeline_sync()
        results = iter(await self._answers(syncs=len(transactions)))
        self.pgconn.exit_pipeline_mode()
        return [[_good(next(results), self) for _ in group] for group in transactions]

    async def tell(self, command: str) -> None:
        """Run a command without values, several at once with `;` between them. Raises psycopg.Error."""
        self.pgconn.send_query(command.encode())
        _good((await self._answers())[-1], self)

    def rows(self, result: PGresult) -> list[Row]:
        """A result as Python's values."""
        transformer = Transformer(self)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def _send(self, name: bytes | None, statement: Statement, text: str, parameters: Sequence[bytes | None]) -> None:
        """Send a statement by its name, or its text where it has none."""
        if name is None:
            self.pgconn.send_query_params(text.encode(), parameters, statement.oids, statement.formats, 0)
        else:
            self.pgconn.send_query_prepared(name, parameters, statement.formats, 0)

    async def _name(self, statement: Statement, text: str) -> bytes | None:
        """The name under which a statement is prepared, perhaps now; None for one that is asked for the first time."""
        name = self._statements.name(text)
        if name is not None or not self._statements.is_due(text):
            return name
        for gone in self._statements.make_room(text):
            await self.tell(f"DEALLOCATE {gone.decode()}")
        name = self._statements.new_name()
        self.pgconn.send_prepare(name, text.encode(), statement.oids)
        _good((await self._answers())[-1], self)
        self._statements.add(text, name)
        return name

    # The socket ------------------------------------------------------------------------------------------------------

    async def _answers(self, syncs: int = 0) -> list[PGresult]:
        """The results of what was sent, which a pipeline ends with so many synchronisations."""
        loop = self._listen()
        self._results, self._syncs = [], syncs  # Now: while a long second statement is sent, the first is answered.
        self._answered = loop.create_future()
        try:
            while self.pgconn.flush():
                await self._writable(loop)
            await self._answered
        except asyncio.CancelledError:
            self._hush()
            with suppress(psycopg.OperationalError):
                await self.cancel_safe(timeout=CANCEL_TIMEOUT_S)  # Nobody waits for the statement: free its backend.
            raise
        return self._results

    def _listen(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop, self._socket = asyncio.get_running_loop(), self.pgconn.socket
            self._loop.add_reader(self._socket, self._hear)
        return self._loop

    def _hear(self) -> None:
        """Take what has come; whoever asked goes on when all has."""
        try:
            self.pgconn.consume_input()
            while not self.pgconn.is_busy() and not self._take(self.pgconn.get_result()):
                pass
        except psycopg.OperationalError as error:
            self._hush()
            if self._answered is not None and not self._answered.done():
                self._answered.set_exception(error)

    def _take(self, result: PGresult | None) -> bool:
        """Keep a result; whether there is none to look for now. Statements of a pipeline are told apart by None."""
        if result is None:
            is_last = self._syncs == 0
        elif result.status == ExecStatus.PIPELINE_SYNC:
            self._syncs -= 1
            is_last = self._syncs == 0
        else:
            self._results.append(result)
            return False
        if is_last and self._answered is not None and not self._answered.done():
            self._answered.set_result(None)
        return is_last

    async def _writable(self, loop: asyncio.AbstractEventLoop) -> None:
        """The socket takes more."""
        ready = loop.create_future()
        loop.add_writer(self.pgconn.socket, ready.set_result, None)
        try:
            await ready
        finally:
            loop.remove_writer(self.pgconn.socket)

    def _hush(self) -> None:
        """Listen no more: psycopg does, or nobody will."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._loop = None

    async def wait(self, *given: Any, **options: Any) -> Any:
        """Let psycopg use the socket."""
        self._hush()
        return await super().wait(*given, **options)

    async def close(self) -> None:
        """Close the connection."""
        self._hush()
        await super().close()


def _good(result: PGresult, connection: WireConnection) -> PGresult:
    """A result, unless it is an error."""
    if result.status not in _GOOD:
        raise psycopg.errors.error_from_result(result, connection.info.encoding)
    return result
