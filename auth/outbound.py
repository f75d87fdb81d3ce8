"""Requests to addresses that somebody stored: to public hosts only, over HTTPS, bounded in size and time.

An address is judged when it is connected to, so that no name can point elsewhere between the look and the connection.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore

from auth.network_address import is_public

MAX_BODY = 1_000_000
TIMEOUT_S = 10.0


class OutboundError(Exception):
    """The address may not be asked, or did not answer as it should."""


class UnreachedError(OutboundError):
    """There was no connection: nothing was sent."""


class NotPublicError(OutboundError):
    """The address leads to a host that may not be connected to."""


class LateError(OutboundError):
    """There was no whole answer in time."""


class SpeechError(OutboundError):
    """What came back is no HTTP."""


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """Status, headers by lower-case name, and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Asks other servers. It follows no redirect, uses no proxy of the environment, and sends no cookie."""

    def __init__(self, *, allows_private: bool = False) -> None:
        """`allows_private` is for tests and demonstrations: plain HTTP and hosts of one's own network too."""
        self.allows_private = allows_private
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=20, keepalive_expiry=15.0, network_backend=_PublicNetwork(allows_private)
        )

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        reads: int | None = None,
        within_s: float = TIMEOUT_S,
    ) -> OutboundAnswer:
        """Send one request, which is answered `within_s` or not at all. Of the answer's body no more than about `reads`
        bytes are read, where that is said; else a long one is refused. Raises OutboundError, whatever went wrong."""
        self.check(url)
        sent: dict[bytes | str, bytes | str] = {"host": urlsplit(url).netloc, "accept-encoding": "identity"}
        sent.update({name.lower(): value for name, value in (headers or {}).items()})
        if body is not None:
            sent["content-length"] = str(len(body))
        try:
            async with asyncio.timeout(within_s), self._pool.stream(method, url, headers=sent, content=body) as answer:
                read = await _body(answer.aiter_stream(), reads)
                return OutboundAnswer(answer.status, _headers(answer.headers), read)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, socket.gaierror) as error:
            raise UnreachedError("it does not answer") from error
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise LateError("it does not answer") from error
        except (OSError, ssl.SSLError, httpcore.NetworkError) as error:
            raise OutboundError("it does not answer") from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError, ValueError) as error:
            raise SpeechError("it does not speak HTTP") from error

    def check(self, url: str) -> None:
        """Whether an address has the form that may be asked, for whoever stores one. Raises OutboundError."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise OutboundError("this is no address") from error
        if parts.scheme not in (("https", "http") if self.allows_private else ("https",)):
            raise NotPublicError("an address with https is wanted")
        if not parts.hostname or parts.username is not None or port == 0 or not url.isascii() or not url.isprintable():
            raise OutboundError("this is no address")

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that it looked up and judged itself."""

    def __init__(self, allows_private: bool) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._allows_private = allows_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in entries))
        if not self._allows_private and not all(map(is_public, addresses)):
            raise NotPublicError("it is not a public address")
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return await self._backend.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


async def _body(stream, reads: int | None) -> bytes:  # type: ignore[no-untyped-def]  # httpcore names no type
    body: bytes = b""
    async for chunk in stream:
        body += chunk
        if reads is not None and len(body) >= reads:
            return body[:reads]  # The connection is closed with what is left.
        if len(body) > MAX_BODY:
            raise OutboundError("its answer is too long")
    return body
