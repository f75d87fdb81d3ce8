"""ID tokens: each claim that is not as it must be refuses the token, and so does each signature that is not the provider's."""

import base64
import hmac
import time
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from auth import id_token
from auth.id_token import StatementError

ISSUER, CLIENT, NONCE = "https://id.example", "parvis", "the nonce"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False)
EC = ECKey.generate_key("P-256", {"kid": "ec"}, auto_kid=False)
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False)
KEYS = KeySet([RSAKey.import_key(RSA.as_dict(private=False)), ECKey.import_key(EC.as_dict(private=False))])


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims but for the changes; None takes one away, and a time is one from now."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": CLIENT, "sub": "s", "nonce": NONCE, "iat": now, "exp": now + 60, "acr": "eidas1"}
    dated = {
        key: now + value.total_seconds() if isinstance(value, timedelta) else value for key, value in changes.items()
    }
    return {name: value for name, value in (good | dated).items() if value is not None}


def check(found: dict[str, Any], *acr_values: str) -> None:
    id_token.check_id_token(found, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, acr_values=acr_values)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "other"], "azp": CLIENT},
        {"azp": CLIENT},
        {"acr": "eidas2"},
        {"exp": timedelta(seconds=-30)},
        {"iat": timedelta(seconds=30)},
    ],
)
def test_good_claims_are_taken(changes: dict[str, Any]) -> None:
    check(claims(**changes), "eidas1", "eidas2")


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://other.example"),
        ("iss", f"{ISSUER}/"),
        ("iss", None),
        ("aud", "other"),
        ("aud", ["other"]),
        ("aud", []),
        ("aud", None),
        ("azp", "other"),
        ("sub", None),
        ("sub", ""),
        ("sub", 7),
        ("sub", "s" * 256),
        ("nonce", "another"),
        ("nonce", None),
        ("nonce", ""),
        ("exp", timedelta(seconds=-61)),
        ("exp", None),
        ("exp", "never"),
        ("exp", True),
        ("iat", timedelta(seconds=120)),
        ("iat", timedelta(seconds=-700)),
        ("iat", None),
        ("acr", "eidas0"),
        ("acr", None),
        ("acr", ["eidas1"]),
    ],
)
def test_claim_that_is_not_as_it_must_be_is_refused(claim: str, value: object) -> None:
    with pytest.raises(StatementError, match=claim):
        check(claims(**{claim: value}), "eidas1")


ACCESS = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
AT_HASH = "77QmUPtjPfzWtF2AnpK9RQ"
"""The pair of OpenID Connect Core's own example (A.4)."""


@pytest.mark.parametrize("changes", [{"at_hash": AT_HASH}, {}])
def test_access_token_that_came_with_it_is_taken(changes: dict[str, str]) -> None:
    id_token.check_access_token(claims(**changes), ACCESS)


@pytest.mark.parametrize("at_hash", [AT_HASH[::-1], AT_HASH + "=", "", 7, [AT_HASH], True])
def test_another_access_token_than_the_one_it_names_is_refused(at_hash: object) -> None:
    with pytest.raises(StatementError, match="at_hash"):
        id_token.check_access_token(claims(at_hash=at_hash), ACCESS)


def test_several_audiences_want_to_know_who_asked() -> None:
    with pytest.raises(StatementError, match="azp"):
        check(claims(aud=[CLIENT, "other"]))


def test_level_of_assurance_counts_only_where_it_was_asked_for() -> None:
    check(claims(acr=None))


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", RSA), ("ES256", EC)])
def test_signature_of_the_provider_is_taken(algorithm: str, key: RSAKey | ECKey) -> None:
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims(), key)
    assert id_token.signed_claims(token, KEYS)["sub"] == "s"


def under_the_public_key(body: str) -> str:
    """A token under the provider's public key, as if it were a secret; libraries make none themselves."""
    head = encoded(b'{"alg":"HS256","kid":"rsa"}')
    signed = f"{head}.{body}"
    return f"{signed}.{encoded(hmac.digest(RSA.as_pem(private=False), signed.encode(), 'sha256'))}"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged() -> dict[str, str]:
    """Tokens that the provider did not sign."""
    good = jwt.encode({"alg": "RS256", "kid": "rsa"}, claims(), RSA)
    head, body, signature = good.split(".")
    other = jwt.encode({"alg": "RS256", "kid": "rsa"}, claims(sub="other"), RSA)
    return {
        "another key under the same name": jwt.encode({"alg": "RS256", "kid": "rsa"}, claims(), STRANGER),
        "unknown key": jwt.encode({"alg": "RS256", "kid": "new"}, claims(), STRANGER),
        "no signature": f"{head}.{body}.",
        "none": f"eyJhbGciOiJub25lIn0.{body}.",
        "the public key as a shared secret": under_the_public_key(body),
        "other claims": f"{head}.{other.split('.')[1]}.{signature}",
        "an algorithm that nobody uses": jwt.encode(
            {"alg": "PS512", "kid": "rsa"}, claims(), RSA, algorithms=["PS512"]
        ),
        "no token": "x",
        "empty": "",
    }


@pytest.mark.parametrize(("how", "token"), forged().items(), ids=list(forged()))
def test_forged_token_is_refused(how: str, token: str) -> None:
    with pytest.raises(StatementError, match="signature"):
        id_token.signed_claims(token, KEYS)
