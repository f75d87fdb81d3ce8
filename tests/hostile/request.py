"""Requests byte for byte: what ordinary clients refuse to send, this sends."""

import json
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 20.0

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """One request; `group` says what it is hostile in."""

    group: str
    method: str
    path: str
    headers: tuple[Header, ...]
    body: bytes = b""

    def text(self) -> bytes:
        """The whole request. A length that the headers already tell, rightly or not, stays."""
        names = {name.lower() for name, _ in self.headers}
        length = (
            () if names & {b"content-length", b"transfer-encoding"} else ((b"content-length", b"%d" % len(self.body)),)
        )
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.path.encode("latin-1", "replace"))]
        lines += [b"%s: %s" % header for header in (*self.headers, *length, (b"connection", b"close"))]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """Status (0: the server hung up without one) and everything behind it, as text."""

    status: int
    text: str


def send(url: str, case: Case, number: int) -> Answer:
    """The answer to a case, read until the server closes the connection.

    Each number comes from an address of its own on the loopback: otherwise one client would soon have asked too much.
    """
    parts = urlsplit(url)
    source = (f"127.1.{number >> 8 & 255}.{number & 255}", 0) if sys.platform == "linux" else None
    address = (parts.hostname or "", parts.port or 80)
    with socket.create_connection(address, TIMEOUT_S, source) as connection:
        received = b""
        try:
            connection.sendall(case.text())
            while part := connection.recv(65_536):
                received += part
        except (BrokenPipeError, ConnectionResetError):
            pass  # The server refused before it had read everything.
    status = received[9:12]
    return Answer(int(status) if status.isdigit() else 0, received.decode("utf-8", "replace"))


def graphql(group: str, host: str, body: object, headers: Sequence[Header] = ()) -> Case:
    """A POST of JSON to the API; of bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = ((b"host", host.encode()), (b"content-type", b"application/json"), *headers)
    return Case(group, "POST", "/graphql", given, content)
