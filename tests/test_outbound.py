"""Requests to stored addresses reach public hosts alone, and providers are believed only about themselves."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey

from auth import discovery, outbound
from auth.discovery import Discovery
from auth.outbound import Outbound, OutboundAnswer, OutboundError


def ask(url: str, *, allows_private: bool = False) -> OutboundAnswer:
    async def run() -> OutboundAnswer:
        client = Outbound(allows_private=allows_private)
        try:
            return await client.request("GET", url)
        finally:
            await client.close()

    return asyncio.run(run())


@contextmanager
def site(answers: dict[str, tuple[int, dict[str, str], bytes]], asked: list[str] | None = None) -> Iterator[str]:
    """A web server on the loopback, and what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:password@host.example/",
        "https://host.example:0/",
        "https://host.example:99999/",
        "https://host.example/\n",
        "https://hôte.example/",
        "//host.example/",
        "",
    ],
)
def test_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(OutboundError):
        ask(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
    ],
)
def test_host_of_ones_own_network_is_refused_before_it_is_connected_to(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: connections.append(address))
    with pytest.raises(OutboundError):
        ask(f"https://{host}/")
    assert connections == []


def test_name_that_leads_to_a_private_address_beside_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(*_arguments: object, **_options: object) -> list[Any]:
        return [(0, 0, 0, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", found)
    with pytest.raises(OutboundError, match="not a public address"):
        ask("https://rebinding.example/")


def test_redirect_is_not_followed() -> None:
    asked: list[str] = []
    with site({"/": (302, {"location": "/secret"}, b"")}, asked) as url:
        assert ask(f"{url}/", allows_private=True).status == 302
    assert asked == ["/"]


def test_long_answer_is_refused() -> None:
    with site({"/": (200, {}, b"x" * (outbound.MAX_BODY + 1))}) as url, pytest.raises(OutboundError, match="too long"):
        ask(f"{url}/", allows_private=True)


def test_server_that_does_not_answer_or_speaks_something_else_is_an_error_of_ours() -> None:
    with pytest.raises(OutboundError):
        ask("http://127.0.0.1:9/", allows_private=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def mumble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1_000)
                connection.sendall(b"hello\r\n\r\n")

        thread = threading.Thread(target=mumble)
        thread.start()
        with pytest.raises(OutboundError):
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}/", allows_private=True)
        thread.join()


KEY = ECKey.generate_key("P-256")
ODD_KEYS = [None, {"kty": "oct", "k": "AA"}, {"kty": "RSA", "use": "enc"}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-1"}]
"""Keys that nobody can check a signature with do not stop the others."""


def document(url: str, **changes: object) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """What a provider at `url` says of itself."""
    said = {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
    } | changes
    return {
        "/.well-known/openid-configuration": (200, {}, orjson.dumps(said)),
        "/jwks": (200, {}, orjson.dumps({"keys": [*ODD_KEYS, KEY.as_dict(private=False)]})),
    }


def discover(url: str, asked_for: list[bool], clock: list[float] | None = None) -> None:
    """Ask for keys, each time anew or not; `clock` says when."""

    async def run() -> None:
        client = Outbound(allows_private=True)
        found = Discovery(client)
        try:
            for anew in asked_for:
                await found.keys(url, anew=anew)
                if clock:
                    clock[0] += clock[1]
        finally:
            await client.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"end_session_endpoint": "ftp://x.example"},
    ],
)
def test_document_that_is_not_the_issuers_own_is_refused(changes: dict[str, object]) -> None:
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
    with site(answers) as url:
        answers |= document(url, **changes)
        with pytest.raises(OutboundError):
            discover(url, [False])


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"{}"])
def test_document_that_is_none_is_refused(body: bytes) -> None:
    with site({"/.well-known/openid-configuration": (200, {}, body)}) as url, pytest.raises(OutboundError):
        discover(url, [False])


@pytest.mark.parametrize(
    ("asked_for", "step_s", "reads"),
    [
        ([False] * 5, 0.0, 1),
        ([False, True, True, True], 0.0, 1),  # Anybody can make tokens with unknown keys.
        ([False, True, True], 61.0, 3),
        ([False, False, False], 1_801.0, 2),
    ],
)
def test_keys_are_kept_for_an_hour_and_read_anew_once_a_minute_at_most(
    asked_for: list[bool], step_s: float, reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
    clock = [1_000.0, step_s]
    monkeypatch.setattr(discovery, "time", type("Clock", (), {"monotonic": staticmethod(lambda: clock[0])}))
    with site(answers, asked) as url:
        answers |= document(url)
        discover(url, asked_for, clock)
    assert asked.count("/jwks") == reads
