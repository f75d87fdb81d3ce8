"""A gateway of text messages that does what it is told, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

AUTHORIZATION = "Bearer a-secret-of-the-gateway"


class Gateway:
    """`status` is what it answers, once `silence` is set."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.authorizations: set[str | None] = set()
        self.status = 202
        self.silence = threading.Event()
        self.silence.set()
        self.began = threading.Event()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address, while it listens."""
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                gateway.asked.append(json.loads(body))
                gateway.authorizations.add(self.headers["authorization"])
                gateway.began.set()
                gateway.silence.wait(20)
                self.send_response(gateway.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/messages"
            finally:
                self.silence.set()
                server.shutdown()
                thread.join(10)

    def to(self, number: str) -> list[str]:
        """What was sent to a number, the oldest first."""
        return [message["text"] for message in self.asked if message["to"] == number]
