"""Browser key: the cookie of a browser that answers surveys without account, set once it begins to answer."""

from collections.abc import Mapping

from auth import cookie
from auth.cookie import CookieTwiceError

SECURE_NAME, LOCAL_NAME = "__Host-parvis-answer", "parvis-answer"
KEPT_S = 180 * 24 * 60 * 60
"""As long as a survey usually lasts, and its results are written."""

MAX_LENGTH = 100


def read(headers: Mapping[bytes, bytes]) -> str:
    """The key in a request; empty where there is none, or none that counts."""
    host = headers.get(b"host", b"").decode("latin-1")
    try:
        key = cookie.value(headers, SECURE_NAME)
        key = key or (cookie.value(headers, LOCAL_NAME) if cookie.is_local("http", host) else None)
    except CookieTwiceError:
        return ""
    return key if key is not None and key.isascii() and len(key) <= MAX_LENGTH else ""


def write(scheme: str, host: str, key: str) -> str:
    """The value of `Set-Cookie` that gives a browser its key."""
    return cookie.named(SECURE_NAME, LOCAL_NAME, scheme, host, key, KEPT_S)
