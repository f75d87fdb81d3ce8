"""The columns of a contribution's place, as they are where it has none."""

from typing import Any

from geo import cover

UNPUBLISHED = ("exact_lat", "exact_lng", "address")
"""Of a place: what its author alone knows."""

NOWHERE: dict[str, Any] = dict.fromkeys(
    (
        "exact_lat",
        "exact_lng",
        "address",
        "precision",
        "cell",
        "lat",
        "lng",
        "position",
        "zone_id",
        *(f"cell_{resolution}" for resolution in cover.INDEXED_RESOLUTIONS),
    )
)
"""The columns of a place, of a contribution that has none."""
