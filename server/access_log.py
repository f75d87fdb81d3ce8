"""Access log: one line a request, formatted at once and written a few times a second, off the requests' way."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import TextIO

import orjson

WRITE_EVERY_S = 0.2
MAX_LINES = 1_000
"""Lines are written at once when so many wait."""


class AccessLog:
    """Keeps lines for WRITE_EVERY_S at most; a process that is killed may lose those."""

    def __init__(self, log_format: str, stream: TextIO | None = None) -> None:
        """`log_format` is `text` or `json`; `stream` is standard error unless given."""
        self._is_json = log_format == "json"
        self._stream = stream
        self._lines: list[str] = []

    def note(self, request: str, tenant: str | None, method: str, status: int, ms: float, size: int) -> None:
        """One request: its id, the tenant's slug, how it was answered, in how many milliseconds and bytes."""
        if self._is_json:
            event = {
                "time": datetime.now(UTC).isoformat(),
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
            line = orjson.dumps(event).decode()
        else:
            line = f"info    graphql  request={request} tenant={tenant} {method} {status} ms={ms:.1f} bytes={size}"
        self._lines.append(line)
        if len(self._lines) >= MAX_LINES:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        if self._lines:
            lines, self._lines = self._lines, []
            stream = self._stream or sys.stderr
            stream.write("\n".join(lines) + "\n")
            stream.flush()

    async def follow(self) -> None:
        """Write for ever, and once more when stopped."""
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                self.write()
        finally:
            self.write()
