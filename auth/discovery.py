"""What an OpenID Connect provider says of itself: its endpoints and its keys, kept for a while."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from auth.outbound import Outbound, OutboundError

KEPT_S = 3600.0
ASKED_AGAIN_AFTER_S = 60.0
"""A token with an unknown key makes us ask for keys anew, not more often than this: anybody can make such tokens."""

MAX_KEPT = 256


@dataclass(frozen=True, slots=True)
class Metadata:
    """The endpoints that we use; None where the provider has none."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    takes_basic: bool
    """Whether the client may show its secret in the Authorization header."""

    names_itself: bool
    """Whether the provider's answers always carry its name as `iss` (RFC 9207)."""


@dataclass(slots=True)
class _Kept:
    metadata: Metadata
    keys: KeySet
    read_at: float


class Discovery:
    """Reads and keeps the documents of providers."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._kept: dict[str, _Kept] = {}

    async def metadata(self, issuer: str) -> Metadata:
        """The provider's endpoints. Raises OutboundError."""
        return (await self._get(issuer, KEPT_S)).metadata

    async def keys(self, issuer: str, *, anew: bool = False) -> KeySet:
        """The provider's public keys; `anew`, because one was missing. Raises OutboundError."""
        return (await self._get(issuer, ASKED_AGAIN_AFTER_S if anew else KEPT_S)).keys

    async def _get(self, issuer: str, max_age_s: float) -> _Kept:
        kept = self._kept.get(issuer)
        if kept is None or time.monotonic() - kept.read_at >= max_age_s:
            metadata = self._read(issuer, await self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
            kept = _Kept(metadata, _key_set(await self._json(metadata.jwks_uri)), time.monotonic())
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[issuer] = kept
        return kept

    def _read(self, issuer: str, document: dict[str, object]) -> Metadata:
        """Whoever answers for another issuer, or sends browsers or secrets elsewhere than to HTTPS, is not believed."""
        if document.get("issuer") != issuer:
            raise OutboundError("it says that it is another issuer")

        def endpoint(name: str) -> str | None:
            url = document.get(name)
            if isinstance(url, str):
                self._outbound.check(url)
            return url if isinstance(url, str) else None

        authorization, token, jwks = (endpoint(f"{name}") for name in _NEEDED)
        if authorization is None or token is None or jwks is None:
            raise OutboundError("its document lacks an endpoint")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Metadata(
            issuer,
            authorization,
            token,
            jwks,
            endpoint("userinfo_endpoint"),
            endpoint("end_session_endpoint"),
            isinstance(methods, list) and "client_secret_basic" in methods,
            document.get("authorization_response_iss_parameter_supported") is True,
        )

    async def _json(self, url: str) -> dict[str, object]:
        answer = await self._outbound.request("GET", url, {"accept": "application/json"})
        return json_object(answer.status, answer.body)


_KINDS: Mapping[object, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def json_object(status: int, body: bytes) -> dict[str, object]:
    """The JSON object of an answer with status 200. Raises OutboundError."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise OutboundError("its answer is not JSON") from error
    if status != 200 or not isinstance(content, dict):
        raise OutboundError(f"it answered {status}")
    return content


def _key_set(document: dict[str, object]) -> KeySet:
    """The keys to check signatures with; those of kinds that nobody here knows are left out. Raises OutboundError."""
    listed = document.get("keys")
    keys = [key for entry in listed if (key := _key(entry)) is not None] if isinstance(listed, list) else []
    if not keys:
        raise OutboundError("it has no key")
    return KeySet(keys)


def _key(entry: object) -> Key | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    kind = _KINDS.get(entry.get("kty"))
    try:
        return kind.import_key(entry) if kind else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
