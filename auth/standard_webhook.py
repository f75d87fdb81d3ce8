"""Standard Webhooks: how messages to other programs are signed, so that their receivers know from whom they come.

The form is that of standardwebhooks.com: `webhook-id`, `webhook-timestamp` and `webhook-signature`, whose texts are
HMAC-SHA256 of "id.timestamp.body" in base64 behind `v1,`.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 24


def new_secret() -> str:
    """A secret for a receiver, as its libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(id_: str, at: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """What heads a message, sent `at` seconds of Unix time: one signature for each secret that is good now."""
    signatures = " ".join(_signature(id_, at, body, key) for key in keys)
    return {"webhook-id": id_, "webhook-timestamp": str(at), "webhook-signature": signatures}


def _signature(id_: str, at: int, body: bytes, key: str) -> str:
    signed = f"{id_}.{at}.".encode() + body
    digest = hmac.digest(base64.b64decode(key.removeprefix(PREFIX)), signed, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"
