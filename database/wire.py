"""Wire: prepared statements over libpq, directly between its socket and the event loop.

A cursor of psycopg takes about 0.1 ms of this process a statement: it adapts values by their Python types, runs a
generator for each step and registers the socket each time. Here values are encoded by the types that statements
declare, and the socket stays registered, which takes 0.02 ms. Everything else about a connection is psycopg's.
"""

import asyncio
import select
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from time import monotonic, perf_counter
from typing import Any
from weakref import WeakMethod

import psycopg
from psycopg import AsyncConnection
from psycopg.adapt import Transformer
from psycopg.errors import Diagnostic
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import tuple_row

from database import deadline, moment, usage
from database.duration import Durations
from database.prepared_statement import PreparedStatements
from database.statement import Statement

CANCEL_TIMEOUT_S = 1.0

SUSPECT_S = 0.75
"""After this time an answer may never come; `database.silence` checks."""

READS_AT_ONCE = 64
"""Reads from one connection's socket before others get their turn."""

Row = tuple[object, ...]

Asked = tuple[Statement, str, Sequence[bytes | None]]
"""A statement, its text for a tenant and its encoded parameters."""

_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)

_LAST_WORDS = (b"FATAL", b"PANIC")
"""After an error of such a severity PostgreSQL sends nothing more, but libpq would wait."""


