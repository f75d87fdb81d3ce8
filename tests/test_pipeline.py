"""A client that sends several requests at once over one connection and leaves: nobody is disturbed, nothing is logged."""

import logging
import socket
import struct
from contextlib import suppress
from urllib.parse import urlsplit

import orjson
import pytest

from tests.conftest import Portal

AT_ONCE = struct.pack("ii", 1, 0)
QUERIES = ("{ portal { title } }", "{ spaces { nodes { id title } } }", "{ nothing }")


def requests(portal: Portal, count: int, *, is_signed: bool) -> bytes:
    """So many requests, one behind the other."""
    found = b""
    for number in range(count):
        body = orjson.dumps({"query": f"{QUERIES[number % 3]} # {number}"})
        signed = f"authorization: Bearer {portal.token}\r\n" if is_signed else ""
        head = f"POST /graphql HTTP/1.1\r\nhost: {portal.host}\r\n{signed}content-type: application/json\r\n"
        found += f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
        found += f"GET /healthz HTTP/1.1\r\nhost: {portal.host}\r\n\r\n".encode()
    return found


@pytest.mark.parametrize("read", [0, 1, 200, 5_000])
@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("is_cut", [False, True], ids=["whole", "cut"])
def test_client_that_leaves_a_pipeline_leaves_no_trace(
    rennes: Portal, caplog: pytest.LogCaptureFixture, read: int, is_reset: bool, is_cut: bool
) -> None:
    member = rennes.member()
    url = urlsplit(member.running.url)
    text = requests(member, 30, is_signed=is_reset)
    for place in (len(text) - 3, len(text) // 2, len(text) // 3) if is_cut else (len(text),):
        with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as client:
            if is_reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            with suppress(ConnectionError):
                client.sendall(text[:place])
                left = read
                while left > 0 and (got := client.recv(left)):
                    left -= len(got)
    assert member.ask("{ portal { title } }")["portal"]["title"]
    assert [found for found in caplog.records if found.exc_info or found.levelno >= logging.ERROR] == []
