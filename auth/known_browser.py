"""Known browsers: one in which somebody signed in by an address before has limits of its own for this address.

So whoever floods the address with requests, from however many computers, keeps its owner from nothing there.
"""

from collections.abc import Mapping
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from auth import cookie
from auth.cookie import CookieTwiceError
from auth.secret import Keyed

REMEMBERED_FOR = timedelta(days=400)
"""Longer no browser keeps a cookie."""

_SECURE_NAME, _LOCAL_NAME = "__Host-parvis-known", "parvis-known"


class KnownBrowsers:
    """Writes and reads the cookie, signed under the server's secret. Nobody else can read the address in it."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="parvis-known-browser")
        self._keyed = Keyed(secret, "parvis-known-browser")

    def write(self, scheme: str, host: str, tenant: int, email: str) -> str:
        """The value of `Set-Cookie` after signing in by an address: the last one counts."""
        text = str(self._serializer.dumps(self._keyed.digest(str(tenant), email)))
        age_s = int(REMEMBERED_FOR.total_seconds())
        return cookie.named(_SECURE_NAME, _LOCAL_NAME, scheme, host, text, age_s)

    def is_known(self, headers: Mapping[bytes, bytes], scheme: str, host: str, tenant: int, email: str) -> bool:
        """Whether somebody signed in by this address, at this tenant, in this browser before."""
        name = _LOCAL_NAME if cookie.is_local(scheme, host) else _SECURE_NAME
        try:
            held = cookie.value(headers, name) or ""
            digest = self._serializer.loads(held, max_age=int(REMEMBERED_FOR.total_seconds()))
        except (BadData, CookieTwiceError):
            return False
        return bool(digest == self._keyed.digest(str(tenant), email))
