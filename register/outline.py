"""Outlines of collectivités as the bundled file keeps them: a line each, as differences of corners in few letters.

The form is that of the "encoded polyline algorithm format" with four decimals, a ring after a blank, a polygon after
a semicolon. Corners of a ring follow each other, the last to the first.
"""

import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

FILE = "outlines.tsv.gz"

GRID = 10_000
"""Corners are kept in units of 1/10,000 degree, some 11 m."""

Corner = tuple[int, int]
"""Longitude and latitude in units of the grid."""

Ring = list[Corner]
"""A closed line; its first corner is its last."""

Polygon = list[Ring]
"""A ring and its holes."""

_CHUNK, _OFFSET = 5, 63


def bundled() -> Iterator[tuple[str, list[Polygon]]]:
    """Register id -> outline, of every collectivité that has one."""
    packed = files("register").joinpath(FILE).read_bytes()
    for line in gzip.decompress(packed).decode("ascii").splitlines():
        identifier, encoded = line.split("\t")
        yield identifier, decode(encoded)


def pack(outlines: Mapping[str, Iterable[Polygon]]) -> bytes:
    """The file of these outlines; the same for the same ones."""
    text = "".join(f"{identifier}\t{encode(outlines[identifier])}\n" for identifier in sorted(outlines))
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0, filename="") as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


def geometry(polygons: Iterable[Polygon]) -> dict[str, Any]:
    """A GeoJSON MultiPolygon (RFC 7946)."""
    degrees = [[[[x / GRID, y / GRID] for x, y in ring] for ring in polygon] for polygon in polygons]
    return {"type": "MultiPolygon", "coordinates": degrees}


def bounds(polygons: Iterable[Polygon]) -> tuple[float, float, float, float]:
    """South, west, north and east, in degrees."""
    corners = [corner for polygon in polygons for corner in polygon[0]]
    (west, south), (east, north) = (tuple(side(axis) for axis in zip(*corners, strict=True)) for side in (min, max))
    return south / GRID, west / GRID, north / GRID, east / GRID


def encode(polygons: Iterable[Polygon]) -> str:
    """The letters of an outline."""
    return ";".join(" ".join(_letters(ring) for ring in polygon) for polygon in polygons)


def decode(encoded: str) -> list[Polygon]:
    """The outline of these letters."""
    return [[_ring(letters) for letters in polygon.split(" ")] for polygon in encoded.split(";")]


def _letters(ring: Ring) -> str:
    x = y = 0
    letters = []
    for next_x, next_y in ring[:-1]:
        letters += [*_number(next_y - y), *_number(next_x - x)]
        x, y = next_x, next_y
    return "".join(letters)


def _number(value: int) -> Iterator[str]:
    rest = value << 1 if value >= 0 else ~(value << 1)
    while rest >= 1 << _CHUNK:
        yield chr((rest & 31 | 32) + _OFFSET)
        rest >>= _CHUNK
    yield chr(rest + _OFFSET)


def _ring(letters: str) -> Ring:
    differences, value, shift = [], 0, 0
    for letter in letters:
        chunk = ord(letter) - _OFFSET
        value |= (chunk & 31) << shift
        shift += _CHUNK
        if chunk < 32:
            differences.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    ring, x, y = [], 0, 0
    for dy, dx in zip(differences[::2], differences[1::2], strict=True):
        x, y = x + dx, y + dy
        ring.append((x, y))
    return [*ring, ring[0]]
