"""Signed statements of an identity provider: ID tokens and signed user information, checked claim by claim."""

import base64
import hashlib
import hmac
import time
from collections.abc import Collection, Mapping

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "ES256"]
"""Signatures with a provider's own key. `none` and those under the shared secret are not among them."""

LEEWAY_S = 60
"""How far two clocks may be apart."""

MAX_AGE_S = 600
"""An ID token is made for the sign-in under way, never before."""

Claims = Mapping[str, object]


class StatementError(Exception):
    """The statement is not the provider's, not for us, or not for this sign-in; the message is for the log."""


def signed_claims(token: str, keys: KeySet) -> Claims:
    """The claims of a signed token. Raises StatementError."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError) as error:
        raise StatementError("the signature is not good") from error


def check_id_token(claims: Claims, *, issuer: str, client_id: str, nonce: str, acr_values: Collection[str]) -> None:
    """All that OpenID Connect Core 3.1.3.7 asks of an ID token. Raises StatementError."""
    now = time.time()
    check_audience(claims, issuer, client_id)
    _want("sub" in claims and isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255, "sub")
    _want(_number(claims, "exp") > now - LEEWAY_S, "exp")
    _want(now - MAX_AGE_S - LEEWAY_S < _number(claims, "iat") < now + LEEWAY_S, "iat")
    _want(hmac.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()), "nonce")
    _want(not acr_values or claims.get("acr") in acr_values, "acr")


def check_access_token(claims: Claims, access: str) -> None:
    """An ID token that names an access token names the one that came with it (OpenID Connect Core 3.1.3.8). Raises
    StatementError. All of ALGORITHMS hash with SHA-256."""
    half = hashlib.sha256(access.encode()).digest()[:16]
    expected = base64.urlsafe_b64encode(half).rstrip(b"=")
    _want("at_hash" not in claims or hmac.compare_digest(str(claims["at_hash"]).encode(), expected), "at_hash")


def check_audience(claims: Claims, issuer: str, client_id: str) -> None:
    """A statement is of the issuer and for this client, asked for by this client. Raises StatementError."""
    _want(claims.get("iss") == issuer, "iss")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    _want(client_id in audiences, "aud")
    _want(claims.get("azp", client_id if len(audiences) == 1 else None) == client_id, "azp")


def _number(claims: Claims, name: str) -> float:
    value = claims.get(name)
    _want(isinstance(value, int | float) and not isinstance(value, bool), name)
    return float(str(value))


def _want(holds: bool, claim: str) -> None:
    if not holds:
        raise StatementError(f"the claim {claim} is not good")
