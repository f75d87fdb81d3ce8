"""The session's cookie: read from and written to headers, with all that a browser can do to keep it."""

from collections.abc import Mapping

from auth.session import ENDS_AFTER

SECURE_NAME = "__Host-parvis"
"""A browser takes a cookie of this name over HTTPS only, for this host alone, for all of its paths."""

LOCAL_NAME = "parvis"
"""On the developer's own machine, where there is no HTTPS."""


def is_local(scheme: str, host: str) -> bool:
    """Whether a request stays on the developer's machine, where browsers need no HTTPS to trust."""
    name = host.lower().rsplit(":", 1)[0]
    return scheme == "http" and (name == "localhost" or name.endswith(".localhost"))


def values(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """All cookies of a request by name."""
    pairs = headers.get(b"cookie", b"").decode("latin-1").split(";")
    return dict(pair.strip().partition("=")[::2] for pair in pairs)


def read(headers: Mapping[bytes, bytes]) -> str | None:
    """The session's token in a request; None where there is none."""
    host, found = headers.get(b"host", b"").decode("latin-1"), values(headers)
    return found.get(SECURE_NAME) or (found.get(LOCAL_NAME) if is_local("http", host) else None) or None


def write(scheme: str, host: str, token: str | None) -> str:
    """The value of `Set-Cookie` that gives a browser its session's token; None takes it away."""
    age_s = int(ENDS_AFTER.total_seconds()) if token else 0
    return named(SECURE_NAME, LOCAL_NAME, scheme, host, token or "", age_s)


def named(secure: str, local: str, scheme: str, host: str, value: str, age_s: int) -> str:
    """A cookie that no script reads and that other sites' pages do not send along with what they post."""
    name, flag = (local, "") if is_local(scheme, host) else (secure, "; Secure")
    return f"{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{flag}"
