"""GeoJSON written chunk by chunk: a feature a row, a hexagon or an exact point."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson


class GeoJsonWriter:
    """Gives a FeatureCollection's bytes as its features come."""

    media_type = "application/geo+json"

    def __init__(self) -> None:
        self._is_first = True

    def begin(self) -> bytes:
        """What opens the collection."""
        return b'{"type":"FeatureCollection","features":['

    def features(self, features: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> bytes:
        """Some features, by geometry and properties."""
        written = b",\n".join(
            orjson.dumps({"type": "Feature", "geometry": geometry, "properties": properties})
            for geometry, properties in features
        )
        if not written:
            return b""
        before = b"\n" if self._is_first else b",\n"
        self._is_first = False
        return before + written

    def end(self) -> bytes:
        """What closes it."""
        return b"\n]}\n"
