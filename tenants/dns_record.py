"""DNS records: what a name's servers say, asked through the system's resolver and never for long."""

from typing import Protocol

import dns.asyncresolver
from dns.exception import DNSException
from dns.rdtypes.ANY.TXT import TXT
from dns.resolver import NXDOMAIN, NoAnswer

LIFETIME_S = 5.0
"""One question with all its repetitions."""

MAX_RECORDS = 50


class LookupFailedError(Exception):
    """The name's servers did not answer; whether there is a record is not known."""


class Lookup(Protocol):
    """Asks for records. Both are empty where there is none. Both raise LookupFailedError."""

    async def texts(self, name: str) -> frozenset[str]:
        """The texts of a name's TXT records, each in one piece."""

    async def addresses(self, name: str) -> frozenset[str]:
        """A name's addresses, IPv4 and IPv6, its aliases followed."""


class Resolver:
    """Asks the system's resolver, or the server at another address and port."""

    def __init__(self, server: tuple[str, int] | None = None, lifetime_s: float = LIFETIME_S) -> None:
        self._server = server
        self._lifetime_s = lifetime_s

    async def texts(self, name: str) -> frozenset[str]:
        """The texts of a name's TXT records, each in one piece. Raises LookupFailedError."""
        records = await self._ask(name, "TXT")
        return frozenset(
            b"".join(record.strings).decode("utf-8", "replace") for record in records if isinstance(record, TXT)
        )

    async def addresses(self, name: str) -> frozenset[str]:
        """A name's addresses, its aliases followed. Raises LookupFailedError."""
        addresses = [str(record) for kind in ("A", "AAAA") for record in await self._ask(name, kind)]
        return frozenset(addresses)

    async def _ask(self, name: str, kind: str) -> list[object]:
        try:
            answer = await self._asked().resolve(f"{name}.", kind, search=False)
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError, ValueError) as error:
            raise LookupFailedError(name) from error
        return list(answer)[:MAX_RECORDS]

    def _asked(self) -> dns.asyncresolver.Resolver:
        """Whom to ask; the system's settings are read anew, because they change under a long-lived process."""
        resolver = dns.asyncresolver.Resolver(configure=self._server is None)
        resolver.lifetime = self._lifetime_s
        if self._server is not None:
            resolver.nameservers, resolver.port = [self._server[0]], self._server[1]
        return resolver
