"""How well zones tell where people are: `python -m tests.quartier file.geojson property` prints it, before and after."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from h3.api import basic_int as h3

from geo import cell, privacy, zoning
from tenants import zone

POINTS = 20_000

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Judgement:
    """Parts of the zones' area are of points drawn evenly, of which an outline says the true zone."""

    elsewhere_before: float
    elsewhere: float
    elsewhere_in_cover: float
    """What is listed in another zone or none: by the cell's centre, as it is now, and by the block's true owner."""
    never_before: int
    never: set[str]
    """Zones with which no person is published."""
    least_km2: float
    """The smallest area in which all are published with one cell and one zone."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in degrees: who is outside of it is outside of the ring around which it lies."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def around(cls, ring: Ring) -> "Box":
        """The smallest that holds a ring."""
        lngs, lats = [position[0] for position in ring], [position[1] for position in ring]
        return cls(min(lats), min(lngs), max(lats), max(lngs))

    def holds(self, lat: float, lng: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lng <= self.east


def judge(zones: list[zone.ZoneRecord]) -> Judgement:
    """Draw points in the zones' outlines and compare."""
    owner = {block: each.name for each in reversed(zones) for block in each.cells}
    size = {each.name: len(each.cells) for each in zones}
    points = list(_drawn(zones))
    before = [owner.get(cell.at(*cell.center(cell.at(lat, lng, 8)), 9)) for lat, lng, _ in points]
    cells = {cell.parent(block, 8) for block in owner}
    shown = {block: name for found in cells for block, name in zoning.shown(found, owner, size).items()}
    blocks = [privacy.block(lat, lng) for lat, lng, _ in points]
    true = [name for _, _, name in points]
    areas: dict[tuple[int, str | None], float] = {}
    for block, name in shown.items():
        pair = cell.parent(block, 8), name
        areas[pair] = areas.get(pair, 0.0) + h3.cell_area(block, unit="km^2")
    return Judgement(
        _differs(before, true),
        _differs([shown.get(block) for block in blocks], true),
        _differs([owner.get(block) for block in blocks], true),
        len(size.keys() - set(before)),
        zoning.hidden(owner, size),
        min(areas.values()),
    )


def _differs(told: Sequence[str | None], true: Sequence[str]) -> float:
    return sum(each != other and each is not None for each, other in zip(told, true, strict=True)) / len(true)


def _drawn(zones: list[zone.ZoneRecord]) -> Iterator[tuple[float, float, str]]:
    chance = Random(1)
    outlines = [(each.name, Box.around(polygon[0]), polygon) for each in zones for polygon in _polygons(each.geometry)]
    all_ = Box.around([corner for _, box, _ in outlines for corner in ((box.west, box.south), (box.east, box.north))])
    count = 0
    while count < POINTS:
        lat, lng = chance.uniform(all_.south, all_.north), chance.uniform(all_.west, all_.east)
        near = ((name, polygon) for name, box, polygon in outlines if box.holds(lat, lng))
        name = next((name for name, polygon in near if is_inside(polygon, lat, lng)), None)
        if name is not None:
            count += 1
            yield lat, lng, name


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else list(geometry["coordinates"])


def is_inside(polygon: Sequence[Ring], lat: float, lng: float) -> bool:
    """Whether a point lies in a GeoJSON polygon: a ray from it crosses the rings an odd number of times."""
    crossed = 0
    for ring in polygon:
        for (x_a, y_a, *_), (x_b, y_b, *_) in pairwise(ring):
            if (y_a > lat) != (y_b > lat) and lng < (x_b - x_a) * (lat - y_a) / (y_b - y_a) + x_a:
                crossed += 1
    return crossed % 2 == 1


if __name__ == "__main__":
    sys.stdout.write(f"{judge(zone.read(Path(sys.argv[1]), sys.argv[2]).zones)}\n")
