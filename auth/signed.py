"""Signed values with an age: read alike by processes whose clocks differ a little."""

import time
from typing import Any

from itsdangerous import BadTimeSignature, SignatureExpired, URLSafeTimedSerializer

SKEW_S = 60
"""How far the clocks of two processes may be apart: a value may come from the future by so much."""


def is_fresh(signed_at: int, max_age_s: int) -> bool:
    """Whether a value that was signed at a second since 1970 is not too old, nor from the future."""
    return -SKEW_S <= int(time.time()) - signed_at <= max_age_s


def loads(serializer: URLSafeTimedSerializer, text: str, max_age_s: int) -> Any:
    """What was signed. Raises BadData for what is not ours, is too old or comes from the future."""
    value, signed_at = serializer.loads(text, return_timestamp=True)
    if signed_at is None:
        raise BadTimeSignature("it says no time")
    if not is_fresh(int(signed_at.timestamp()), max_age_s):
        raise SignatureExpired("it is too old, or from the future")
    return value
