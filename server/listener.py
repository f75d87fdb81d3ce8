"""The sockets that a server listens on, bound before anything is started: a port that is taken is told at once."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

BOTH_FAMILIES = "::"
"""As an address to listen on: everything, by IPv6 and by IPv4, as most servers take it."""


NOTE = "demonstration.port"


class ListenError(Exception):
    """The address cannot be listened on; the message says why, for a person."""


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """A socket for each address of a host, all on one port, which is a free one for 0.

    Clients are refused until somebody serves. Raises AddressError.
    """
    with ExitStack() as stack:
        try:
            listening = _all_bound(host, port, stack)
        except OSError as error:
            raise ListenError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
        yield listening


@contextmanager
def noted(data: Path, port: int) -> Iterator[None]:
    """While the demonstration is served, commands find its port in the data directory."""
    note = data / NOTE
    note.write_text(str(port))
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def noted_port(data: Path) -> int | None:
    """Where the demonstration is served; None where it is not."""
    try:
        return int((data / NOTE).read_text())
    except (OSError, ValueError):
        return None


def _all_bound(host: str, port: int, stack: ExitStack) -> list[socket.socket]:
    listening: list[socket.socket] = []
    addresses = _addresses(host, port)
    for family, address in addresses:
        taken = listening[0].getsockname()[1] if listening else address[1]
        try:
            listening.append(stack.enter_context(_bound(host, family, (address[0], taken, *address[2:]))))
        except OSError as error:
            is_last = (family, address) == addresses[-1]
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) or (is_last and not listening):
                raise  # A name may have an address of a family that this machine does not speak.
    return listening


def _addresses(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in infos))


def _bound(host: str, family: int, address: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host != BOTH_FAMILIES)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made
