"""Drawing: one portal's cover as shapes in their order: the territory rising behind the ground of its motif."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from geo import distance
from portal.cover import country, town
from portal.cover.shape import Patch, polygon

VERSION = 2
"""Counted up when covers are drawn otherwise: their addresses change with it, so that no browser shows an older one."""

MOTIFS: Mapping[str, Callable[[Random], list[Patch]]] = {
    "HILLS": country.hills,
    "RIVER": country.river,
    "BRIDGE": town.bridge,
    "QUAYS": town.quays,
    "COAST": country.coast,
    "CLIFFS": country.cliffs,
    "HARBOUR": town.harbour,
    "FIELDS": country.fields,
    "MARSH": country.marsh,
    "FOREST": country.forest,
    "GARDENS": country.gardens,
    "ROOFS": town.roofs,
    "GABLES": town.gables,
    "TOWERS": town.towers,
    "FACTORY": town.factory,
    "CITADEL": town.citadel,
    "DOME": country.dome,
}
"""What the contract's `Cover` names, drawn."""

SUN_X, SUN_Y, SUN_SIZE = 566, 178, 180
"""Where the middle of the territory rises, and how far it reaches at most."""

HEXAGON = ((0, -1), (0.87, -0.5), (0.87, 0.5), (0, 1), (-0.87, 0.5), (-0.87, -0.5))

Outline = Mapping[str, Any]
"""A GeoJSON Polygon or MultiPolygon."""


@lru_cache(maxsize=256)
def ground(slug: str, motif: str) -> tuple[Patch, ...]:
    """The ground of a portal's cover: chance is seeded by its slug, so that it is the same each time."""
    return tuple(MOTIFS.get(motif, country.hills)(Random(f"cover {slug}")))


def territory(outline: Outline | None) -> list[Patch]:
    """The collectivité's outline, as large as fits where the sun stands; a hexagon where it is not known."""
    rings = [[distance.mercator(lat, lng) for lng, lat, *_ in ring] for ring in _rings(outline)]
    if not rings:
        half = SUN_SIZE / 2
        return [polygon("sun", *((SUN_X + x * half, SUN_Y + y * half) for x, y in HEXAGON))]
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    scale = SUN_SIZE / max((max(xs) - min(xs)) * 0.62, max(ys) - min(ys))
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    placed = [[(SUN_X + (x - middle_x) * scale, SUN_Y - (y - middle_y) * scale) for x, y in ring] for ring in rings]
    return [polygon("sun", *_thinned(ring)) for ring in placed if _reach(ring) > 8]


def _rings(outline: Outline | None) -> Sequence[Sequence[Sequence[float]]]:
    """The outer rings."""
    match outline:
        case {"type": "Polygon", "coordinates": [ring, *_]}:
            return [ring]
        case {"type": "MultiPolygon", "coordinates": polygons}:
            return [rings[0] for rings in polygons]
    return []


def _thinned(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners that are three units apart at least: less is not seen."""
    kept = [ring[0]]
    for x, y in ring[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 3:
            kept.append((x, y))
    return kept


def _reach(ring: Sequence[tuple[float, float]]) -> float:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))
