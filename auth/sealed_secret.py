"""Sealed secrets: what identity providers' clients prove themselves with, kept so that the server alone reads it."""

import hmac
import json

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Sealer:
    """Seals and opens secrets under the server's own (JWE, A256GCM). Each is good for one tenant and one name."""

    def __init__(self, secret: str) -> None:
        self._key = OctKey.import_key(hmac.digest(secret.encode(), b"parvis-sealed-secret", "sha256"))

    def seal(self, tenant: int, name: str, secret: str) -> str:
        """What is kept of a secret."""
        return jwe.encrypt_compact(_HEADER, json.dumps([tenant, name, secret]).encode(), self._key)

    def open(self, tenant: int, name: str, sealed: str) -> str:
        """The secret. Raises LookupError where it was sealed elsewhere, for somebody else, or for another name."""
        try:
            held = json.loads(jwe.decrypt_compact(sealed, self._key).plaintext or b"null")
        except (JoseError, ValueError) as error:
            raise LookupError(name) from error
        if not isinstance(held, list) or held[:2] != [tenant, name]:
            raise LookupError(name)
        return str(held[2])
