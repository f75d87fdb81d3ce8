"""Urn («urne»): secret ballots are sealed for a key that is kept outside, until somebody opens them with it.

An envelope («enveloppe») says whose it is. When the urn is opened, envelopes and ballots part.

Hybrid public key encryption (RFC 9180: X25519, HKDF-SHA-256, ChaCha20-Poly1305), by `cryptography`.
"""

from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from models.ballot import RECEIPT_LETTERS

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
ROOM = 64
"""Bytes of an envelope for each project, and for the rest: more than any vote takes, so that all are of one size."""


class WrongKeyError(Exception):
    """A key that does not open an envelope, or is none."""


def new_keys() -> tuple[str, str]:
    """A key to open with, for people to keep, and the one to seal with."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return urlsafe_b64encode(private.private_bytes_raw()).decode().rstrip("="), b64encode(public).decode()


def sealed(key: str, activity: UUID, said: str, projects: int) -> str:
    """An envelope of a vote with so many projects; its length tells nothing of what is in it."""
    padded = said.encode().ljust(ROOM * (projects + 1))
    return b64encode(_SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(b64decode(key)), activity.bytes)).decode()


def opened(key: str, activity: UUID, envelope: str) -> str:
    """What is in an envelope. Raises WrongKeyError."""
    try:
        return _SUITE.decrypt(b64decode(envelope), _private(key), activity.bytes).decode().rstrip()
    except InvalidTag as error:
        raise WrongKeyError from error


def is_key_of(key: str, public: str) -> bool:
    """Whether a key opens what was sealed with another. Raises WrongKeyError for what is no key."""
    return b64encode(_private(key).public_key().public_bytes_raw()).decode() == public


def _private(key: str) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(urlsafe_b64decode(key.strip() + "=" * (-len(key.strip()) % 4)))
    except ValueError as error:
        raise WrongKeyError from error


def envelope_receipt(envelope: str) -> str:
    """The receipt of an envelope: it is found in the published list, and opens nothing."""
    return sha256(envelope.encode()).hexdigest()[:RECEIPT_LETTERS].upper()
