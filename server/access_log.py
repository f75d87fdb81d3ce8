"""Access log: one line a request, written a few times a second, off the requests' way."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import TextIO

import orjson

WRITE_EVERY_S = 0.2
MAX_LINES = 1_000
"""Lines are written at once when so many wait."""

Event = tuple[float, str, str | None, str, int, float, int]
"""A request's second since 1970, id, tenant, method, status, milliseconds and bytes."""


class AccessLog:
    """Keeps lines for WRITE_EVERY_S at most; a process that is killed may lose those."""

    def __init__(self, log_format: str, stream: TextIO | None = None) -> None:
        """`log_format` is `text` or `json`; `stream` is standard error unless given."""
        self._is_json = log_format == "json"
        self._stream = stream
        self._events: list[Event] = []

    def note(self, request: str, tenant: str | None, method: str, status: int, ms: float, size: int) -> None:
        """One request: its id, the tenant's slug, how it was answered, in how many milliseconds and bytes."""
        self._events.append((time.time(), request, tenant, method, status, ms, size))
        if len(self._events) >= MAX_LINES:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        if self._events:
            events, self._events = self._events, []
            write = _json if self._is_json else _text
            stream = self._stream or sys.stderr
            stream.write("".join(f"{write(*event)}\n" for event in events))
            stream.flush()

    async def follow(self) -> None:
        """Write for ever, and once more when stopped."""
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                self.write()
        finally:
            self.write()


def _json(at: float, request: str, tenant: str | None, method: str, status: int, ms: float, size: int) -> str:
    event = {
        "time": datetime.fromtimestamp(at, UTC).isoformat(),
        "level": "info",
        "logger": "parvis.graphql",
        "message": "graphql",
        "request": request,
        "tenant": tenant,
        "method": method,
        "status": status,
        "ms": round(ms, 1),
        "bytes": size,
    }
    return orjson.dumps(event).decode()


def _text(_at: float, request: str, tenant: str | None, method: str, status: int, ms: float, size: int) -> str:
    return f"info    graphql  request={request} tenant={tenant} {method} {status} ms={ms:.1f} bytes={size}"
