"""The session's cookie: read from and written to headers, with all that a browser can do to keep it."""

import re
from collections.abc import Mapping, Sequence

from auth.machine import SECRET
from auth.session import ENDS_AFTER

SECURE_NAME = "__Host-parvis"
"""A browser takes a cookie of this name over HTTPS only, for this host alone, for all of its paths."""

LOCAL_NAME = "parvis"
"""On the developer's own machine, where there is no HTTPS."""

_TOKEN = re.compile(SECRET)


class CookieTwiceError(Exception):
    """Two cookies have one of our names: neither counts."""


def is_local(scheme: str, host: str) -> bool:
    """Whether a request stays on the developer's machine, where browsers need no HTTPS to trust."""
    name = host.lower().rsplit(":", 1)[0]
    return scheme == "http" and (name == "localhost" or name.endswith(".localhost"))


def gathered(raw: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """A request's headers by name. HTTP/2 may split the cookies over several headers: they are put together again."""
    headers = dict(raw)
    if len(headers) < len(raw) and b"cookie" in headers:
        headers[b"cookie"] = b"; ".join(value for name, value in raw if name == b"cookie")
    return headers


def value(headers: Mapping[bytes, bytes], name: str) -> str | None:
    """What a cookie holds; None where there is none of this name, or an empty one.

    Read byte by byte: browsers keep the promise of `__Host-` for the very bytes of a name, so nothing that looks alike
    may become it here. Blanks and tabs alone are cut off, nothing is unquoted, and case counts.
    Raises CookieTwiceError: one of the two was set by another site of the domain, and nobody can tell which.
    """
    wanted = name.encode()
    pairs = (pair.strip(b" \t").partition(b"=") for pair in headers.get(b"cookie", b"").split(b";"))
    values = [held for given, equals, held in pairs if equals and given == wanted]
    if len(values) > 1:
        raise CookieTwiceError
    return values[0].decode("latin-1") or None if values else None


def read(headers: Mapping[bytes, bytes]) -> str | None:
    """The session's token in a request; None where there is none. Raises CookieTwiceError."""
    if b"cookie" not in headers:
        return None
    host = headers.get(b"host", b"").decode("latin-1")
    token = value(headers, SECURE_NAME) or (value(headers, LOCAL_NAME) if is_local("http", host) else None)
    return token if token is not None and _TOKEN.fullmatch(token) else None


def write(scheme: str, host: str, token: str | None) -> str:
    """The value of `Set-Cookie` that gives a browser its session's token; None takes it away."""
    age_s = int(ENDS_AFTER.total_seconds()) if token else 0
    return named(SECURE_NAME, LOCAL_NAME, scheme, host, token or "", age_s)


def named(secure: str, local: str, scheme: str, host: str, value: str, age_s: int) -> str:
    """A cookie that no script reads and that other sites' pages do not send along with what they post."""
    name, flag = (local, "") if is_local(scheme, host) else (secure, "; Secure")
    return f"{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{flag}"
