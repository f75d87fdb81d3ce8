"""The space that each tenant of the demonstration has prepared and not published yet."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

SLUG = "bilan"


def space(uuid: UUID, now: datetime) -> dict[str, Any]:
    """Its row."""
    return {
        "id": uuid,
        "slug": SLUG,
        "title": "Bilan de l'année : vos retours",
        "description": "Ce qui a marché, ce qui est à revoir, ce que vous attendez de l'an prochain.",
        "visibility": "DRAFT",
        "opens_at": now,
        "closes_at": None,
        "created_at": now - timedelta(days=2),
    }
