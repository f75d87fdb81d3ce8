"""Public URLs: which addresses of other servers administrators may write down; where a name leads is judged when it is
connected to (`auth/outbound.py`)."""

import re
from urllib.parse import urlsplit

from auth.network_address import is_public

_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_ADDRESS = re.compile(r"[0-9a-f:.]+")


_NOWHERE = (".example", ".invalid", ".test", "example.com", "example.net", "example.org")
"""Names that lead nowhere on the Internet (RFC 6761): those of documentation and of the demonstration."""


def leads_nowhere(address: str) -> bool:
    """Whether nobody need be asked where an address with a host leads."""
    return (urlsplit(address).hostname or "").endswith(_NOWHERE)


def host_of(address: str, *, allows_private: bool = False) -> str | None:
    """The host of an address with https and a public host's name or address, without a fragment and credentials; None
    for any other. `allows_private` is for development: plain HTTP, and hosts of one's own network too."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    schemes = ("https://", "http://") if allows_private else ("https://",)
    if not address.startswith(schemes) or not host or "@" in parts.netloc or port == 0 or "#" in address:
        return None
    if not address.isascii() or not address.isprintable() or " " in address:
        return None
    return host if allows_private or _is_public(host) else None


def _is_public(host: str) -> bool:
    if not _ADDRESS.fullmatch(host) or not (":" in host or host.replace(".", "").isdecimal()):
        return bool(_HOST.fullmatch(host))
    try:
        return is_public(host)
    except ValueError:
        return False
