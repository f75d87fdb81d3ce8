"""Headers: those that several parts read, put right in front of all of them, so that all read the same."""

import re

from starlette.types import Scope

_HOST = re.compile(rb"(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
"""A name or an address, perhaps with a port (RFC 3986, without what no portal is called by)."""

_BLANK = b" \t"
"""What may stand around a header's value (RFC 9110), and nothing else."""

Headers = list[tuple[bytes, bytes]]


class BadHostError(Exception):
    """The request does not say one host (RFC 9112, section 3.2)."""


def settled(scope: Scope) -> Scope:
    """A request whose `Host` is one host, and whose `Accept-Encoding` names gzip only where gzip may be sent.

    Raises BadHostError for two hosts, for what is no host, and for none in HTTP/1.1.
    """
    given: Headers = scope["headers"]
    by_name = dict(given)
    has_more = len(by_name) < len(given) or b"accept-encoding" in by_name
    if not has_more and _HOST.fullmatch(by_name.get(b"host", b"")):
        return scope  # As programs ask, which is most requests.
    hosts = [value for name, value in given if name == b"host"]
    encodings = [value for name, value in given if name == b"accept-encoding"]
    if len(hosts) > 1 or (not hosts and scope.get("http_version") == "1.1"):
        raise BadHostError
    host = hosts[0].strip(_BLANK) if hosts else b""
    if host and not _HOST.fullmatch(host):
        raise BadHostError
    is_plain = bool(encodings) and not takes_gzip(b",".join(encodings))
    if not is_plain and hosts in ([], [host]):
        return scope
    settled = ((name, host if name == b"host" else value) for name, value in given)
    return {**scope, "headers": [pair for pair in settled if not (is_plain and pair[0] == b"accept-encoding")]}


def takes_gzip(accepted: bytes) -> bool:
    """Whether a client takes gzip: named, or by `*`, with a weight that is not 0."""
    weights: dict[bytes, bool] = {}
    for part in accepted.lower().split(b","):
        name, *parameters = (item.strip(_BLANK) for item in part.split(b";"))
        weights[name] = not any(re.fullmatch(rb"q[ \t]*=[ \t]*0(\.0*)?", parameter) for parameter in parameters)
    return weights.get(b"gzip", weights.get(b"*", False))