class WireConnection(AsyncConnection[Row]):
    """A connection for one task at a time. A task that is cancelled while it waits leaves it fit only to be closed."""

    is_bounded = True
    """Whether answers must come by the deadline. They need not in administration, whose statements may take hours."""

    is_spread = False
    """Whether the cluster spreads schemas over machines, where changes get their time as a parameter."""

    suspect: Callable[["WireConnection", asyncio.Future[None]], None] | None = None
    """Called once an answer takes longer than SUSPECT_S."""

    def __init__(self, pgconn: PGconn, row_factory: Any = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        self.durations = Durations()
        """How long statements took; in a pool all its connections have the same."""
        self.slow_s = float("inf")
        """`note_slow` hears of statements that took so long."""
        self._statements = PreparedStatements()
        self._moment: bytes | None = None
        """The time of the transaction under way, if its changes were given one."""
        self._results: list[PGresult] = []
        self._syncs = 0
        self._answered: asyncio.Future[None] | None = None
        self._late: asyncio.TimerHandle | None = None
        """When to look whether an answer is late. It is left as it is when one came in time: setting a timer for each
        statement costs more than looking now and then."""
        self._late_at = 0.0
        self._suspect_at = self._until = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket = -1
        self._readable: select.poll
        heard = WeakMethod(self._notice)  # Whoever lets go of a connection without closing it is told at once.
        self.add_notice_handler(lambda notice: (notify := heard()) and notify(notice))

    async def ask(self, statement: Statement, text: str, parameters: Sequence[bytes | None]) -> PGresult:
        """Run a statement with its text for a tenant; the result is in text form. Raises psycopg.Error."""
        if self.is_spread:
            [(statement, text, parameters)] = await self._with_moment([(statement, text, parameters)])
        name = self._statements.name(text)
        if name is None and self._statements.is_due(text):
            name = await self._prepare(statement, text)
        self._send(name, statement, text, parameters)
        began = perf_counter()
        results = await self._answers()
        self._took(results, ((statement, text),), perf_counter() - began)
        return _good(results[-1], self)

    async def ask_all(self, *transactions: Sequence[Asked]) -> list[list[PGresult]]:
        """Run groups of statements in one round trip, each group a transaction by itself.

        Raises psycopg.Error. A group runs even when one before it has failed.
        """
        if self.is_spread:
            transactions = tuple([await self._with_moment(group) for group in transactions])
        asked = [one for group in transactions for one in group]
        for statement, text, _ in asked:
            if self._statements.name(text) is None and self._statements.is_due(text):
                await self._prepare(statement, text)
        names = [self._statements.name(text) for _, text, _ in asked]  # Now: a later one may have taken the room.
        named = iter(names)
        self.pgconn.enter_pipeline_mode()
        for group in transactions:
            for statement, text, parameters in group:
                self._send(next(named), statement, text, parameters)
            self.pgconn.pipeline_sync()
        began = perf_counter()
        answered = await self._answers(syncs=len(transactions))
        self._took(answered, [(statement, text) for statement, text, _ in asked], perf_counter() - began)
        self.pgconn.exit_pipeline_mode()
        results = iter(answered)
        return [[_good(next(results), self) for _ in group] for group in transactions]

    def _took(self, results: Sequence[PGresult], asked: Sequence[tuple[Statement, str]], seconds: float) -> None:
        """Count statements that were answered together; which of them was slow, nobody can tell."""
        self.durations.add(seconds)
        usage.note(results, seconds)
        if seconds >= self.slow_s:
            self.note_slow(asked, seconds)

    def note_slow(self, asked: Sequence[tuple[Statement, str]], seconds: float) -> None:
        """Statements that were answered together were slow; connections of a pool tell of it."""

    async def _with_moment(self, group: Sequence[Asked]) -> list[Asked]:
        """The same statements, with the time as a parameter of those that change something by it."""
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            self._moment = None
        given: list[Asked] = []
        for statement, text, parameters in group:
            changed = moment.bound(text, len(parameters) + 1)
            if changed is None:
                given.append((statement, text, parameters))
                continue
            if self._moment is None:
                self.pgconn.send_query(moment.ASK.encode())
                self._moment = _good((await self._answers())[-1], self).get_value(0, 0)
            given.append((statement.with_moment(), changed, [*parameters, self._moment]))
        return given

    async def tell(self, command: str) -> None:
        """Run a command without parameters, or several separated by `;`. Raises psycopg.Error."""
        self.pgconn.send_query(command.encode())
        _good((await self._answers())[-1], self)

    def rows(self, result: PGresult) -> list[Row]:
        """A result's rows as Python values."""
        transformer = Transformer(self)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def _send(self, name: bytes | None, statement: Statement, text: str, parameters: Sequence[bytes | None]) -> None:
        """Send a statement by its name, or its text if it has none."""
        if name is None:
            self.pgconn.send_query_params(text.encode(), parameters, statement.oids, statement.formats, 0)
        else:
            self.pgconn.send_query_prepared(name, parameters, statement.formats, 0)

    async def _prepare(self, statement: Statement, text: str) -> bytes:
        """Prepare a statement; returns its name. It is done when a statement is asked for the second time."""
        for gone in self._statements.make_room(text):
            await self.tell(f"DEALLOCATE {gone.decode()}")
        name = self._statements.new_name()
        self.pgconn.send_prepare(name, text.encode(), statement.oids)
        _good((await self._answers())[-1], self)
        self._statements.add(text, name)
        return name

    # The socket ------------------------------------------------------------------------------------------------------

    async def _answers(self, syncs: int = 0) -> list[PGresult]:
        """The results of what was sent; `syncs` is the number of synchronisation points in a pipeline.

        When they do not come by the deadline, the connection is closed; the statements may have been executed.
        """
        loop = self._loop or self._register()
        self._results, self._syncs = [], syncs  # Now: while a long second statement is sent, the first is answered.
        answered = self._answered = loop.create_future()
        if self.is_bounded:
            self._limit(loop, deadline.answer_until())
        try:
            if self.pgconn.flush():
                loop.add_writer(self._socket, self._send_on)
            await answered
        except asyncio.CancelledError:
            self._unregister()
            with suppress(psycopg.Error):
                await self.cancel_safe(timeout=CANCEL_TIMEOUT_S)  # Nobody waits for the statement: free its backend.
            raise
        finally:
            self._answered = None
        return self._results

    def _limit(self, loop: asyncio.AbstractEventLoop, until: float) -> None:
        """Wait until then; after SUSPECT_S, have the connection checked."""
        suspect_at = monotonic() + SUSPECT_S
        self._until = until
        self._suspect_at = until if self.suspect is None else suspect_at
        when = suspect_at if suspect_at < until else until
        if self._late is None or when < self._late_at:
            self._look_at(loop, when)

    def _look_at(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        """Check for a late answer at this time."""
        if self._late is not None:
            self._late.cancel()
        self._late, self._late_at = loop.call_at(when, self._look, loop), when

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up an answer that is past the deadline; have the connection checked for one that is late."""
        self._late = None
        if self._answered is None or self._answered.done():
            return
        now = monotonic()
        if now >= self._until:
            self._end(psycopg.OperationalError("no answer came in time"))
        elif now < self._suspect_at:
            self._look_at(loop, min(self._suspect_at, self._until))
        else:
            self._look_at(loop, self._until)
            if self.suspect is not None:
                self.suspect(self, self._answered)

    @property
    def place(self) -> tuple[bytes, bytes]:
        """The host, as its URL names it, and the port."""
        return self.pgconn.host, self.pgconn.port

    def end_silent(self, awaited: asyncio.Future[None], idle: Collection[int] | None) -> bool:
        """Close the connection if it still waits for this answer and its backend is idle (None: they are no more);
        whether it did."""
        if self._answered is not awaited or (idle is not None and self.pgconn.backend_pid not in idle):
            return False
        self._receive()  # What has come and was not looked at yet.
        if awaited.done():
            return False
        self._end(psycopg.OperationalError("the connection is silent"))
        return True

    def _register(self) -> asyncio.AbstractEventLoop:
        """Read the socket from now on."""
        self._loop, self._socket = asyncio.get_running_loop(), self.pgconn.socket
        self._readable = select.poll()
        self._readable.register(self._socket, select.POLLIN)
        self._loop.add_reader(self._socket, self._receive)
        return self._loop

    def _receive(self) -> None:
        """Read all that has come, and resume the waiting task when its answer is complete.

        An event loop may call this once for data and the end of the connection together, and never again. So it reads
        until nothing is left, even when no task waits.
        """
        try:
            for _ in range(READS_AT_ONCE):
                self.pgconn.consume_input()
                while not self.pgconn.is_busy() and not self._take(self.pgconn.get_result()):
                    pass
                if self._loop is None or not self._readable.poll(0):
                    return
            asyncio.get_running_loop().call_soon(self._receive_on)  # A long result: others have their turn.
        except psycopg.OperationalError as error:
            self._end(error)

    def _notice(self, notice: Diagnostic) -> None:
        """The last error that the server sends to an idle connection arrives as a notice."""
        if self._loop is not None and (notice.severity_nonlocalized or "").encode() in _LAST_WORDS:
            self._loop.call_soon(self._end, psycopg.OperationalError(notice.message_primary or ""))

    def _receive_on(self) -> None:
        if self._loop is not None:
            self._receive()

    def _take(self, result: PGresult | None) -> bool:
        """Store a result; whether there is none left to read now. None separates the statements of a pipeline."""
        if result is None:
            is_last = self._syncs == 0
        elif result.status == ExecStatus.PIPELINE_SYNC:
            self._syncs -= 1
            is_last = self._syncs == 0
        else:
            if result.status not in _GOOD and result.error_field(DiagnosticField.SEVERITY_NONLOCALIZED) in _LAST_WORDS:
                self._end(psycopg.errors.error_from_result(result, self.info.encoding))
                return True
            self._results.append(result)
            return False
        if is_last and self._answered is not None and not self._answered.done():
            self._answered.set_result(None)
        return is_last

    def _send_on(self) -> None:
        """Send what the socket did not accept before."""
        try:
            if self._loop is not None and not self.pgconn.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.OperationalError as error:
            self._end(error)

    def _end(self, error: Exception) -> None:
        """Close the connection, which can no longer be used."""
        self._unregister()
        self.pgconn.finish()
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)

    def _unregister(self) -> None:
        """Unregister the socket: from now on psycopg reads it, or nobody does."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._loop = None
        if self._late is not None:
            self._late.cancel()
            self._late = None

    async def wait(self, *given: Any, **options: Any) -> Any:
        """Let psycopg use the socket."""
        self._unregister()
        return await super().wait(*given, **options)

    async def close(self) -> None:
        """Close the connection."""
        self._unregister()
        await super().close()


def _good(result: PGresult, connection: WireConnection) -> PGresult:
    """A result, unless it is an error."""
    if result.status not in _GOOD:
        raise psycopg.errors.error_from_result(result, connection.info.encoding)
    return result
