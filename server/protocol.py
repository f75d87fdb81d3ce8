"""The protocols: HTTP/1.1 and WebSocket as uvicorn speaks them, with what an application cannot do by itself.

Who sent several requests at once and leaves is missed by all of them: uvicorn tells the last one alone. The one that
was being answered wrote to a closed connection, which left a stack trace in the log, and its statement ran on for
nobody. And a connection whose client does not read can be dropped. A response's head leaves with the first part of its
body, where uvicorn sends each by itself: one call of the kernel less.
"""

import asyncio
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from server.live.socket import MAX_MESSAGE
from server.live.stream import ABORT

PING_S = 20.0
"""How often a socket is asked whether its client is still there, and how soon that must answer."""


class Response:
    """A connection as one response writes to it: its head waits for the first part of its body."""

    __slots__ = ("_head", "_is_begun", "_transport", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head, self._is_begun = b"", False
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Write, or keep what is the head."""
        if self._head:
            self._transport.writelines((self._head, data))
            self._head = b""
        elif self._is_begun or data.startswith(_CONTINUE):
            self._transport.write(data)
        else:
            self._head, self._is_begun = data, True

    def flush(self) -> None:
        """Write the head of a response without a body."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        """Close the connection once everything is written."""
        self.flush()
        self._transport.close()


_CONTINUE = b"HTTP/1.1 100 "
"""What a client hears first when it waits for leave to send its body."""


class Protocol(HttpToolsProtocol):
    """One connection of a client."""

    _unanswered: tuple[RequestResponseCycle, ...] = ()

    def on_headers_complete(self) -> None:
        """A request has begun."""
        before = self.cycle
        super().on_headers_complete()
        if before is not self.cycle:
            extensions: Any = self.scope.setdefault("extensions", {})
            extensions[ABORT] = self.transport.abort
            response = Response(self.transport)
            self.cycle.transport = cast(asyncio.Transport, response)
            self.cycle.on_response = partial(self._responded, response)
        if before is not None and not before.response_complete:
            self._unanswered = (*(one for one in self._unanswered if not one.response_complete), before)

    def _responded(self, response: Response) -> None:
        """A response is over."""
        response.flush()
        self.on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(exc)
        for one in self._unanswered:
            if not one.response_complete:
                one.disconnected = True
                one.message_event.set()
        self._unanswered = ()


class SocketProtocol(WebSocketsSansIOProtocol):
    """One socket of a client."""

    def handle_connect(self, event: Request) -> None:
        """A socket has been asked for."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][ABORT] = self.transport.abort


SPEAKING: dict[str, Any] = {
    "http": Protocol,
    "ws": SocketProtocol,
    "ws_max_size": MAX_MESSAGE,
    "ws_ping_interval": PING_S,
    "ws_ping_timeout": PING_S,
    "ws_per_message_deflate": False,  # It would keep some 50 kB for each socket.
}
"""How uvicorn speaks to clients."""
