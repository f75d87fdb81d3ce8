"""The protocol: HTTP/1.1 as uvicorn speaks it; who sent several requests at once and leaves is missed by all of them.

uvicorn tells the last one alone. The one that was being answered wrote to a closed connection, which left a stack trace
in the log, and its statement ran on for nobody.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle


class Protocol(HttpToolsProtocol):
    """One connection of a client."""

    _unanswered: tuple[RequestResponseCycle, ...] = ()

    def on_headers_complete(self) -> None:
        """A request has begun."""
        before = self.cycle
        super().on_headers_complete()
        if before is not None and not before.response_complete:
            self._unanswered = (*(one for one in self._unanswered if not one.response_complete), before)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(exc)
        for one in self._unanswered:
            if not one.response_complete:
                one.disconnected = True
                one.message_event.set()
        self._unanswered = ()
