"""Logs: one line an event, for people or as JSON, each with the request's id, written by a thread of its own."""

import atexit
import logging
import sys
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from typing import TextIO

import orjson

from database import fault

WRITE_EVERY_S = 0.2
MAX_GATHERED = 1_000
"""Lines; when there are more they are written at once."""

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)
"""Of the operation's trace, where it is written down."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class LogLine(logging.LogRecord):
    """A record at level INFO that says neither where in the code nor by which thread: at a third of one's cost."""

    args = exc_info = exc_text = stack_info = None
    levelno = logging.INFO

    def __init__(self, name: str, message: str, fields: Mapping[str, object]) -> None:
        self.__dict__ |= {"name": name, "msg": message, "created": time.time(), **_NOWHERE, **fields}
        self.added = fields


_NOWHERE = {"levelname": "INFO", "filename": "", "lineno": 0}


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time, level, logger, message, request id and what the caller added."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_added(record),
        }
        if record.exc_info:
            event["exception"] = _stack(self, record)
        return orjson.dumps(event, default=str).decode()


class TextFormatter(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the exception's lines."""
        extra = " ".join(f"{key}={value}" for key, value in _added(record).items())
        line = f"{record.levelname.lower():7} {record.getMessage()}" + (f"  {extra}" if extra else "")
        return f"{line}\n{_stack(self, record)}" if record.exc_info else line


def _stack(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The stack trace of what failed. What PostgreSQL said quotes what people wrote: its code stands there instead."""
    assert record.exc_info is not None
    error, text = record.exc_info[1], formatter.formatException(record.exc_info)
    return text if error is None else fault.without_values(text, error)


def _added(record: logging.LogRecord) -> Mapping[str, object]:
    """What the caller said beside the message."""
    if isinstance(record, LogLine):
        return record.added
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


class RecordQueue(QueueHandler):
    """Hands records to the thread that formats and writes them, each with the id of the request that it is about."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """The record itself: the thread is of this process, so that nothing has to be pickled."""
        identifier = request_id.get()
        if identifier is not None and not hasattr(record, "request"):
            record.request = identifier
        return record


def note(line: LogLine) -> None:
    """Write a line as its logger would, past what leads there where nothing else listens: one is written a request."""
    handlers = logging.root.handlers
    if len(handlers) == 1 and isinstance(handlers[0], RecordQueue):
        handlers[0].enqueue(line)
    else:
        logging.getLogger(line.name).handle(line)


class Gathering(QueueListener):
    """The thread: it writes the first line at once and then looks again a few times a second.

    A thread that is woken for each record takes the interpreter away from the event loop each time: 0.1 ms a request.
    """

    queue: SimpleQueue[logging.LogRecord]

    def __init__(self, queue: SimpleQueue[logging.LogRecord], formatter: logging.Formatter, stream: TextIO) -> None:
        super().__init__(queue)
        self.formatter = formatter
        self.stream = stream
        self._lines: list[str] = []

    def dequeue(self, block: bool) -> logging.LogRecord:
        """The next record, once there are some again."""
        is_empty = self.queue.empty()
        if is_empty or len(self._lines) > MAX_GATHERED:
            self._write()
        if is_empty:
            time.sleep(WRITE_EVERY_S)
        return self.queue.get(block)

    def handle(self, record: logging.LogRecord) -> None:
        """Gather a record's line; what cannot be formatted is named and stops no others."""
        try:
            self._lines.append(self.formatter.format(record))
        except (TypeError, ValueError, KeyError):
            named = logging.makeLogRecord({**vars(record), "msg": f"cannot be formatted: {record.msg!r}", "args": None})
            self._lines.append(self.formatter.format(named))

    def stop(self) -> None:
        """Write what is left and end."""
        super().stop()
        self._write()

    def _write(self) -> None:
        if self._lines:
            self.stream.write("\n".join([*self._lines, ""]))
            self.stream.flush()
            self._lines.clear()


def configure(log_format: str) -> Gathering:
    """Send everything to standard error in one format (`text` or `json`), from a thread that the returned one stops.

    It is stopped when the process ends, after the last line. A process that is killed may lose the last few lines.
    """
    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = Gathering(records, JsonFormatter() if log_format == "json" else TextFormatter(), sys.stderr)
    listener.start()
    atexit.register(listener.stop)
    root = logging.getLogger()
    root.handlers[:] = [RecordQueue(records)]
    root.setLevel(logging.INFO)
    # No line tells threads, processes and callers, which take as long to find as all the rest (logging's own HOWTO).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    return listener
