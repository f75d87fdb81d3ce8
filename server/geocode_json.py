"""GeoCodeJSON, read strictly: what another server says is taken as the specification writes it, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import orjson

MOST = 100
"""Features that an answer may have; nobody asks for more than a few."""


class GeoCodeJsonError(Exception):
    """The answer is no GeoCodeJSON. Says which part is not, never what stands in it: it repeats what somebody typed."""


@dataclass(frozen=True, slots=True)
class GeoCodeFeature:
    """What was found: its point in degrees, how well it fits (0 to 1), and what it is called."""

    lat: float
    lng: float
    label: str
    score: float
    city: str
    district: str


def read(body: bytes) -> Sequence[GeoCodeFeature]:
    """The features of an answer, in its order. Raises GeoCodeJsonError."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise GeoCodeJsonError("JSON") from error
    if not isinstance(told, dict) or told.get("type") != "FeatureCollection":
        raise GeoCodeJsonError("type")
    features = told.get("features")
    if not isinstance(features, list) or len(features) > MOST:
        raise GeoCodeJsonError("features")
    return [_feature(feature) for feature in features]


def _feature(told: Any) -> GeoCodeFeature:
    if not isinstance(told, dict) or told.get("type") != "Feature":
        raise GeoCodeJsonError("feature")
    geometry, properties = told.get("geometry"), told.get("properties")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        raise GeoCodeJsonError("geometry")
    if not isinstance(properties, dict):
        raise GeoCodeJsonError("properties")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) not in (2, 3):
        raise GeoCodeJsonError("coordinates")
    lng, lat = (_number(part, "coordinates") for part in coordinates[:2])
    if abs(lat) > 90 or abs(lng) > 180:
        raise GeoCodeJsonError("coordinates")
    score = _number(properties.get("score", 0), "score")
    return GeoCodeFeature(lat, lng, _label(properties), score, _text(properties, "city"), _text(properties, "district"))


def _number(told: Any, name: str) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not isfinite(told):
        raise GeoCodeJsonError(name)
    return float(told)


def _label(properties: dict[str, Any]) -> str:
    """What it is called: the one name that every answer has."""
    label = _text(properties, "label")
    if not label:
        raise GeoCodeJsonError("label")
    return label


def _text(properties: dict[str, Any], name: str) -> str:
    """A text on one line without what cannot be printed; empty where there is none."""
    told = properties.get(name) or ""
    if not isinstance(told, str):
        raise GeoCodeJsonError(name)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())
