"""The idempotency key that every mutation accepts."""

from typing import Any

import strawberry


def idempotency_key() -> Any:
    """The field `idempotencyKey` of every mutation's input."""
    return strawberry.field(
        default=None,
        description="A key of the client's choice, 8 to 100 characters: the same request under the same key changes"
        " nothing twice. Keys are kept for a day.",
    )
