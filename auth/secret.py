"""Secrets that browsers and people carry: made at random, kept as digests only."""

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32
"""256 bits: nobody guesses one, so that a plain digest is enough to keep."""


def new_token() -> str:
    """A secret that goes into a cookie or an address: 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is kept of such a secret: SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


PERSONS = "voter"
"""The purpose of digests of persons: of their names, birth dates, numbers."""


class Keyed:
    """Digests under the server's secret, for what could be guessed without it: codes, addresses.

    `purpose` keeps digests for different ends apart.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = hmac.digest(secret.encode(), purpose.encode(), "sha256")

    def digest(self, *parts: str) -> str:
        """HMAC-SHA-256 of the parts in hexadecimal; parts of other lengths are other parts."""
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
