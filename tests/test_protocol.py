"""Responses over one connection: a head leaves with its body in one piece; what has no body comes all the same."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from server.protocol import Response
from tests.conftest import Portal

QUERY = b'{"query":"{ portal { title } }"}'


class Transport:
    """Keeps what is written, call by call."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def writelines(self, parts: tuple[bytes, ...]) -> None:
        self.written.append(b"".join(parts))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def test_head_leaves_with_the_first_part_of_its_body() -> None:
    transport = Transport()
    response = Response(transport)  # type: ignore[arg-type]
    for part in (b"HTTP/1.1 100 Continue\r\n\r\n", b"head", b"body", b"more"):
        response.write(part)
    response.flush()
    assert transport.written == [b"HTTP/1.1 100 Continue\r\n\r\n", b"headbody", b"more"]


@pytest.mark.parametrize("is_closed", [False, True])
def test_head_without_a_body_leaves_when_the_response_is_over(is_closed: bool) -> None:
    transport = Transport()
    response = Response(transport)  # type: ignore[arg-type]
    response.write(b"head")
    assert transport.written == []
    (response.close if is_closed else response.flush)()
    assert transport.written == [b"head"]
    assert response.is_closing() is is_closed


def asked(method: str, path: str, host: str, *headers: str, body: bytes = b"") -> bytes:
    length = (f"content-length: {len(body)}", "content-type: application/json") if body else ()
    return "\r\n".join((f"{method} {path} HTTP/1.1", f"host: {host}", *length, *headers, "", "")).encode() + body


def test_responses_without_bodies_keep_their_places_among_the_others(rennes: Portal) -> None:
    url, host = urlsplit(rennes.running.url), rennes.host
    requests = (
        asked("GET", "/healthz", host),
        asked("HEAD", "/", host),
        asked("OPTIONS", "/graphql", host),
        asked("POST", "/graphql", host, body=QUERY),
        asked("HEAD", "/healthz", host),
        asked("GET", "/healthz", host, "connection: close"),
    )
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as client:
        client.sendall(b"".join(requests))
        said = b"".join(iter(lambda: client.recv(65_536), b""))
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", said)
    assert statuses == [b"200", b"200", b"204", b"200", b"200", b"200"]
    assert said.count(b'{"data":{"portal":') == 1


def test_whoever_waits_for_leave_to_send_a_body_gets_it(rennes: Portal) -> None:
    url = urlsplit(rennes.running.url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as client:
        client.sendall(asked("POST", "/graphql", rennes.host, "expect: 100-continue", body=QUERY)[: -len(QUERY)])
        assert client.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(QUERY)
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")
